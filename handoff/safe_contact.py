"""How somebody may be contacted, as they said it. Every sender obeys this (P19).

Absent, skipped or ended means: do not contact. Nothing here is ever guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handoff.intake import values_of, words_of


@dataclass(frozen=True, slots=True)
class SafeContact:
    """What the visitor agreed to. ``times`` are codes or own words; voicemail is never assumed."""

    channel: str = ""
    address: str = ""
    times: tuple[str, ...] = ()
    times_in_words: str = ""
    may_leave_voicemail: bool = False

    @property
    def is_agreed(self) -> bool:
        """Whether there is a way to contact this person that they called safe."""
        return bool(self.channel and self.address)


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
    )
