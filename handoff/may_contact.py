"""Whether somebody may be contacted in one way at one moment, and why not: every sender asks here.

Refuses to guess (P19). What was skipped, never given, ended or is past its time means: do not
contact. Where two readings of what they chose are possible, the smaller one holds.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Literal

from handoff.intake import status_of
from handoff.refusals import Refusal
from handoff.safe_contact import SafeContact, safe_contact
from tenants.hours import LONDON

Way = Literal["call", "voicemail", "text"]

PARTS = {
    "mornings": (time(8), time(12)),
    "afternoons": (time(12), time(17)),
    "evenings": (time(17), time(21)),
}
"""What a part of the day means here, in London's time. Nobody is rung by night for a choice."""

DAY = (time(8), time(21))
SATURDAY = 5


class DoNotContact(Refusal):
    """Do not contact them: they gave no safe way."""

    code = "do-not-contact"


class TheySaidNo(DoNotContact):
    """Do not contact them: they said no, or passed over the question."""

    code = "they-said-no"


class ContactEnded(DoNotContact):
    """Do not contact them: they ended all contact."""

    code = "contact-ended"


class ContactOver(DoNotContact):
    """Do not contact them then: the time for which they called it safe is over."""

    code = "contact-over"


class OtherWay(DoNotContact):
    """This is not the way that they chose. Use only the one that they called safe."""

    code = "other-way"


class NoMessage(DoNotContact):
    """Leave no message: they did not agree to one."""

    code = "no-message"


class NotThen(DoNotContact):
    """That is not one of the times that they called safe."""

    code = "not-then"


class NoTimes(DoNotContact):
    """Do not contact them: they were asked when it is safe, and did not say."""

    code = "no-times"


class TimesToRead(Refusal):
    """Their safe times are not in the list: read them, then say that they allow it."""

    code = "times-to-read"


def check_contact(
    intake: Mapping[str, Any], way: Way, at: datetime, *, is_read: bool = False
) -> SafeContact:
    """The safe contact, if it may be used in this way at this moment. Raises why not.

    ``is_read``: a person has read times that only a person can judge, and says that they allow it.
    Nothing that sends by itself may say so.
    """
    agreed = check_safe(intake, at)
    if agreed.channel != ("text" if way == "text" else "call"):
        raise OtherWay
    if way == "voicemail" and not agreed.may_leave_voicemail:
        raise NoMessage
    _check_times(agreed, at, is_read=is_read)
    return agreed


def check_safe(intake: Mapping[str, Any], at: datetime) -> SafeContact:
    """The safe contact, if there is one that has not ended at this moment. Raises why not.

    It says nothing of the time of day: whoever carries it on carries its times with it.
    """
    agreed = _agreed(intake)
    if agreed.is_over(at):
        raise ContactOver
    if not agreed.times and status_of(intake, "contact.times") in ("declined", "unknown"):
        raise NoTimes
    return agreed


def _agreed(intake: Mapping[str, Any]) -> SafeContact:
    agreed = safe_contact(intake)
    if agreed.is_agreed:
        return agreed
    if intake.get("contact_ended"):
        raise ContactEnded
    if status_of(intake, "contact.channel") in ("answered", "declined") and not agreed.channel:
        raise TheySaidNo
    raise DoNotContact


def _check_times(agreed: SafeContact, at: datetime, *, is_read: bool) -> None:
    if agreed.times:
        if not is_within(agreed.times, at):
            raise NotThen
        return
    # Own words, or never asked, as in an emergency: a person decides, and no machine.
    if not is_read:
        raise TimesToRead


def is_within(times: tuple[str, ...], at: datetime) -> bool:
    """Whether a moment is in the times that were chosen; weekends only where they were chosen."""
    there = at.astimezone(LONDON)
    if there.weekday() >= SATURDAY and "weekends" not in times:
        return False
    if there.weekday() < SATURDAY and set(times) == {"weekends"}:
        return False
    parts = [PARTS[name] for name in times if name in PARTS] or [DAY]
    return any(begins <= there.time() < ends for begins, ends in parts)
