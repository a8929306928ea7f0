"""What a case is after it was passed on, and what that is to the talk. Pure; checked before."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flows.conversation import Owner
from flows.events import StaffEvent, WorkerJoined, WorkerWithdrew
from handoff.case import Case, Offer
from handoff.passing import (
    AcceptOffer,
    KnowPerson,
    LapseOffer,
    Leave,
    Listen,
    OfferCase,
    Passing,
    RefuseOffer,
    SeeConflict,
    TakeOver,
    WithdrawOffer,
)
from handoff.staff import Staff, StaffId


def pass_on(by: Staff, step: Passing, case: Case, now: datetime) -> Case:
    """The case after a step that was checked; each leaves its sheet in the file."""
    moved = _after(by, step, case, now)
    return moved.evolve(filed=case.filed + 1)


def _after(by: Staff, step: Passing, case: Case, now: datetime) -> Case:
    match step:
        case OfferCase() | AcceptOffer() | RefuseOffer() | WithdrawOffer() | LapseOffer():
            return _after_offer(by, step, case, now)
        case TakeOver():
            return held_by(by.id, case)
        case Listen():
            return case.evolve(listening=(*without(case.listening, by.id), by.id))
        case Leave():
            return _without(by.id, case)
        case KnowPerson():
            barred = case.evolve(barred=(*case.barred, by.id), conflict_at=now)
            return _without(by.id, barred if case.holder != by.id else _moved_away(barred, now))
        case SeeConflict():
            return case.evolve(conflict_at=None)
    return case


def _after_offer(by: Staff, step: Passing, case: Case, now: datetime) -> Case:
    match step:
        case OfferCase(waits, to, queue, joins):
            # The version makes the id one of its own, however often the case is offered.
            timer = f"offer {case.reference} {case.version}"
            return case.evolve(offer=Offer(timer, now + waits, to, queue, joins))
        case AcceptOffer() if case.offer is not None and case.offer.joins:
            listening = without(case.listening, by.id)
            return case.evolve(offer=None, joined=(*case.joined, by.id), listening=listening)
        case AcceptOffer():
            queue = (case.offer and case.offer.queue) or case.queue
            return held_by(by.id, case).evolve(queue=queue)
    return case.evolve(offer=None)


def held_by(staff: StaffId, case: Case) -> Case:
    """The case in these hands; whoever was in the talk beside the holder stays in it."""
    return case.evolve(
        owner=Owner.WORKER,
        holder=staff,
        held_before=case.holder or case.held_before,
        offer=None,
        lapsed_at=None,
        joined=without(case.joined, staff),
        listening=without(case.listening, staff),
    )


def let_go(case: Case) -> Case:
    """The case in nobody's hands, at its old place in the queue; nobody is in the talk."""
    before = case.holder or case.held_before
    return case.evolve(owner=Owner.QUEUE, holder=None, held_before=before, **NOBODY_IN)


NOBODY_IN: Mapping[str, Any] = MappingProxyType({"offer": None, "joined": (), "listening": ()})
"""How a case stands whose talk nobody of the staff is in."""


def _moved_away(case: Case, now: datetime) -> Case:
    # A closed case stays closed; an open one is shown as having come back, so that it is taken.
    return case if case.closed_at is not None else let_go(case).evolve(lapsed_at=now)


def _without(staff: StaffId, case: Case) -> Case:
    # What is offered to somebody who knows the person is offered no longer.
    is_barred = case.offer is not None and case.offer.to in case.barred
    return case.evolve(
        joined=without(case.joined, staff),
        listening=without(case.listening, staff),
        offer=None if is_barred else case.offer,
    )


def without(people: tuple[StaffId, ...], staff: StaffId) -> tuple[StaffId, ...]:
    """These people, but for one."""
    return tuple(person for person in people if person != staff)


def event_of_passing(by: Staff, step: Passing, case: Case) -> StaffEvent | None:
    """What it is to the talk, of the case as it was before; None: the visitor gets nothing."""
    if isinstance(step, AcceptOffer | TakeOver):
        return WorkerJoined()
    is_away = isinstance(step, KnowPerson) and case.holder == by.id and case.closed_at is None
    return WorkerWithdrew() if is_away else None
