"""What a move of the desk leaves beside the talk and the case, in the same commit.

Its sheet in the case file, its audit row, its fact, and the timer that ends an offer.
"""

from datetime import datetime

from handoff.case import Case, Offer
from handoff.desk import File, Lapse, Move, Step
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.passing import NAMES, Passing, sheet_of, values_of
from storage.store import AuditEntry, Timer

OFFER = "offer-waits"
"""The kind of the timer that ends an offer which nobody has answered (``bot.offers``)."""


def sheet(move: Move, case: Case, now: datetime) -> tuple[Entry, ...]:
    """The sheet of this move, the next in the file of the case as it was before."""
    if isinstance(move.step, File):
        kind, content = move.step.kind, move.step.content
    elif isinstance(move.step, Passing):
        kind, content = sheet_of(move.step)
    else:
        return ()
    number = case.filed + 1
    return (Entry(case.reference, number, move.id, kind, now, move.by.id, content),)


def audit(move: Move, case: Case, now: datetime) -> AuditEntry:
    """Who did what to which case, in codes (R16)."""
    return AuditEntry(move.by.id, _action(move.step), now, case.reference, _detail(move, case))


def _action(step: Step) -> str:
    if isinstance(step, File):
        return "filed"
    return NAMES[type(step)] if isinstance(step, Passing) else type(step).__name__.lower()


def _detail(move: Move, case: Case) -> str:
    if isinstance(move.step, File):
        return f"{move.step.kind} {case.filed + 1}"
    return " ".join(values_of(move.step).values()) if isinstance(move.step, Passing) else ""


def facts(move: Move, case: Case, now: datetime) -> tuple[Fact, ...]:
    """A step by which a case is passed on, as a fact of its own name (R49)."""
    if isinstance(move.step, Lapse) and move.step.is_unsupervised:
        volunteer = {"volunteer": move.by.id}
        return (Fact("supervision-lapsed", now, case.conversation, case.reference, volunteer),)
    if not isinstance(move.step, Passing):
        return ()
    values = {"by": move.by.id, **values_of(move.step)}
    return (Fact(NAMES[type(move.step)], now, case.conversation, case.reference, values),)


def timers(was: Case, case: Case) -> tuple[Timer, ...]:
    """The timer of an offer: set with it, and done with it, however it ended."""
    if was.offer == case.offer:
        return ()
    both = ((was.offer, True), (case.offer, False))
    return tuple(_timer(case, offer, is_done=done) for offer, done in both if offer is not None)


def _timer(case: Case, offer: Offer, *, is_done: bool) -> Timer:
    return Timer(offer.timer, OFFER, offer.until, case.conversation, case.reference, is_done)
