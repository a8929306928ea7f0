"""What an answer or a marker adds to the urgency, and what follows in the same turn (P3, I5).

Reasons are only ever added. Nothing here is shown while it is unsafe, and nothing is promised.
"""

from datetime import datetime

from flows.answers import Answer
from flows.conversation import Owner, Safety
from flows.edition import Edition
from flows.effects import RaiseAlarm, Say, ShowNumbers
from flows.events import Moment, TextReceived
from flows.flow import About, Step
from flows.known import answering
from flows.screening import Level, Screening
from flows.turn import Turn
from flows.urgency import Grade, Imminence, Reason, Severity
from flows.walk import queue

OWN_LIFE = frozenset({"suicide", "overdose"})
"""Markers of a danger to the one who writes, or whom they write of."""

MARKER_GRADES = {
    Level.EMERGENCY: Grade(Severity.SEVERE, Imminence.NOW),
    Level.HIGH: Grade(Severity.SERIOUS),
    Level.NONE: Grade(Severity.CONCERN),
}
"""A lowered marker still reaches the worker as a concern; it is never hidden."""


def heed_answer(edition: Edition, turn: Turn, step: Step, answer: Answer, moment: Moment) -> Turn:
    """Add what the step's file says these answers mean; the step is one that stands, or stood."""
    flow = edition.entry if step is edition.safety else turn.talk.flow
    source = f"{flow}.{step.id}"
    reasons = [
        Reason(source, name, step.urgency[name], answer.given_at)
        for name in answer.names
        if name in step.urgency
    ]
    # The danger question's own steps say what follows; saying it twice would be noise.
    return _heed(edition, turn, reasons, moment, is_spoken=step.about is not About.DANGER)


def heed_markers(edition: Edition, turn: Turn, screening: Screening, moment: Moment) -> Turn:
    """Add what screening found in free text, with the words that it found."""
    reasons = [
        Reason(f"screening.{marker.name}", marker.words, MARKER_GRADES[marker.level], moment.now)
        for marker in screening.markers
    ]
    heeded = _heed(edition, turn, reasons, moment, is_spoken=True)
    if OWN_LIFE.isdisjoint(marker.name for marker in screening.markers):
        return heeded
    return _show_own_life_numbers(edition, heeded)


def _show_own_life_numbers(edition: Edition, turn: Turn) -> Turn:
    """Whoever writes of ending their life sees who answers day and night, in every door (R54)."""
    if turn.talk.is_silent:
        return _owe(turn, "suicide")
    if turn.talk.safety is not Safety.SAFE or turn.talk.owner is Owner.WORKER:
        return turn
    return turn.then(ShowNumbers(edition.flows[turn.talk.flow].side, ("suicide",)))


def heed_age(edition: Edition, turn: Turn, event: TextReceived, moment: Moment) -> Turn:
    """Add that a child says so: the desk sees the age beside the other reasons (P17, R23)."""
    reason = Reason("said.age", str(event.age), Grade(Severity.SERIOUS), moment.now)
    return _heed(edition, turn, [reason], moment, is_spoken=False)


def made_to_write(at: datetime) -> Reason:
    """Why a second word alarms. It never enters the talk's own urgency, whose consequences show.

    The desk's case has it (``handoff.made_to_write``).
    """
    return Reason("said.other-word", "", Grade(Severity.SEVERE, Imminence.NOW), at)


def _heed(
    edition: Edition, turn: Turn, reasons: list[Reason], moment: Moment, *, is_spoken: bool
) -> Turn:
    if not reasons:
        return turn
    before = turn.talk.urgency
    urgency = before
    for reason in reasons:
        urgency = urgency.with_reason(reason)
    turn = turn.now(urgency=urgency)
    new = urgency.reasons[len(before.reasons) :]
    alarming = tuple(r for r in new if r.grade.imminence is Imminence.NOW)
    if not alarming:
        return turn
    turn = queue(edition, turn.then(RaiseAlarm(alarming)), "danger")
    return _speak(edition, turn, moment) if is_spoken and not before.is_emergency else turn


def _owe(turn: Turn, kind: str) -> Turn:
    return turn.now(owed=tuple(dict.fromkeys((*turn.talk.owed, kind))))


def tell_owed(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    """Now that it is safe: the answer to what was heard while nothing could be said (P3, R54)."""
    owed, turn = turn.talk.owed, turn.now(owed=())
    told = _speak(edition, turn, moment) if "danger" in owed else turn
    return _show_own_life_numbers(edition, told) if "suicide" in owed else told


def _speak(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    if turn.talk.is_silent:
        return _owe(turn, "danger")
    if turn.talk.owner is Owner.WORKER:
        return turn
    side = edition.flows[turn.talk.flow].side
    is_staffed = moment.is_staffed(answering(edition, turn.talk).side)
    key = "replies.danger-heard" if is_staffed else "replies.danger-heard-nobody-here"
    return turn.then(Say(key), ShowNumbers(side, ("danger",)))
