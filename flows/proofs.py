"""What is proved of all that a tenant publishes: P1 to P8, P10 to P13, P15 to P18.

Exhaustive over the reachable states, and over every text in every published language. Pure: texts
are looked up by a function that is passed in, and nothing is printed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.breaks import Break, place_of
from flows.edition import Edition
from flows.exploration import explore
from flows.explored import Explored, Move
from flows.flow import About
from flows.known import asks_of_harm
from flows.never_said import FILE, NeverSaid, read_never_said
from flows.outline import outline
from flows.safety_proofs import SAFETY_PROOFS
from flows.turn_proofs import TURN_PROOFS
from flows.urgency import Imminence
from flows.wall_proofs import prove_numbers_apart, prove_queues, prove_wall
from flows.way_proofs import WAY_PROOFS, find_circles
from flows.wording_proofs import (
    Lookup,
    all_said,
    neutral_keys,
    prove_languages,
    prove_own_wording,
    prove_side,
    prove_wording,
)
from tenants.publishing import gaps
from tenants.tenant import Tenant
from tenants.texts import texts as tenant_texts

NOW_VALUES = frozenset({"taken", "now"})
"""Answers by these names mean harm now, wherever they stand; so does *yes* to danger."""

OF_TURNS = (*TURN_PROOFS, *SAFETY_PROOFS, ("P6", prove_wall))
"""The rules that a single turn can break, however the talk came to it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving one tenant came to: its breaks, and how much was looked at."""

    breaks: tuple[Break, ...]
    states: int = 0
    moves: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class Walked:
    """An edition walked to its last state, and what breaks on the way there."""

    explored: Explored
    breaks: tuple[Break, ...]


def walk_through(edition: Edition) -> Walked:
    """Walk an edition and prove each of its turns and ways."""
    explored = explore(edition)
    return Walked(explored, tuple(prove_moves(explored)))


@dataclass(slots=True)
class Walks:
    """Walks each edition once of those that agree in everything that the engine reads."""

    _known: list[tuple[Edition, Walked]] = field(default_factory=list)

    def walk(self, edition: Edition) -> Walked:
        """What came of walking this edition, or one like it."""
        drawn = outline(edition)
        for known, walked in self._known:
            if known == drawn:
                return Walked(walked.explored.of(edition), walked.breaks)
        walked = walk_through(edition)
        self._known.append((drawn, walked))
        return walked


def prove(
    edition: Edition,
    tenant: Tenant,
    lookup: Lookup,
    *,
    more: Mapping[str, str] | None = None,
    walk: Callable[[Edition], Walked] = walk_through,
) -> Proof:
    """Prove an edition. ``more`` are texts that are shown beside the flows, by their keys.

    ``walk`` may know what came of walking an edition like it (``Walks``). Where what is said runs
    in a circle nothing else is tried: the engine would not return.
    """
    circles = [_told(edition, "P7", key, what) for key, what in find_circles(edition)]
    if circles:
        return Proof(tuple(circles))
    walked = walk(edition)
    explored = walked.explored
    texts = {**edition.english, **dict(tenant_texts(tenant)), **(more or {})}
    breaks = {
        *walked.breaks,
        *prove_tenant(edition, tenant),
        *prove_texts(explored, tenant, texts, lookup),
    }
    return Proof(tuple(sorted(breaks)), len(explored.talks), len(explored.moves), len(texts))


def prove_moves(explored: Explored) -> Iterator[Break]:
    """What holds of every turn and of every way: each break with the shortest path to it."""
    yield from _of_turns(explored)
    yield from _of_ways(explored)
    yield from prove_grades(explored.edition)


def _of_turns(explored: Explored) -> Iterator[Break]:
    """The shortest path to each kind of break: one line a step and rule."""
    found = ((move, what) for move in explored.moves for what in broken_by(explored, move))
    return _with_shortest_path(explored, found)


def broken_by(
    explored: Explored, move: Move, *, rule: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """What one turn breaks, of one rule or of all: the rule, the step's key, and what is wrong."""
    for name, proof in OF_TURNS:
        if rule in (None, name):
            for what in proof(explored, move):
                yield name, _key(move), what


def _of_ways(explored: Explored) -> Iterator[Break]:
    found = (
        (move, (rule, key, what))
        for rule, proof in WAY_PROOFS
        for move, key, what in proof(explored)
        if move is not None
    )
    return _with_shortest_path(explored, found)


def _with_shortest_path(
    explored: Explored, found: Iterable[tuple[Move, tuple[str, str, str]]]
) -> Iterator[Break]:
    shown, depths = dict[tuple[str, str, str], Move](), explored.depths
    for move, broken in found:
        before = shown.get(broken)
        if before is None or depths[move.source] < depths[before.source]:
            shown[broken] = move
    for (rule, key, what), move in shown.items():
        yield Break(*place_of(explored.edition, key), rule, what, explored.path(move))


def prove_grades(edition: Edition) -> Iterator[Break]:
    """P3: an answer that says harm is now carries that urgency in its flow's file."""
    for flow in edition.flows.values():
        for step in flow.steps.values():
            says_now = NOW_VALUES | ({"yes"} if step.about is About.DANGER else set())
            for value in step.values:
                grade = step.urgency.get(value)
                is_now = grade is not None and grade.imminence is Imminence.NOW
                if value in says_now and not is_now:
                    what = f"the answer {value!r} of {step.id!r} is no emergency"
                    yield _told(edition, "P3", f"{flow.id}.{step.id}", what)
    yield from _of_danger_queues(edition)


def _of_danger_queues(edition: Edition) -> Iterator[Break]:
    """P3: in an emergency a case waits where people watch for danger, whatever the flow is for."""
    watched = {flow.queue for flow in edition.flows.values() if asks_of_harm(flow)}
    for flow in edition.flows.values():
        if flow.queue_in_danger not in watched:
            what = f"in danger its cases wait at {flow.queue_in_danger!r}, where no danger"
            yield _told(edition, "P3", f"{flow.id}.", f"{what} is watched for")


def prove_tenant(edition: Edition, tenant: Tenant) -> Iterator[Break]:
    """What holds of a tenant's numbers, queues, areas and own words (P6, P8, P10, P13, P18)."""
    for rule, what in prove_numbers_apart(tenant):
        yield Break(f"tenants/{tenant.id}/numbers.yaml", 1, rule, what)
    for key, what in prove_queues(edition, tenant):
        yield _told(edition, "P6", key, what)
    for gap in gaps(tenant):
        # What only waits for somebody to look at it breaks nothing; publishing asks for it.
        if not gap.is_unfinished:
            yield Break(f"tenants/{tenant.id}/{gap.file}", gap.line, gap.rule, gap.what)
    yield from prove_own_wording(edition, tenant)


def prove_texts(
    explored: Explored, tenant: Tenant, texts: Mapping[str, str], lookup: Lookup
) -> Iterator[Break]:
    """What holds of every text in every language of the tenant (P6, P8, P12, P15, P18)."""
    edition, never = explored.edition, read_never_said()
    yield from prove_languages(edition, texts, tenant.languages, lookup)
    yield from _of_lists(tenant.languages, never)
    neutral = neutral_keys(explored)
    for said in all_said(edition, tenant, texts, lookup):
        if said.language in never:
            yield from prove_wording(said, never, neutral)
            yield from prove_side(tenant, edition, said, never)


def _of_lists(languages: Iterable[str], never: Mapping[str, NeverSaid]) -> Iterator[Break]:
    for language in languages:
        if language not in never:
            what = f"nothing says what may never be said in {language}"
            yield Break(f"flows/{FILE.name}", 1, "P12", what)


def _told(edition: Edition, rule: str, key: str, what: str) -> Break:
    return Break(*place_of(edition, key), rule, what)


def _key(move: Move) -> str:
    """Where a break of a turn stands: at the step that took the event."""
    return move.turn.talk.key if move.event is None else move.before.key
