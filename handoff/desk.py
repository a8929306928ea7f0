"""The moves of the desk: what a member of staff may do with a case, and what that makes of it.

Pure. Each move is checked here and nowhere else; it then enters by the one door as an event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.conversation import Conversation, Owner
from flows.events import CaseClosed, StaffEvent, WorkerJoined, WorkerLeft, WorkerReplied
from handoff.case import Case, Outcome
from handoff.ladder import find_watch
from handoff.ladder_moves import CallPlaced, Climb, LadderStep, Seen
from handoff.may_pass import check_passing, is_unsupervised
from handoff.passed import NOBODY_IN, event_of_passing, held_by, let_go, pass_on
from handoff.passing import Passing
from handoff.permissions import Permission, has_permission, may_see, may_take
from handoff.reference import Reference
from handoff.refusals import (
    AlreadyHeld,
    Empty,
    IsClosed,
    NobodyReads,
    NoSupervisor,
    NotFound,
    NotSafeToRead,
    NotYours,
    StillHere,
    TheyHaveLeft,
    TooLong,
)
from handoff.staff import Staff
from handoff.watch import ASSESSMENTS, Rung

LONGEST_REPLY = 4000
"""Characters of one reply; longer ones come back to the worker, unlost."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Take a case: from here on this person holds it, alone (I6)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Write to the visitor."""

    text: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Put the case back to its place in the queue."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """The house takes a case back from whoever is here no longer, or not supervised (I7, R49)."""

    is_unsupervised: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """End the case with an outcome. ``is_gone``: the visitor's page is not open (``duty``)."""

    outcome: Outcome
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Add a sheet to the case's file (``handoff.filing``). The talk does not change by it.

    ``based_on`` is the number of the sheet that a form was filled in over, 0 for none.
    """

    kind: str
    content: Mapping[str, Any] = field(repr=False)
    based_on: int = 0


Step = Claim | Reply | GiveBack | Lapse | Close | File | Passing | LadderStep


@dataclass(frozen=True, slots=True)
class Move:
    """One move by one person on one case. ``id`` makes it exactly-once (I2)."""

    id: str
    reference: Reference
    by: Staff
    step: Step


def check_move(move: Move, case: Case, talk: Conversation, on_shift: Iterable[Staff]) -> None:
    """Raise the refusal that stands against this move, if one does.

    What speaks against a sheet that is filed in its own right is asked of ``handoff.filing``, and
    what is due of an alarm of ``handoff.ladder``.
    """
    if isinstance(move.step, LadderStep):
        _check_ladder(move, case)
        return
    if isinstance(move.step, Lapse):
        _check_lapse(move.by, case, on_shift)
        return
    if isinstance(move.step, Passing):
        check_passing(move.by, move.step, case, on_shift)
        return
    if not may_see(move.by, case):
        # What may not be seen does not exist: a refusal of another kind would say that it does.
        raise NotFound
    if isinstance(move.step, File):
        return
    if case.closed_at is not None:
        raise IsClosed
    if isinstance(move.step, Claim):
        _check_claim(move.by, case, on_shift)
        return
    is_second = isinstance(move.step, Reply) and move.by.id in case.joined
    if case.holder != move.by.id and not is_second:
        raise NotYours
    if isinstance(move.step, Reply):
        _check_reply(move.step, talk)


def _check_ladder(move: Move, case: Case) -> None:
    """The house climbs by itself; on-call may say that they have seen what they cannot open."""
    if not isinstance(move.step, Seen) or may_see(move.by, case):
        return
    watch = find_watch(case, move.step.watch)
    is_called = watch is not None and watch.rung is Rung.ON_CALL
    if not (is_called and has_permission(move.by, Permission.KEEP_ON_CALL)):
        raise NotFound


def _check_claim(by: Staff, case: Case, on_shift: Iterable[Staff]) -> None:
    if case.holder is not None and case.holder != by.id:
        raise AlreadyHeld
    if not may_take(by, on_shift):
        raise NoSupervisor


def _check_lapse(by: Staff, case: Case, on_shift: Iterable[Staff]) -> None:
    if case.holder != by.id:
        raise NotYours
    here = tuple(on_shift)
    if any(person.id == by.id for person in here) and not is_unsupervised(by.id, here):
        raise StillHere


def _check_reply(reply: Reply, talk: Conversation) -> None:
    if not reply.text.strip():
        raise Empty
    if len(reply.text) > LONGEST_REPLY:
        raise TooLong
    if talk.is_entered:
        raise NobodyReads
    if talk.ended is not None:
        raise TheyHaveLeft
    if talk.is_silent:
        raise NotSafeToRead


def event_of(move: Move, case: Case) -> StaffEvent | None:
    """What a move on this case is to the conversation; None: it is nothing to it."""
    match move.step:
        case Claim():
            return WorkerJoined()
        case Reply(text):
            return WorkerReplied(text)
        case GiveBack() | Lapse():
            return WorkerLeft()
        case Close():
            return CaseClosed()
        case File() | Seen() | Climb() | CallPlaced():
            return None
        case passing:
            return event_of_passing(move.by, passing, case)


def make_move(move: Move, case: Case, now: datetime) -> Case:
    """The case after a move that was checked; an alarm's own is ``handoff.ladder``'s to make."""
    match move.step:
        case Claim():
            return held_by(move.by.id, case).evolve(claimed_by=move.id)
        case Reply():
            return case.evolve(first_reply_at=case.first_reply_at or now, replied_at=now)
        case File(kind):
            is_first = kind in ASSESSMENTS and case.assessed_at is None
            return case.evolve(
                filed=case.filed + 1, assessed_at=now if is_first else case.assessed_at
            )
        case GiveBack():
            return let_go(case)
        case Lapse():
            return let_go(case).evolve(lapsed_at=now)
        case Close(outcome):
            return case.evolve(owner=Owner.CLOSED, closed_at=now, outcome=outcome, **NOBODY_IN)
        case Seen() | Climb() | CallPlaced():
            return case
        case passing:
            return pass_on(move.by, passing, case, now)
