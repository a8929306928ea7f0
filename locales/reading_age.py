"""How old a reader has to be for an English text, as a rough count of its sentences and words.

It judges no other language, and no text of fewer words than a sentence.
"""

import re
from collections.abc import Collection

SCHOOL_BEGINS = 5
"""Years that stand before the first grade of Flesch and Kincaid's count."""

OLDEST = 9.0
"""What no text to a visitor may ask for."""

FEWEST = 8
"""A text of fewer words is a label: counting it would say nothing."""

# fmt: off
GLOSSARY = frozenset((
    "anything", "anyone", "anywhere", "centre", "danger", "disability", "everyone", "family",
    "gender", "hiv", "illness", "medicine", "person", "pregnancy", "registered", "safety",
    "service", "sexual", "somewhere", "today",
))
# fmt: on
"""Long words that a child of nine knows, or that have no shorter one."""

_SENTENCES = re.compile(r"[.!?:;]+")
_WORDS = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^dt]ed|[^aeiouy]es)$")
_VOWELS = re.compile(r"[aeiouy]+")


def reading_age(text: str, known: Collection[str] = ()) -> float:
    """Years of age, by Flesch and Kincaid; a ``known`` word counts as one of a single syllable."""
    words = words_of(text)
    sentences = [part for part in _SENTENCES.split(text) if words_of(part)]
    if not words:
        return 0.0
    syllables = sum(1 if word in known else syllables_of(word) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return grade + SCHOOL_BEGINS


def words_of(text: str) -> list[str]:
    """The words of a text; a placeholder is none, nor is a number."""
    found = _WORDS.findall(re.sub(r"\{\w+\}", " ", text.casefold()))
    return [word.removesuffix("'s") for word in found]


def syllables_of(word: str) -> int:
    """About how many syllables an English word has: its vowels in a row, less a silent end."""
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word))))
