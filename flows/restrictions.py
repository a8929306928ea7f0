"""What a flow's file restricts or names, checked whole: no jump or guard leads nowhere."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from flows.conversation import END, StepId
from flows.flow import Step
from tenants.reading import Entry, suggest

CIRCUMSTANCES: Mapping[str, tuple[str, ...]] = {
    "staffed": ("yes", "no"),
    "opening": ("known", "unknown"),
    "emergency": ("yes", "no"),
}
"""What guards may name beside answers: what is true as the turn is taken."""

RESTRICTIONS = {
    "when nobody is here, ask only": ("staffed", "yes"),
    "in an emergency, ask only": ("emergency", "no"),
}
"""A header that keeps some questions, and the circumstance in which all the others are asked."""

Steps = dict[StepId, Step]


def restrict(steps: Steps, header: Mapping[str, Entry]) -> Steps:
    """Guard every question that a header's list leaves out. What is said is not restricted."""
    for name, (circumstance, value) in RESTRICTIONS.items():
        if name in header:
            kept = header[name].some_of([s.id for s in steps.values() if s.is_question])
            steps = {
                id: step
                if id in kept or not step.is_question
                else replace(step, only_if=_with(step, circumstance, value))
                for id, step in steps.items()
            }
    return steps


def _with(step: Step, circumstance: str, value: str) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({**step.only_if, circumstance: frozenset({value})})


def check_names(flow: str, steps: Steps, entries: Mapping[str, Entry]) -> None:
    """Refuse a jump to a step that is not there, and a guard on an answer that cannot be."""
    for step in steps.values():
        parts = entries[step.id].named()
        for target in (*step.then.values(), step.after):
            if target is not None and target.flow is None and target.step not in {*steps, END}:
                raise parts["then"].error(
                    f"there is no step {target.step!r}", suggest(target.step, list(steps))
                )
        if step.in_place_of and step.in_place_of not in steps:
            raise parts["in place of"].error(
                f"there is no question {step.in_place_of!r}",
                suggest(step.in_place_of, list(steps)),
            )
        for key, allowed in step.only_if.items():
            _check_guard(flow, steps, parts, key, allowed)


def _check_guard(
    flow: str, steps: Steps, parts: Mapping[str, Entry], key: str, allowed: frozenset[str]
) -> None:
    known = _possible(flow, steps, key)
    if known is None:
        raise parts["only if"].error(
            f"there is no question {key!r}", suggest(key, _questions(flow, steps))
        )
    for value in sorted(allowed.difference(known)):
        raise parts["only if"].error(
            f"{value!r} is never an answer of {key!r}", suggest(value, known)
        )


def _possible(flow: str, steps: Steps, key: str) -> tuple[str, ...] | None:
    if key in CIRCUMSTANCES:
        return CIRCUMSTANCES[key]
    owner, _, id = key.partition(".")
    if owner != flow:
        return None
    step = steps.get(StepId(id))
    if step is None or not step.is_question:
        return None
    return (*step.values, "said", "skipped")


def _questions(flow: str, steps: Steps) -> list[str]:
    return [*CIRCUMSTANCES, *(f"{flow}.{s.id}" for s in steps.values() if s.is_question)]
