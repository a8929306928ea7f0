"""An age in what somebody typed: their own, never somebody else's (P17).

It reads numbers and a few words beside them; it guesses no age from anything else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.normalise import fold
from tenants.reading import Entry, FileMistakeError, read_source

FILE = Path(__file__).with_name("ages.yaml")
NEAR = 3
"""How many words behind a number's years may say what lasted so long: *10 years of my marriage*."""
BEHIND = 2
"""How many words behind an answer's number may say that they are younger than that."""
YOUNGEST, OLDEST = 5, 110
"""Whole years; a number outside of these is no age of somebody who types."""

_LISTS = ("younger", "behind", "units", "years", "shared")

_WORD = re.compile(
    r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*(?:[\u0300-\u036f\u0900-\u0963\u0966-\u0dff]+[^\W\d_]*)*"
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of all languages at once; ``mine`` are words before and after the number."""

    mine: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    younger: frozenset[str]
    behind: frozenset[str]
    units: frozenset[str]
    years: frozenset[str]
    shared: frozenset[str]
    numbers: Mapping[str, int]


def own_age(text: str) -> int | None:
    """The age that somebody says they are, anywhere in a text; None where none is said."""
    words, known = _split(text), _known()
    for at, age in _ages(words, known):
        said = [after for before, after in known.mine if _stands_around(words, at, before, after)]
        # Two words behind it, as in *14 saal ki*, leave no doubt; *10 years* may be of anything.
        is_sure = any(len(after) > 1 for after in said)
        if said and (is_sure or not _counts_something_else(words[at + 1 :], known)):
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
    behind = words[at + 1 : at + 1 + BEHIND]
    is_older = known.younger.isdisjoint(words[:at]) and known.behind.isdisjoint(behind)
    return age if is_older else age - 1


def _counts_something_else(behind: Sequence[str], known: _Words) -> bool:
    """Whether the words behind a number say so: *10 minutes*, *10 saal se*, *10 years together*."""
    if not behind or behind[0] not in known.years:
        return bool(behind) and behind[0] in known.units
    lasted = behind[1 : 1 + NEAR]
    return lasted[:1] != [] and (lasted[0] in known.units or not known.shared.isdisjoint(lasted))


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
        **{name: _together(getattr(one, name) for one in read) for name in _LISTS},
        numbers={word: age for one in read for word, age in one.numbers.items()},
    )


def _together(lists: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*lists)


def _lists(entry: Entry) -> _Words:
    parts = entry.fields(needed=" ".join(("mine", *_LISTS, "numbers")))
    return _Words(
        mine=tuple(_pattern(text) for text in parts["mine"].texts()),
        **{name: frozenset(map(fold, parts[name].texts())) for name in _LISTS},
        numbers={fold(word): age.whole() for word, age in parts["numbers"].named().items()},
    )


def _pattern(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, _, after = text.partition("#")
    return tuple(_split(before)), tuple(_split(after))
