"""How somebody may be contacted, as they said it. Every sender obeys this (P19).

Absent, skipped, ended or past its time means: do not contact. Nothing here is ever guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.intake import answered_at, values_of, words_of

LASTS = {"today": timedelta(hours=12), "week": timedelta(days=7), "month": timedelta(days=30)}
"""How long an address may be used after they said so; without a word here, until they end it."""


@dataclass(frozen=True, slots=True)
class SafeContact:
    """What the visitor agreed to. ``times`` are codes or own words; voicemail is never assumed.

    ``who_to_say`` is for whoever else answers (nothing: say nothing), ``word`` the one that both
    sides say first, ``ends_at`` when all of it lapses.
    """

    channel: str = ""
    address: str = ""
    times: tuple[str, ...] = ()
    times_in_words: str = ""
    may_leave_voicemail: bool = False
    who_to_say: str = ""
    word: str = ""
    ends_at: datetime | None = None

    @property
    def is_agreed(self) -> bool:
        """Whether there is a way to contact this person that they called safe."""
        return bool(self.channel and self.address)

    def as_content(self) -> dict[str, Any]:
        """All of it for another system, JSON-able."""
        return {
            "channel": self.channel,
            "address": self.address,
            "times": list(self.times),
            "times_in_words": self.times_in_words,
            "may_leave_voicemail": self.may_leave_voicemail,
            "who_to_say": self.who_to_say,
            "word": self.word,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
        }

    def is_over(self, now: datetime) -> bool:
        """Whether the time for which they called it safe has passed."""
        return self.ends_at is not None and now >= self.ends_at


def safe_contact(intake: Mapping[str, Any]) -> SafeContact:
    """The safe contact in a structured intake."""
    channel = values_of(intake, "contact.channel")
    # "no" is an answer like any other, and means what it says.
    if intake.get("contact_ended") or not channel or channel[0] == "no":
        return SafeContact()
    return SafeContact(
        channel=channel[0],
        address=words_of(intake, "contact.address"),
        times=values_of(intake, "contact.times"),
        times_in_words=words_of(intake, "contact.times"),
        may_leave_voicemail=values_of(intake, "contact.voicemail") == ("yes",),
        who_to_say=words_of(intake, "contact.who-to-say"),
        word=words_of(intake, "contact.word"),
        ends_at=_end(intake),
    )


def _end(intake: Mapping[str, Any]) -> datetime | None:
    lasts = [LASTS[value] for value in values_of(intake, "contact.until") if value in LASTS]
    said_at = answered_at(intake, "contact.until")
    return said_at + lasts[0] if lasts and said_at else None
