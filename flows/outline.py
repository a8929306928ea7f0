"""What the engine reads of an edition, without whose it is: two that agree in it are walked once.

Areas differ from tenant to tenant and lead nowhere: values that no file names stand for one
another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from flows.conversation import EditionId
from flows.edition import AREAS, Edition
from flows.flow import Flow, Option, Step
from tenants.tenant import TenantId

UNNAMED = Option("", "")


def outline(edition: Edition) -> Edition:
    """The edition as a value to be compared, and for nothing else: nobody could talk by it."""
    flows = {id: _outline_flow(edition, flow) for id, flow in edition.flows.items()}
    texts = edition.english.items()
    english = {key: text for key, text in texts if not key.startswith(f"{AREAS}.")}
    return replace(
        edition,
        id=EditionId(""),
        tenant=TenantId(""),
        flows=MappingProxyType(flows),
        machines=MappingProxyType({}),
        english=MappingProxyType(english),
    )


def _outline_flow(edition: Edition, flow: Flow) -> Flow:
    steps = {id: _outline_step(edition, flow, step) for id, step in flow.steps.items()}
    return replace(flow, steps=steps, texts=MappingProxyType({}))


def _outline_step(edition: Edition, flow: Flow, step: Step) -> Step:
    named = set(_named(edition, f"{flow.id}.{step.id}", step))
    options = [option if option.value in named else UNNAMED for option in step.options]
    return replace(step, options=tuple(dict.fromkeys(options)))


def _named(edition: Edition, key: str, step: Step) -> Iterator[str]:
    """The values of a step that change what follows from them."""
    whats: tuple[Mapping[str, object], ...] = (step.then, step.urgency, step.ages)
    for what in whats:
        yield from what
    yield from step.safe_if
    for flow in edition.flows.values():
        for other in flow.steps.values():
            yield from other.only_if.get(key, ())
