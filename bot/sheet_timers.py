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
    is_sent = entry.kind == referral.KIND and entry.content["did"] == referral.Did.SENT
    if is_sent and entry.content.get("by") == referral.By.WEBHOOK:
        yield referral_timer(case, entry)


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


def referral_timer(case: Case, sent: Entry) -> Timer:
    """When a referral is taken to the partner: at once, and again later where that failed."""
    return Timer(
        id=f"{referral.DUE}:{case.reference}:{sent.number}",
        kind=referral.DUE,
        due_at=sent.at,
        conversation=case.conversation,
        reference=case.reference,
    )
