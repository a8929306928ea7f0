"""Who may pass a case on, take it over, join or listen: every refusal that stands against it.

Pure. The holder keeps a case until another has it, so that at every moment one person answers (I6).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from handoff.case import Case
from handoff.passing import (
    LONGEST_WHISPER,
    AcceptOffer,
    KnowPerson,
    LapseOffer,
    Leave,
    Listen,
    OfferCase,
    OpenHeld,
    Passing,
    RefuseOffer,
    SeeConflict,
    TakeOver,
    Whisper,
    WithdrawOffer,
)
from handoff.permissions import Permission, has_permission, may_see, may_take
from handoff.refusals import (
    AlreadyOffered,
    Empty,
    IsClosed,
    NoSupervisor,
    NotASupervisor,
    NotFound,
    NotHeld,
    NotInTheTalk,
    NotOffered,
    NotThere,
    NotYours,
    TooLong,
)
from handoff.staff import Staff, StaffId

_BY_THE_HOUSE = (LapseOffer, Leave)
"""What the house does too, in the name of whoever has gone: it sees nothing by it."""


def is_in_talk(staff: StaffId, case: Case) -> bool:
    """Whether this person holds the case, writes in it or listens to it."""
    return staff in (case.holder, *case.joined, *case.listening)


def is_offered_to(staff: Staff, case: Case) -> bool:
    """Whether this person may accept what is offered now."""
    offer = case.offer
    if offer is None or staff.id in (case.holder, *case.joined):
        return False
    return offer.to == staff.id if offer.queue is None else may_see(staff, case)


def is_unsupervised(holder: StaffId | None, on_shift: Iterable[Staff]) -> bool:
    """Whether whoever holds a case is here and may hold it no longer: a volunteer alone (R49)."""
    here = tuple(on_shift)
    return any(person.id == holder and not may_take(person, here) for person in here)


def check_passing(by: Staff, step: Passing, case: Case, on_shift: Iterable[Staff]) -> None:
    """Raise the refusal that stands against it, if one does."""
    if not isinstance(step, _BY_THE_HOUSE) and not may_see(by, case):
        raise NotFound
    if case.closed_at is not None and not isinstance(step, KnowPerson | SeeConflict | OpenHeld):
        raise IsClosed
    _CHECKS[type(step)](by, step, case, tuple(on_shift))


def _check_offer(by: Staff, step: OfferCase, case: Case, here: tuple[Staff, ...]) -> None:
    if case.holder != by.id:
        raise NotYours
    if case.offer is not None:
        raise AlreadyOffered
    if step.queue is not None:
        return
    other = next((person for person in here if person.id == step.to != by.id), None)
    if other is None or step.to in case.joined:
        raise NotThere
    if not may_see(other, case) or not may_take(other, here):
        raise NotThere


def _check_accept(by: Staff, step: AcceptOffer, case: Case, here: tuple[Staff, ...]) -> None:
    if not is_offered_to(by, case):
        raise NotOffered
    if not may_take(by, here):
        raise NoSupervisor


def _check_refuse(by: Staff, step: RefuseOffer, case: Case, here: tuple[Staff, ...]) -> None:
    if case.offer is None or case.offer.to != by.id:
        raise NotOffered


def _check_withdraw(by: Staff, step: WithdrawOffer, case: Case, here: tuple[Staff, ...]) -> None:
    if case.holder != by.id:
        raise NotYours
    if case.offer is None:
        raise NotOffered


def _check_lapse(by: Staff, step: LapseOffer, case: Case, here: tuple[Staff, ...]) -> None:
    if case.offer is None or case.offer.timer != step.timer:
        raise NotOffered


def _check_take_over(by: Staff, step: TakeOver, case: Case, here: tuple[Staff, ...]) -> None:
    _require_held_by_another(by, case)
    if has_permission(by, Permission.SUPERVISE):
        return
    # Any member of staff takes the chats of volunteers whom nobody supervises (R49).
    is_staff = has_permission(by, Permission.TAKE_CASES_UNSUPERVISED)
    if not (is_staff and is_unsupervised(case.holder, here)):
        raise NotASupervisor


def _check_leave(by: Staff, step: Leave, case: Case, here: tuple[Staff, ...]) -> None:
    if by.id not in (*case.joined, *case.listening):
        raise NotInTheTalk


def _check_listen(by: Staff, step: Listen, case: Case, here: tuple[Staff, ...]) -> None:
    _require_held_by_another(by, case)
    if not has_permission(by, Permission.SUPERVISE):
        raise NotASupervisor


def _check_whisper(by: Staff, step: Whisper, case: Case, here: tuple[Staff, ...]) -> None:
    if not is_in_talk(by.id, case):
        raise NotInTheTalk
    if not step.text.strip():
        raise Empty
    if len(step.text) > LONGEST_WHISPER:
        raise TooLong


def _check_see(by: Staff, step: SeeConflict, case: Case, here: tuple[Staff, ...]) -> None:
    if not has_permission(by, Permission.SUPERVISE):
        raise NotASupervisor


def _check_nothing(by: Staff, step: Passing, case: Case, here: tuple[Staff, ...]) -> None:
    """Whoever may know of the case may do this."""


def _require_held_by_another(by: Staff, case: Case) -> None:
    if case.holder is None or case.holder == by.id:
        raise NotHeld


_CHECKS: Mapping[type, Callable[[Staff, Any, Case, tuple[Staff, ...]], None]] = {
    OfferCase: _check_offer,
    AcceptOffer: _check_accept,
    RefuseOffer: _check_refuse,
    WithdrawOffer: _check_withdraw,
    LapseOffer: _check_lapse,
    TakeOver: _check_take_over,
    Leave: _check_leave,
    Listen: _check_listen,
    Whisper: _check_whisper,
    KnowPerson: _check_nothing,
    SeeConflict: _check_see,
    OpenHeld: _check_nothing,
}
