"""Everything one tenant publishes together, immutable, named by the hash of its sources.

A talk is pinned to the edition it began in: structure is pinned, wording is current (I8, P9).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flows.conversation import EditionId, FlowId, StepId
from flows.document import FlowFileError, Sets, read_choice_sets, read_flow, read_texts
from flows.flow import GROWN_UP, About, Flow, Step
from flows.machine import FlowMachine
from tenants.areas import ELSEWHERE
from tenants.reading import suggest
from tenants.tenant import Tenant, TenantId, read_tenant

LIBRARY = Path(__file__).parent / "library"

ENTRY = FlowId("entry")
CHOICES = "choices.yaml"
REPLIES = "replies.yaml"
AREAS = "areas"
PILLARS = (About.LIMITS, About.SAFETY, About.DANGER, About.DOOR, About.QUIET)
"""What the engine looks for in the entry by what it is about."""

Sources = Mapping[str, str]
"""File name -> text, of the flow library as it was published, and of the tenant's own files."""

OF_TENANT = "tenant/"
"""How the names of the tenant's own files begin among the sources."""


@dataclass(frozen=True, slots=True, repr=False)
class Edition:
    """One tenant's flows, ready to be walked. ``english`` holds every text by its key.

    ``safety`` is the question that is put again after a silence; ``young`` is where an answer to
    *how old are you* leads somebody under 18, if anywhere (P17).
    """

    id: EditionId
    tenant: TenantId
    entry: FlowId
    quiet: Step
    safety: Step
    flows: Mapping[FlowId, Flow]
    machines: Mapping[FlowId, FlowMachine]
    doors: frozenset[FlowId]
    languages: tuple[str, ...]
    english: Mapping[str, str]
    young: FlowId | None = None
    memory: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What turns of this edition came to (``flows.remembered``)."""
    _steps: dict[str, Step] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def safety_key(self) -> str:
        """The answer key of the safety question that is put again."""
        return f"{self.entry}.{self.safety.id}"

    def flow_of(self, key: str) -> Flow | None:
        """The flow that an answer's or a text's key begins with; None where it is not published."""
        return self.flows.get(FlowId(key.partition(".")[0]))

    def step_at(self, key: str) -> Step | None:
        """The step at an answer's key (`flow.step`) or at a text's; None where it is gone (P9)."""
        found = self._steps.get(key)
        if found is None:
            flow = self.flow_of(key)
            step, _, more = key.partition(".")[2].partition(".")
            found = flow.steps.get(StepId(step)) if flow else None
            # As many as there are steps: what may stand behind them could be endless.
            if found is not None and not more:
                self._steps[key] = found
        return found


def library_sources(tenant: Tenant, folder: Path = LIBRARY) -> Sources:
    """All that a tenant publishes: the flow files of a folder that it uses, the texts that they
    share, and its own files.
    """
    shared = (CHOICES, REPLIES)
    flows = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*.yaml"))
        if path.stem in tenant.flows or path.name in shared
    }
    return flows | {f"{OF_TENANT}{name}": text for name, text in tenant.files.items()}


def tenant_in(sources: Sources, id: TenantId) -> Tenant | None:
    """The tenant as it was published; None where its files were not yet published too.

    Raises ``TenantFileError`` where what was published cannot be read any more.
    """
    files = {
        name.removeprefix(OF_TENANT): text
        for name, text in sources.items()
        if name.startswith(OF_TENANT)
    }
    return read_tenant(files, Path(id)) if files else None


def edition_id(sources: Sources, tenant: Tenant) -> EditionId:
    """The name of an edition: a hash of what was written and of whose it is."""
    whole = json.dumps([tenant.id, sorted(tenant.languages), sorted(sources.items())])
    return EditionId(hashlib.sha256(whole.encode()).hexdigest()[:24])


def make_edition(sources: Sources, tenant: Tenant, folder: Path = LIBRARY) -> Edition:
    """Compile what a tenant publishes. Raises ``FlowFileError`` with file, line and cure."""
    english, sets = _shared(sources, tenant, folder)
    flows: dict[FlowId, Flow] = {}
    for name, source in sources.items():
        if name not in (CHOICES, REPLIES) and not name.startswith(OF_TENANT):
            flow = read_flow(source, folder / name, sets)
            flows[flow.id] = flow
            english.update(flow.texts)
    _check_ways(flows, folder)
    entry = flows[ENTRY]
    return Edition(
        id=edition_id(sources, tenant),
        tenant=tenant.id,
        entry=ENTRY,
        quiet=_first_about(entry, About.QUIET),
        safety=_first_about(entry, About.SAFETY),
        flows=MappingProxyType(flows),
        machines=MappingProxyType({id: FlowMachine(flow) for id, flow in flows.items()}),
        doors=frozenset(_doors(entry)),
        languages=tenant.languages,
        english=MappingProxyType(english),
        young=_young(flows.values()),
    )


def _shared(sources: Sources, tenant: Tenant, folder: Path) -> tuple[dict[str, str], Sets]:
    for name in (CHOICES, REPLIES):
        if name not in sources:
            raise FlowFileError(folder / name, 1, "this file is missing", cure="Add it")
    choices = dict(read_choice_sets(sources[CHOICES], folder / CHOICES))
    replies = read_texts(sources[REPLIES], folder / REPLIES)
    english = {f"choices.{v}": label for s in choices.values() for v, label in s.items()}
    english |= {f"replies.{name}": text for name, text in replies.items()}
    areas = {str(area.id): area.label for area in tenant.areas.within}
    areas[ELSEWHERE] = "Somewhere else"
    english |= {f"{AREAS}.{id}": label for id, label in areas.items()}
    keys = dict.fromkeys(choices, "choices") | {AREAS: AREAS}
    return english, Sets(choices | {AREAS: areas}, keys)


def _check_ways(flows: Mapping[FlowId, Flow], folder: Path) -> None:
    """Refuse a jump into a flow that is not published with it, and an entry without its pillars."""
    if ENTRY not in flows:
        path = folder / f"{ENTRY}.yaml"
        raise FlowFileError(path, 1, "the entry is missing", cure="Add its file")
    for flow in flows.values():
        for step in flow.steps.values():
            for target in (*step.then.values(), step.after):
                if target and target.flow is not None and target.flow not in flows:
                    raise FlowFileError(
                        folder / flow.file,
                        step.line,
                        f"there is no flow {target.flow!r} here",
                        cure=suggest(target.flow, list(flows)),
                    )
    entry = flows[ENTRY]
    for about in PILLARS:
        if about not in {step.about for step in entry.steps.values()}:
            raise FlowFileError(
                folder / entry.file,
                1,
                f"the entry has no step about {about.value}",
                cure=f"Write one with 'about: {about.value}'",
            )


def _first_about(flow: Flow, about: About) -> Step:
    return next(step for step in flow.steps.values() if step.about is about)


def _young(flows: Iterable[Flow]) -> FlowId | None:
    for flow in flows:
        for step in flow.steps.values():
            for value, (_, oldest) in step.ages.items():
                target = step.then.get(value)
                if oldest < GROWN_UP and target is not None and target.flow is not None:
                    return target.flow
    return None


def _doors(entry: Flow) -> set[FlowId]:
    return {
        target.flow
        for step in entry.steps.values()
        if step.about is About.DOOR
        for target in step.then.values()
        if target.flow is not None
    }
