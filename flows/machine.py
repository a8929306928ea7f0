"""A flow as one shared, synchronous ``transitions`` machine; the only user of that library.

States are steps; the one trigger, ``proceed``, tries what may follow in written order. The machine
holds no talk: a throw-away model carries the state and the answers for one trigger.
"""

from collections.abc import Iterator
from typing import Any

from transitions import Machine

from flows.answers import Guard, Names, is_met
from flows.conversation import END, FlowId, StepId
from flows.flow import Flow, Step, Target

REMEMBERED = 4096
"""Decisions kept for each flow; what several choices may be named at once is nearly endless."""

WAIT = "(wait)"
FLOW = "(flow) "


class _Traveller:
    """The model of one trigger: where it stands, and what guards may read."""

    def __init__(self, state: str, names: Names, given: tuple[str, ...]) -> None:
        self.state = state
        self.names = names
        self.given = given


class FlowMachine:
    """What follows each step of one flow."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._machine = Machine(
            model=None,
            states=[*flow.order, WAIT, *_doors(flow)],
            initial=None,
            auto_transitions=False,
            send_event=True,
        )
        self._reads: dict[StepId, tuple[str, ...]] = {}
        self._decided: dict[tuple[object, ...], Target] = {}
        for step in flow.order:
            self._add_exits(flow.steps[step])

    def first(self, names: Names) -> Target:
        """Where the flow begins for these answers."""
        for target, guard in candidates(self._flow, Target(self._flow.first)):
            if is_met(guard, names):
                return target
        return Target(END)

    def after(self, step: StepId, names: Names) -> Target:
        """Where the talk goes from a step; ``names`` holds its answer under the step's own key.

        What was decided once is remembered under all that its guards may read.
        """
        place = (step, *[names.get(key, ()) for key in self._reads.get(step, ())])
        target = self._decided.get(place)
        if target is None:
            target = self._decide(step, names)
            if len(self._decided) < REMEMBERED:
                self._decided[place] = target
        return target

    def _decide(self, step: StepId, names: Names) -> Target:
        traveller = _Traveller(step, names, names.get(f"{self._flow.id}.{step}", ()))
        # Binding a model to the machine costs ten times the step itself; an event needs no binding.
        self._machine.events["proceed"].trigger(traveller)
        return _target(traveller.state)

    def _add_exits(self, step: Step) -> None:
        exits = list(jumps(self._flow, step))
        for value, jump in exits:
            self._add_branch(step, jump, value)
        guards = [guard for _, jump in exits for _, guard in candidates(self._flow, jump)]
        read = {key for guard in guards for key in guard}
        self._reads[step.id] = (f"{self._flow.id}.{step.id}", *sorted(read))

    def _add_branch(self, step: Step, jump: Target, value: str | None) -> None:
        for target, guard in candidates(self._flow, jump):
            self._machine.add_transition(
                "proceed", step.id, _state(target), conditions=_condition(value, guard)
            )


def _condition(value: str | None, guard: Guard) -> Any:
    def may_follow(event: Any) -> bool:
        traveller = event.model
        return (value is None or value in traveller.given) and is_met(guard, traveller.names)

    return may_follow


def jumps(flow: Flow, step: Step) -> Iterator[tuple[str | None, Target]]:
    """Where a step's answers lead, in the order they are tried; None stands for all others."""
    yield from step.then.items()
    yield None, step.after or _next(flow, step.id)


def candidates(flow: Flow, jump: Target) -> Iterator[tuple[Target, Guard]]:
    """The jump's own step and those behind it, up to the first that has no guard."""
    if jump.flow is not None or jump.step == END:
        yield jump, {}
        return
    for step in flow.order[flow.order.index(jump.step) :]:
        yield Target(step), flow.steps[step].only_if
        if not flow.steps[step].only_if:
            return
    yield Target(END), {}


def _next(flow: Flow, step: StepId) -> Target:
    order = flow.order
    index = order.index(step) + 1
    return Target(order[index]) if index < len(order) else Target(END)


def _doors(flow: Flow) -> list[str]:
    targets = {t for s in flow.steps.values() for t in (*s.then.values(), s.after) if t is not None}
    return sorted(_state(t) for t in targets if t.flow is not None)


def _state(target: Target) -> str:
    if target.flow is not None:
        return FLOW + target.flow
    return target.step or WAIT


def _target(state: str) -> Target:
    if state.startswith(FLOW):
        return Target(flow=FlowId(state.removeprefix(FLOW)))
    return Target(END if state == WAIT else StepId(state))
