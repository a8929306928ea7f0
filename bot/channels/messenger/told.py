"""What came in from a messaging app, whichever it is: who wrote, when, and what they did."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.words import WordsGiven


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it was typed."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours: ``code`` is what we hung on it, ``id`` what the app wants answered."""

    code: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class WordsChosen:
    """A word to come back with, and perhaps another one; None where they are not fit."""

    given: WordsGiven | None


@dataclass(frozen=True, slots=True)
class Started:
    """They opened the chat, for the first time or again: it looks the same (P16)."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A picture, a voice, a place, an edit: answered kindly, and nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """They closed the chat to us; ``is_over`` where they have opened it again."""

    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Poison:
    """It could not be understood, but whose it is: it is set aside, and a person takes over."""

    raw: bytes = field(repr=False)


What = Words | WordsChosen | Pressed | Started | Unreadable | Blocked | Poison


@dataclass(frozen=True, slots=True)
class Told:
    """One update. ``update`` is its own id there, ``address`` the chat that it is from.

    ``post`` is the id of the message that they wrote, where they wrote one.
    """

    update: str
    address: str = field(repr=False)
    at: datetime
    what: What
    language: str = ""
    post: str = ""
