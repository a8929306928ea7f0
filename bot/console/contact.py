"""May we contact them, and how: the top of a case. The address stands there once it is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.console.fields import STATES, field_of
from bot.console.words import CHANNELS, name_option
from flows.edition import Edition
from handoff.case import Case
from handoff.may_contact import check_contact
from handoff.refusals import Refusal
from handoff.safe_contact import SafeContact, safe_contact


@dataclass(frozen=True, slots=True)
class Contact:
    """May we contact them, and how. ``address`` is empty until it is shown with a reason.

    ``now`` says whether they may be contacted now, or why not; ``needs_reading`` that only a person
    can judge their times. ``to_say`` is for who else answers and what is said first, shown with it.
    """

    state: str
    words: str
    how: tuple[str, ...]
    has_address: bool
    address: str = ""
    now: str = ""
    needs_reading: bool = False
    own_words: tuple[tuple[str, str], ...] = ()
    to_say: tuple[tuple[str, str], ...] = ()


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
        shown = agreed if is_shown else SafeContact()
        return Contact(
            *("agreed", words, how),
            has_address=True,
            address=shown.address,
            now=may_now(case.intake, agreed, now),
            needs_reading=not agreed.times,
            own_words=tuple(_own_words(agreed)),
            to_say=tuple(_to_say(shown)),
        )
    if channel.status == "answered" and channel.values[:1] == ["no"]:
        return Contact("no", "Do not contact: they said no", (), has_address=False)
    if channel.status == "answered":
        return Contact("no-address", "Do not contact: they gave no number", (), has_address=False)
    if channel.status == "own-words":
        return Contact("own-words", "Only as they wrote, on the right", (), has_address=False)
    return Contact(channel.status, "Do not contact", (), has_address=False)


def may_now(intake: Mapping[str, Any], agreed: SafeContact, now: datetime) -> str:
    """Whether they may be contacted at this moment, in words; otherwise why not."""
    try:
        check_contact(intake, "text" if agreed.channel == "text" else "call", now)
    except Refusal as refusal:
        return str(refusal)
    return "It is one of their safe times now."


def _own_words(agreed: SafeContact) -> Iterator[tuple[str, str]]:
    if agreed.times_in_words:
        yield "Their safe times, as they said them", agreed.times_in_words


def _to_say(shown: SafeContact) -> Iterator[tuple[str, str]]:
    if shown.word:
        yield "Say first, and hear it back", shown.word
    if shown.who_to_say:
        yield "If somebody else answers, say only", shown.who_to_say


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
