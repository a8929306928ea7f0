"""What no text may say, in each language: promises we cannot keep, and words in the wrong place.

The lists are a file; a language that is published without its list is itself a break (P12).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tenants.reading import Entry, read_document

FILE = Path(__file__).with_name("never_said.yaml")

# The vowel signs of the scripts of India are no letters to ``\w``, and a word may end in one.
_LETTER = r"[\w\u0900-\u0963\u0966-\u0dff]"

_LISTS = {
    "promises": "promises",
    "with limits": "with_limits",
    "limits": "limits",
    "on a neutral page": "not_neutral",
    "to who uses abuse": "not_to_who_uses_abuse",
}


@dataclass(frozen=True, slots=True)
class NeverSaid:
    """The lists of one language, each ready to be looked for in a text."""

    promises: re.Pattern[str]
    with_limits: re.Pattern[str]
    limits: re.Pattern[str]
    not_neutral: re.Pattern[str]
    not_to_who_uses_abuse: re.Pattern[str]

    def promise_in(self, text: str) -> str | None:
        """The words of a promise, or of secrecy without its limits; None: nothing found (P12)."""
        if found := self.promises.search(_plain(text)):
            return found[0]
        found = self.with_limits.search(_plain(text))
        return found[0] if found and not self.limits.search(_plain(text)) else None

    def alarm_in(self, text: str) -> str | None:
        """A word that may not stand on a neutral page (P15)."""
        found = self.not_neutral.search(_plain(text))
        return found[0] if found else None

    def other_side_in(self, text: str) -> str | None:
        """A word of the victim side, which the using-abuse door never says (P6)."""
        found = self.not_to_who_uses_abuse.search(_plain(text))
        return found[0] if found else None


def read_never_said(path: Path = FILE) -> Mapping[str, NeverSaid]:
    """The lists of every language. Raises ``FileMistakeError`` with file, line and cure."""
    return {name: _read(entry) for name, entry in read_document(path).named().items()}


def _read(entry: Entry) -> NeverSaid:
    parts: dict[str, Entry] = {}
    for key, value in entry.entries():
        parts[key.one_of(tuple(_LISTS))] = value
    for name in _LISTS:
        if name not in parts:
            raise entry.error(f"{name!r} is missing", f"Add a line '{name}: [...]'")
    return NeverSaid(**{field: _pattern(parts[name].texts()) for name, field in _LISTS.items()})


def _pattern(signs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!{_LETTER}){_sign(sign)}" for sign in signs))


def _sign(sign: str) -> str:
    plain = re.escape(_plain(sign.removesuffix("*")))
    return plain + (f"{_LETTER}*" if sign.endswith("*") else f"(?!{_LETTER})")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
