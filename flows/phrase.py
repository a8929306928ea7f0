"""The small language of a screening rule: words, alternatives, slots, gaps, any order.

``<he> .. kill|murder* <me>`` is words in a row, ``..`` letting up to five others stand between;
``gun & <me>`` is words in any order, near each other. Refuses any other sign, naming it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.normalise import fold

GAP = 5
"""How many other words ``..`` lets stand between."""
NEAR = 7
"""How far apart two words of an ``&`` phrase may stand."""

_PART = re.compile(r"<[a-z-]+>|[^\s|<>&.?*]+\*?")


class PhraseError(ValueError):
    """This phrase cannot be read."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a phrase: the terms that may stand there, after at most ``gap`` others.

    A term is a folded word, several words with spaces between, or a beginning that ends in ``*``.
    """

    terms: frozenset[str]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Elements in a row, or in any order near each other, with the text they were written as."""

    text: str
    elements: tuple[Element, ...]
    any_order: bool = False


Slots = Mapping[str, frozenset[str]]


@lru_cache(maxsize=1 << 16)
def read_term(text: str) -> str:
    """One term as it is looked up; ``_`` and spaces part its words."""
    words = [fold(word) for word in text.replace("_", " ").split()]
    term = " ".join(words) + ("*" if text.endswith("*") else "")
    if not term.strip("* "):
        raise PhraseError(f"{text!r} has no letters")
    if term.endswith("*") and (" " in term or len(term) < 4):
        raise PhraseError(f"{text!r}: a beginning is one word of at least three letters")
    return term


def read_phrases(text: str, slots: Slots) -> Iterator[Phrase]:
    """The phrase, once for each way to leave out its optional elements (``?``)."""
    any_order = "&" in text
    separators = text.split("&") if any_order else _optional_split(text)
    if any_order and (".." in text or "?" in text):
        raise PhraseError(f"{text!r} mixes '&' with '..' or '?'")
    for variant in _variants([part.strip() for part in separators]):
        elements = tuple(_elements(variant, slots))
        if not elements:
            raise PhraseError(f"{text!r} has no words")
        yield Phrase(text, elements, any_order)


def _optional_split(text: str) -> list[str]:
    return text.replace("..", " .. ").split()


def _variants(parts: list[str]) -> Iterator[list[str]]:
    for at, part in enumerate(parts):
        if part.endswith("?"):
            yield from _variants([*parts[:at], part[:-1], *parts[at + 1 :]])
            yield from _variants([*parts[:at], *parts[at + 1 :]])
            return
    yield parts


def _elements(parts: list[str], slots: Slots) -> Iterator[Element]:
    gap = 0
    for part in parts:
        if part == "..":
            gap = GAP
            continue
        yield Element(_terms(part, slots), gap)
        gap = 0


def _terms(part: str, slots: Slots) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for choice in part.split("|"):
        if not _PART.fullmatch(choice):
            raise PhraseError(f"{part!r} is not a word, a beginning* or a <slot>")
        if not choice.startswith("<"):
            terms = frozenset((read_term(choice),))
        elif choice[1:-1] in slots:
            terms = slots[choice[1:-1]]
        else:
            raise PhraseError(f"there is no slot {choice}")
        # A slot that stands alone is taken as it is: copies of the long ones cost a start dearly.
        found = found | terms if found else terms
    return found
