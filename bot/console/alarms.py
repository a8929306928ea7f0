"""What has climbed the ladder, as one person's desk shows it: which rung, and who has seen it.

It says what was done, never that somebody heard it: only a person can say that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from handoff.case import Case
from handoff.ladder import is_told_to
from handoff.staff import Staff, StaffId
from handoff.watch import Cause, Rung, Watch

CAUSES = {
    Cause.UNCLAIMED: "Nobody has taken this emergency",
    Cause.UNANSWERED: "They wait for an answer",
    Cause.TRANSFER: "A transfer is not confirmed",
    Cause.CALL_BACK: "A call back is overdue",
    Cause.ASSESSMENT: "The risk assessment is overdue",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm that nobody has said they have seen. ``token`` changes with its rung."""

    reference: str
    watch: str
    words: str
    told: str
    since: datetime

    @property
    def token(self) -> str:
        """What a page compares, to ring for what is new; nothing can be read from it."""
        return f"{self.watch}/{self.told}".replace(" ", "-")


def alarms_for(staff: Staff, cases: Iterable[Case], *, can_call: bool) -> tuple[Alarm, ...]:
    """The alarms of these cases that this person's rung has been told, the oldest first.

    ``can_call``: there is a provider, so that a call that was placed has called somebody.
    """
    found = (
        Alarm(case.reference, w.id, CAUSES[w.cause], _told(w, can_call=can_call), w.since)
        for case in cases
        for w in _told_to(staff, case)
    )
    return tuple(sorted(found, key=lambda alarm: alarm.since))


def _told_to(staff: Staff, case: Case) -> Iterator[Watch]:
    return (watch for watch in case.watches if is_told_to(watch, case, staff))


def _told(watch: Watch, *, can_call: bool) -> str:
    match watch.rung:
        case Rung.HOLDER:
            return "The holder is told"
        case Rung.SUPERVISOR:
            return "Supervisors are told"
    if watch.calls_at is not None:
        return "On-call could not be called yet"
    return "On-call was called, no answer yet" if can_call else "No telephone: nobody was called"


def seen_by(case: Case, aliases: Mapping[StaffId, str]) -> tuple[str, ...]:
    """Who has seen what of a case, each in a line."""
    return tuple(
        f"{CAUSES[watch.cause]}: seen by {aliases.get(watch.seen_by, 'a colleague')}"
        for watch in case.watches
        if watch.seen_by is not None
    )
