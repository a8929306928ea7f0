"""May we contact them, and how: the top of a case. The address stands there once it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.console.fields import STATES, field_of
from bot.console.words import CHANNELS, name_option
from flows.edition import Edition
from handoff.case import Case
from handoff.safe_contact import SafeContact, safe_contact


@dataclass(frozen=True, slots=True)
class Contact:
    """May we contact them, and how. ``address`` is empty until it is shown with a reason."""

    state: str
    words: str
    how: tuple[str, ...]
    has_address: bool
    address: str = ""


def draw_contact(case: Case, edition: Edition, now: datetime, *, is_shown: bool) -> Contact:
    """May we contact them: only what they agreed to, and otherwise why not (P19)."""
    agreed = safe_contact(case.intake)
    channel = field_of(case, "contact.channel")
    if case.intake.get("contact_ended"):
        return Contact("ended", "Do not contact: they ended all contact", (), has_address=False)
    if agreed.is_agreed and agreed.is_over(now):
        return Contact("over", "Do not contact: the time they gave is over", (), has_address=False)
    if agreed.is_agreed:
        how = tuple(_how(case, agreed, edition))
        words = CHANNELS.get(agreed.channel, name_option(channel.question, agreed.channel, edition))
        return Contact("agreed", words, how, has_address=True, address=_address(agreed, is_shown))
    if channel.status == "answered" and channel.values[:1] == ["no"]:
        return Contact("no", "Do not contact: they said no", (), has_address=False)
    if channel.status == "answered":
        return Contact("no-address", "Do not contact: they gave no number", (), has_address=False)
    if channel.status == "own-words":
        return Contact("own-words", "Only as they wrote, on the right", (), has_address=False)
    return Contact(channel.status, "Do not contact", (), has_address=False)


def _address(agreed: SafeContact, is_shown: bool) -> str:  # noqa: FBT001 - private, one caller.
    return agreed.address if is_shown else ""


def _how(case: Case, agreed: SafeContact, edition: Edition) -> Iterator[str]:
    times = field_of(case, "contact.times")
    if agreed.times:
        yield ", ".join(name_option(times.question, t, edition).lower() for t in agreed.times)
    elif agreed.times_in_words:
        yield "times in their own words, on the right"
    else:
        yield f"times {(STATES[times.status] or 'not asked').lower()}"
    if agreed.channel == "call":
        yield "may leave a message" if agreed.may_leave_voicemail else "no message on voicemail"
        yield "say who is calling as they wrote" if agreed.who_to_say else "say nothing to others"
    if agreed.word:
        yield "their word first"
    until = field_of(case, "contact.until")
    if agreed.ends_at:
        yield f"only {name_option(until.question, until.values[0], edition).lower()}"
