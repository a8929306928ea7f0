"""One question of the intake and what came of it, as it is drawn. It guesses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.console.words import name_option, spell_out
from flows.edition import Edition
from handoff.case import Case
from handoff.intake import IntakeField

STATES = {
    "declined": "Declined",
    "not-asked": "Not asked",
    "unanswered": "No answer yet",
    "unknown": "Not sure",
    "own-words": "Own words",
    "answered": "",
}


@dataclass(frozen=True, slots=True)
class Known:
    """One question and what came of it.

    ``state`` is the intake's status, or *unanswered*: it was put, and no answer has come.
    ``hidden`` says why an answer that was given is not shown.
    """

    place: str
    question: str
    state: str
    state_word: str
    labels: tuple[str, ...]
    words: str
    at: datetime | None
    hidden: str = ""
    by: str = "visitor"


class Field(IntakeField):
    """An intake field, or the absence of one."""

    def state_is(self, status: str) -> bool:
        """Whether this is how it stands, with a choice among what was given."""
        return self.status == status and bool(self.values)


def field_of(case: Case, place: str) -> Field:
    """What stands at a place of the intake; *not asked* where nothing does."""
    raw: Mapping[str, Any] | None = case.intake.get("fields", {}).get(place)
    return Field.model_validate(raw or {"question": "", "status": "not-asked"})


def draw_field(place: str, field: IntakeField, edition: Edition, *, hidden: str = "") -> Known:
    """A field with its question and its labels in English; ``hidden`` says why it may not show."""
    english = edition.english.get(f"{field.question}.ask", spell_out(place.rpartition(".")[2]))
    hidden = hidden if field.words or field.values else ""
    labels = tuple(name_option(field.question, value, edition) for value in field.values)
    return Known(
        place=place,
        question=english,
        state=field.status,
        state_word=STATES[field.status],
        labels=() if hidden else labels,
        words="" if hidden else field.words,
        at=field.at,
        hidden=hidden,
        by=field.by,
    )
