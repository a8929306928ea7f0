"""A private note in a case's file: what colleagues should know, and no visitor ever reads."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from handoff.refusals import Empty, Refusal

LONGEST_NOTE = 10_000
"""Characters of one note; a longer one comes back to whoever wrote it, unlost."""


class NoteTooLong(Refusal):
    """This is longer than one note may be, so it was not saved. Please save it in parts."""

    code = "note-too-long"


class Note(BaseModel):
    """One note, word for word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    text: str


def make_note(text: str) -> Note:
    """The note of what was written. Raises ``Empty`` or ``NoteTooLong``."""
    if not text.strip():
        raise Empty
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong
    return Note(text=text)
