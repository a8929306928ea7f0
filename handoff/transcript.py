"""The lines of a talk: gap-free, in one order, the inbox and the outbox in one (I1 to I4, I9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from flows.evolving import evolver

Seq = NewType("Seq", int)


class Speaker(StrEnum):
    """Who a line is from."""

    BOT = "bot"
    WORKER = "worker"
    VISITOR = "visitor"


class Expects(StrEnum):
    """What kind of answer a line waits for."""

    ONE = "one"
    ANY = "any"
    TEXT = "text"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice as the visitor sees it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was shown or written, word for word, in its language.

    ``inbox`` is the keyed hash of the channel's own id: unique in the talk, only on what came in.
    ``key`` names the text that was said, ``step`` the question it put; both empty for words typed.
    ``by`` is the worker's staff id on a worker's line; no visitor ever sees it.
    """

    seq: Seq
    speaker: Speaker
    text: str
    language: str
    at: datetime
    why: str = ""
    key: str = ""
    step: str = ""
    choices: tuple[Choice, ...] = ()
    expects: Expects = Expects.NOTHING
    values: tuple[str, ...] = ()
    is_silent: bool = False
    by: str = ""
    inbox: bytes | None = None

    def evolve(self, **changes: Any) -> "Line":
        """The same line with these fields changed."""
        return _evolve(self, changes)


_evolve = evolver(Line)
