"""The machine agrees with a plain reading of the document, whatever was answered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.answers import Names, is_met
from flows.conversation import END, StepId
from flows.flow import Flow, Target
from flows.machine import FlowMachine
from flows.restrictions import CIRCUMSTANCES
from tests.flows.proving import edition

FLOWS = sorted(edition().flows)


def interpret(flow: Flow, step: StepId, names: Names) -> Target:
    """What follows a step, read off the document line by line, as its author would."""
    at = flow.steps[step]
    given_names = names.get(f"{flow.id}.{step}", ())
    order = [s for s in flow.steps if flow.steps[s].about != "quiet"]
    following = order[order.index(step) + 1 :]
    for value, jump in at.then.items():
        if value in given_names:
            return land(flow, order, jump, names)
    if at.after is not None:
        return land(flow, order, at.after, names)
    return land(flow, order, Target(following[0]), names) if following else Target(END)


def land(flow: Flow, order: list[StepId], jump: Target, names: Names) -> Target:
    if jump.flow is not None or jump.step == END:
        return jump
    for step in order[order.index(jump.step) :]:
        if is_met(flow.steps[step].only_if, names):
            return Target(step)
    return Target(END)


@st.composite
def places(draw: st.DrawFn) -> tuple[Flow, StepId, dict[str, tuple[str, ...]]]:
    flow = edition().flows[draw(st.sampled_from(FLOWS))]
    step = draw(st.sampled_from(flow.order))
    names: dict[str, tuple[str, ...]] = {
        name: (draw(st.sampled_from(values)),) for name, values in CIRCUMSTANCES.items()
    }
    for other in flow.steps.values():
        if other.is_question and draw(st.booleans()):
            known = st.sampled_from([*other.values, "said", "skipped"])
            names[f"{flow.id}.{other.id}"] = tuple(draw(st.lists(known, min_size=1, max_size=3)))
    return flow, step, names


@settings(max_examples=400, deadline=None, derandomize=True)
@given(places())
def test_the_machine_goes_where_the_document_says(
    place: tuple[Flow, StepId, dict[str, tuple[str, ...]]],
) -> None:
    flow, step, names = place
    assert edition().machines[flow.id].after(step, names) == interpret(flow, step, names)


def test_a_flow_begins_at_its_first_step_that_is_let_in() -> None:
    for flow in edition().flows.values():
        names = {name: (values[0],) for name, values in CIRCUMSTANCES.items()}
        first = next(s for s in flow.order if is_met(flow.steps[s].only_if, names))
        assert FlowMachine(flow).first(names) == Target(first)


def test_the_machine_keeps_nothing_of_a_talk() -> None:
    machine = edition().machines[edition().entry]
    names = {"staffed": ("yes",), "opening": ("unknown",), "emergency": ("no",)}
    yes = {**names, "entry.danger-now": ("yes",)}
    first = machine.after(StepId("danger-now"), yes)
    machine.after(StepId("danger-now"), {**names, "entry.danger-now": ("no",)})
    assert machine.after(StepId("danger-now"), yes) == first == Target(StepId("first-in-line"))
