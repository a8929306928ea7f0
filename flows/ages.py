"""An age in what somebody typed: their own, never somebody else's (P17).

It reads numbers and a few words beside them; it guesses no age from anything else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.normalise import fold
from tenants.reading import Entry, FileMistakeError, read_source

FILE = Path(__file__).with_name("ages.yaml")
NEAR = 3
"""How many words behind a number may say that it counts something else: *10 years of marriage*."""
YOUNGEST, OLDEST = 5, 110
"""Whole years; a number outside of these is no age of somebody who types."""

_WORD = re.compile(
    r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*(?:[\u0300-\u036f\u0900-\u0963\u0966-\u0dff]+[^\W\d_]*)*"
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of all languages at once; ``mine`` are words before and after the number."""

    mine: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    younger: frozenset[str]
    units: frozenset[str]
    numbers: Mapping[str, int]


def own_age(text: str) -> int | None:
    """The age that somebody says they are, anywhere in a text; None where none is said."""
    words, known = _split(text), _known()
    for at, age in _ages(words, known):
        if not known.units.isdisjoint(words[at + 1 : at + 1 + NEAR]):
            continue
        if any(_stands_around(words, at, before, after) for before, after in known.mine):
            return age
    return None


def answered_age(text: str) -> int | None:
    """The one age in an answer to *how old are you*; *not 18* is younger. None where none is."""
    words, known = _split(text), _known()
    ages = list(_ages(words, known))
    if len(ages) != 1:
        return None
    at, age = ages[0]
    # Some languages put their *not* before the number, some behind it.
    is_younger = not known.younger.isdisjoint((*words[:at], *words[at + 1 :]))
    return age - 1 if is_younger else age


def _ages(words: Sequence[str], known: _Words) -> Iterator[tuple[int, int]]:
    for at, word in enumerate(words):
        age = int(word) if word.isdecimal() and len(word) < 4 else known.numbers.get(word)
        if age is not None and YOUNGEST <= age <= OLDEST:
            yield at, age


def _stands_around(
    words: Sequence[str], at: int, before: tuple[str, ...], after: tuple[str, ...]
) -> bool:
    start = at - len(before)
    ends = at + 1 + len(after)
    return start >= 0 and tuple(words[start:at]) == before and tuple(words[at + 1 : ends]) == after


def _split(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


@cache
def _known() -> _Words:
    """All lists, read once. Raises ``FileMistakeError`` with file, line and cure."""
    document = read_source(FILE.read_text(encoding="utf-8"), FILE, FileMistakeError)
    read = [_lists(entry) for entry in document.named().values()]
    return _Words(
        mine=tuple(pattern for one in read for pattern in one.mine),
        younger=frozenset().union(*(one.younger for one in read)),
        units=frozenset().union(*(one.units for one in read)),
        numbers={word: age for one in read for word, age in one.numbers.items()},
    )


def _lists(entry: Entry) -> _Words:
    parts = entry.fields(needed="mine younger units numbers")
    return _Words(
        mine=tuple(_pattern(text) for text in parts["mine"].texts()),
        younger=frozenset(map(fold, parts["younger"].texts())),
        units=frozenset(map(fold, parts["units"].texts())),
        numbers={fold(word): age.whole() for word, age in parts["numbers"].named().items()},
    )


def _pattern(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, _, after = text.partition("#")
    return tuple(_split(before)), tuple(_split(after))
