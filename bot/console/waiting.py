"""Who waits: the cases one member of staff may know of, in headed groups, as rows to be drawn.

A case that may not be seen is not counted, hinted at or alarmed (P6, R29).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.capacity import capacity
from bot.console.alarms import Alarm, alarms_for, seen_by
from bot.console.fields import field_of
from bot.console.told import Told, draw_told
from bot.console.visit import Visit
from bot.console.words import (
    DOORS,
    ENTERED_BY,
    LEVELS,
    name_language,
    name_option,
    name_reason,
    spell_out,
)
from bot.presence import Presence
from bot.tenancy import Tenancy
from flows.conversation import Ended, Owner
from flows.edition import Edition
from flows.urgency import Level
from handoff.case import Case, QueueName
from handoff.intake import entered_by
from handoff.permissions import SIDES, Permission, may_see, permissions_of
from handoff.staff import Staff, StaffId
from locales.languages import direction, own_name

MOST = 200
"""Rows of one pane; the queue's order puts the most urgent first, whatever is cut off."""

MOST_REASONS = 2

EMERGENCY = "Emergency"
WAITING = "Waiting"
ANSWERING = "Still answering questions"
WITH_A_WORKER = "With a worker"
LEFT = "Left before the end"
GROUPS = (EMERGENCY, WAITING, ANSWERING, WITH_A_WORKER, LEFT)

WHEREABOUTS = {
    "here": "Here",
    "away": "Page closed",
    "silent": "Not safe now",
    "asked": "Asked if it is safe",
    "left": "Has left",
    "entered": "No page",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the pane of who waits. Nothing in it was typed by the visitor."""

    reference: str
    level: str
    level_code: str
    reasons: tuple[str, ...]
    more_reasons: int
    since: datetime
    wrote_at: datetime | None
    language: str
    language_code: str
    language_dir: str
    language_name: str
    needs: tuple[str, ...]
    queue: str
    holder: str
    is_mine: bool
    whereabouts: str
    whereabouts_code: str
    came_back: bool = False
    wishes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading, in the queue's order."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The whole pane, and the emergencies that nobody has taken, whoever is here now first.

    ``came_back`` are those whose worker has gone, and that nobody has taken since (I7); ``climbed``
    is what this person is told of by the ladder.
    """

    groups: tuple[Group, ...]
    alarms: tuple[Row, ...]
    came_back: tuple[Row, ...] = ()
    climbed: tuple[Alarm, ...] = ()
    is_cut: bool = False
    told: Told = field(default_factory=Told)
    at_once: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(group.rows) for group in self.groups)


async def visible_cases(tenancy: Tenancy, staff: Staff) -> Sequence[Case]:
    """The open cases this person may know of, in the queue's order."""
    held, own = permissions_of(staff), own_queues(tenancy, staff)
    other = [queue for queue in tenancy.queues if queue not in own]
    cases = list(await tenancy.store.cases(own, limit=MOST)) if own else []
    if other and Permission.ANSWER_ANY_EMERGENCY in held:
        # Emergencies stand first in every queue, so a cut never hides one.
        cases += await tenancy.store.cases(other, limit=MOST)
    return sorted((c for c in cases if may_see(staff, c)), key=lambda case: case.rank_at)


def own_queues(tenancy: Tenancy, staff: Staff) -> list[QueueName]:
    """The queues of the sides that this person works on."""
    held = permissions_of(staff)
    return [queue for queue in tenancy.queues if SIDES[tenancy.side_of(queue)] in held]


async def waiting(visit: Visit) -> Waiting:
    """The pane as this person may see it now."""
    tenancy = visit.tenancy
    cases = await visible_cases(tenancy, visit.staff)
    aliases = {staff.id: staff.alias for staff in await tenancy.store.everyone()}
    grouped: dict[str, list[Row]] = {title: [] for title in GROUPS}
    for case in cases:
        grouped[group_of(case)].append(make_row(visit, case, aliases))
    groups = tuple(Group(title, tuple(rows)) for title, rows in grouped.items() if rows)
    alarms = sorted(grouped[EMERGENCY], key=lambda row: row.whereabouts_code != "here")
    came_back = tuple(row for group in groups for row in group.rows if row.came_back)
    return Waiting(
        groups,
        tuple(alarms),
        came_back,
        alarms_for(visit.staff, cases, can_call=visit.house.caller.is_real),
        is_cut=len(cases) >= MOST,
        told=await draw_told(visit, cases, aliases),
        at_once=await capacity(tenancy, visit.staff.id),
    )


def group_of(case: Case) -> str:
    """The heading a case stands under; an emergency that nobody holds is one, even if they left."""
    if case.holder is not None:
        return WITH_A_WORKER
    if case.urgency.is_emergency:
        return EMERGENCY
    if case.ended is not None:
        return LEFT
    return WAITING if case.owner is Owner.QUEUE else ANSWERING


def make_row(visit: Visit, case: Case, aliases: Mapping[StaffId, str]) -> Row:
    """One case as a row."""
    edition = visit.tenancy.edition
    reasons = name_reasons(case, edition)
    where = whereabouts(case, visit.house.presence, visit.tenancy)
    is_here = visit.house.presence.visitor_is_here(visit.tenancy.tenant.id, case.conversation)
    is_gone = where == "silent" and not is_here
    return Row(
        reference=case.reference,
        level=LEVELS[case.urgency.level],
        level_code=case.urgency.level.name.lower(),
        reasons=reasons[:MOST_REASONS],
        more_reasons=max(0, len(reasons) - MOST_REASONS),
        since=case.waiting_since or case.opened_at,
        wrote_at=case.last_visitor_at,
        language=own_name(case.language),
        language_code=case.language,
        language_dir=direction(case.language),
        language_name=name_language(case.language),
        needs=name_needs(case, edition),
        queue=_door_of(case),
        holder=aliases.get(case.holder, "a colleague") if case.holder else "",
        is_mine=case.holder == visit.staff.id,
        whereabouts="Not safe, page closed" if is_gone else _name_where(case, where),
        whereabouts_code=where,
        came_back=case.lapsed_at is not None,
        wishes=_name_wishes(case, edition),
        seen=seen_by(case, aliases),
    )


def _door_of(case: Case) -> str:
    """The queue, by its door; before they chose one it would say what nobody has said."""
    is_chosen = case.intake.get("door", "entry") != "entry"
    return spell_out(case.queue) if is_chosen else DOORS["entry"]


def _name_where(case: Case, where: str) -> str:
    return ENTERED_BY.get(entered_by(case.intake), WHEREABOUTS[where])


def name_reasons(case: Case, edition: Edition) -> tuple[str, ...]:
    """Why the urgency stands, the gravest first, each once."""
    reasons = sorted(
        case.urgency.reasons,
        key=lambda r: (-r.grade.imminence, -r.grade.severity, r.said_at),
    )
    return tuple(dict.fromkeys(name_reason(reason, edition) for reason in reasons))


def name_needs(case: Case, edition: Edition) -> tuple[str, ...]:
    """What they said would help, in English."""
    needs = field_of(case, "needs")
    return tuple(name_option(needs.question, value, edition) for value in needs.values)


def _name_wishes(case: Case, edition: Edition) -> tuple[str, ...]:
    """Whom they would feel best talking to, in English (R36)."""
    wishes = field_of(case, "wishes.worker")
    asked = (value for value in wishes.values if value != "anyone")
    return tuple(name_option(wishes.question, value, edition) for value in asked)


def whereabouts(case: Case, presence: Presence, tenancy: Tenancy) -> str:
    """Whether what is written now would be read: the truth, as a code."""
    if entered_by(case.intake):
        return "entered"
    if case.ended in (Ended.EXIT, Ended.STOP, Ended.DOOR):
        return "left"
    if case.is_silent:
        return "asked" if case.is_asked_again else "silent"
    is_here = presence.visitor_is_here(tenancy.tenant.id, case.conversation)
    return "here" if is_here else "away"


def is_stale(level: Level, age: timedelta, *, idle_after: timedelta) -> bool:
    """Whether danger of this age is marked to be asked again (P3): never *lower*, never gone.

    It is after the tenant's ``idle_after``. What has no danger in it is never stale.
    """
    return level is not Level.USUAL and age > idle_after
