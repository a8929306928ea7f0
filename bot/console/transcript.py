"""The transcript as the desk reads it: every line in its own language, with its English beside it.

A contact that is masked on the page is masked here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.words import name_option
from flows.edition import Edition
from handoff.case import Case
from handoff.intake import words_of
from handoff.staff import StaffId
from handoff.transcript import Line, Speaker
from locales.languages import ENGLISH, direction


@dataclass(frozen=True, slots=True)
class Said:
    """One line to be drawn. ``english`` is empty where the line is English, or nobody's text."""

    seq: int
    speaker: str
    who: str
    text: str
    why: str
    language: str
    dir: str
    english: str
    at: datetime
    is_silent: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns lines into what is drawn.

    ``address`` is what must stay masked wherever it stands, ``hidden`` are the questions whose
    answers must.
    """

    edition: Edition
    aliases: Mapping[StaffId, str]
    address: str = ""
    hidden: frozenset[str] = frozenset()

    def read(self, lines: Sequence[Line]) -> tuple[Said, ...]:
        """The lines in order."""
        return tuple(self._read(line) for line in lines)

    def _read(self, line: Line) -> Said:
        is_hidden = self._hides(line)
        return Said(
            seq=line.seq,
            speaker=line.speaker,
            who=self._who(line),
            text="" if is_hidden else line.text,
            why=line.why,
            language=line.language,
            dir=direction(line.language),
            english="" if is_hidden else self._english(line),
            at=line.at,
            is_silent=line.is_silent,
            is_hidden=is_hidden,
        )

    def _hides(self, line: Line) -> bool:
        if line.speaker is Speaker.BOT:
            return False
        is_answer = line.speaker is Speaker.VISITOR and line.step in self.hidden
        return is_answer or (bool(self.address) and self.address in line.text)

    def _who(self, line: Line) -> str:
        if line.speaker is Speaker.WORKER:
            return self.aliases.get(StaffId(line.by), "Colleague")
        return "Visitor" if line.speaker is Speaker.VISITOR else "Front Door"

    def _english(self, line: Line) -> str:
        """The English of a text of ours; what people typed is never translated."""
        if line.language == ENGLISH:
            return ""
        if line.speaker is Speaker.BOT or (line.key and not line.values):
            english = self.edition.english.get(line.key, "")
            # What stood in the braces is in the line itself, in figures and letters that all read.
            return "" if "{" in english else english
        return ", ".join(name_option(line.step, v, self.edition) for v in line.values)


def address_of(case: Case) -> str:
    """The contact that was given, whatever was agreed about using it."""
    return words_of(case.intake, "contact.address").strip()
