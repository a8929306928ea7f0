"""What the edge of the desk tells one person beside alarms: offers, conflicts, volunteers alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.console.visit import Visit
from handoff.case import Case
from handoff.may_pass import is_unsupervised
from handoff.permissions import Permission, has_permission, may_take
from handoff.staff import Staff, StaffId

QUIET = timedelta(seconds=75)
"""A supervisor's console says so twice a minute that it is there; twice missed is told of."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One case and who it is about, by alias."""

    reference: str
    who: str


@dataclass(frozen=True, slots=True)
class Told:
    """``offers`` are to this person. ``conflicts`` wait for a supervisor to see them (R17).

    ``alone``: volunteers hold them, and no supervisor was heard of lately (R49).
    """

    offers: tuple[Notice, ...] = ()
    conflicts: tuple[Notice, ...] = ()
    alone: tuple[Notice, ...] = ()


async def draw_told(visit: Visit, cases: Sequence[Case], aliases: Mapping[StaffId, str]) -> Told:
    """What this person is told now, of the cases that they may know of."""
    me, here = visit.staff, await visit.tenancy.on_shift(visit.now)
    return Told(
        offers=_notices((c for c in cases if c.offer and c.offer.to == me.id), aliases),
        conflicts=_notices((c for c in cases if c.conflict_at is not None), aliases)
        if has_permission(me, Permission.SUPERVISE)
        else (),
        alone=_notices(_alone(visit, cases, here), aliases)
        if has_permission(me, Permission.TAKE_CASES_UNSUPERVISED)
        else (),
    )


def _alone(visit: Visit, cases: Iterable[Case], here: Sequence[Staff]) -> Iterable[Case]:
    """Cases of volunteers whom nobody supervises, or soon nobody will."""
    heard = [p for p in here if not _is_quiet(visit, p)]
    volunteers = {p.id for p in here if not may_take(p, ())}
    both = (*heard, *(p for p in here if p.id in volunteers and p not in heard))
    return (c for c in cases if c.holder in volunteers and is_unsupervised(c.holder, both))


def _is_quiet(visit: Visit, person: Staff) -> bool:
    seen = person.shift_seen_at
    return seen is None or visit.now - seen > QUIET


def _notices(cases: Iterable[Case], aliases: Mapping[StaffId, str]) -> tuple[Notice, ...]:
    return tuple(
        Notice(case.reference, aliases.get(case.holder, "a colleague") if case.holder else "")
        for case in cases
    )
