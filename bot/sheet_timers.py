"""A sheet of the case's file -> the timers that it sets or ends, in the same commit as it."""

from collections.abc import Iterator

from handoff import call_back, referral
from handoff.case import Case
from handoff.entry import Entry
from storage.store import Timer


def timers_of(case: Case, entry: Entry) -> Iterator[Timer]:
    """What must happen later because of this sheet, or need not any more."""
    if entry.kind == call_back.KIND:
        yield _overdue(case, entry)
    if entry.kind == referral.KIND and entry.content.get("by") == referral.By.WEBHOOK:
        yield _due(case, entry, str(entry.number))
    if entry.kind == referral.KIND and (sent := entry.content.get("sent")):
        yield _due(case, entry, sent, is_done=True)


def _overdue(case: Case, entry: Entry) -> Timer:
    """One a case, as no more than one call back is open: a new booking moves it."""
    told = call_back.read_call_back(entry)
    return Timer(
        id=f"{call_back.OVERDUE}:{case.reference}",
        kind=call_back.OVERDUE,
        due_at=told.due_at + call_back.GRACE,
        conversation=case.conversation,
        reference=case.reference,
        is_done=not told.is_open,
    )


def _due(case: Case, entry: Entry, sent: str, *, is_done: bool = False) -> Timer:
    """When a referral is taken to the partner: at once, and again later where that failed."""
    return Timer(
        id=f"{referral.DUE}:{case.reference}:{sent}",
        kind=referral.DUE,
        due_at=entry.at,
        conversation=case.conversation,
        reference=case.reference,
        is_done=is_done,
    )
