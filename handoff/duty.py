"""The duty decision: somebody left or dropped in danger, and a person says what is done about it.

Recorded even where there is no safe way to reach them; without one the case cannot be closed. Pure.
"""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from flows.conversation import Ended
from handoff.case import Case, Outcome
from handoff.entry import Entry
from handoff.filing import latest
from handoff.permissions import Permission, has_permission
from handoff.refusals import NotYours, Refusal
from handoff.staff import Staff

KIND = "duty-decision"

LONGEST_WHY = 2000
"""Characters of the reason; longer ones come back, unlost."""

_GONE = frozenset({Ended.EXIT, Ended.STOP})


class Decided(StrEnum):
    """What a person decided. Codes; the words are the console's."""

    NO_SAFE_WAY = "no-safe-way"
    CALL_AS_AGREED = "call-as-agreed"
    EMERGENCY_SERVICES = "emergency-services"
    PASSED_ON = "passed-on"
    WAIT = "wait"


class NoDutyDecision(Refusal):
    """They left in danger. Record the duty decision first; then this case can be closed."""

    code = "no-duty-decision"


class NoDecision(Refusal):
    """Choose what was decided, and say why in your own words."""

    code = "no-decision"


class DutyDecision(BaseModel):
    """What was decided, and why, in the words of whoever decided."""

    model_config = ConfigDict(frozen=True)

    decided: Decided
    why: str


def read_decision(decided: str, why: str) -> DutyDecision:
    """A decision from what was written. Raises NoDecision."""
    why = why.strip()
    if decided not in frozenset(Decided) or not 0 < len(why) <= LONGEST_WHY:
        raise NoDecision
    return DutyDecision(decided=Decided(decided), why=why)


def is_owed(case: Case, entries: Iterable[Entry], *, is_gone: bool = False) -> bool:
    """Whether a decision is owed: in danger and gone, and none stands.

    ``is_gone``: they have dropped, as far as the desk can see; a page says no goodbye.
    """
    has_left = is_gone or case.ended in _GONE
    return case.urgency.is_emergency and has_left and latest(entries, KIND) is None


def check_duty(case: Case, entries: Iterable[Entry], outcome: Outcome, *, is_gone: bool) -> None:
    """Raise what stands against closing, if something does."""
    if is_owed(case, entries, is_gone=is_gone or outcome is Outcome.LEFT):
        raise NoDutyDecision


def may_decide(by: Staff, case: Case) -> bool:
    """Whether this person decides: whoever holds the case, and a supervisor."""
    return case.holder == by.id or has_permission(by, Permission.SUPERVISE)


def check_deciding(by: Staff, case: Case) -> None:
    """Raise NotYours for whoever does not decide."""
    if not may_decide(by, case):
        raise NotYours
