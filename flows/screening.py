"""Free text to markers of danger, each with its words and its rule, so that a person is told.

Refuses to score, to reassure, or to hide: *not*, *long ago* and *in a film* lower, never remove.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from flows.lexicon import read_lexicon
from flows.match import Reading, read_text
from flows.normalise import join_spelled_out
from flows.script import detect_language
from flows.vocabulary import Pattern, Vocabulary, build_vocabulary

FOLDER = Path(__file__).parent / "screening"
FADING = frozenset({"immediate-danger", "escalation", "watched"})
"""Markers that years can end. Every other one stays high however long ago it was (R54, R25)."""
_SPELLED_OUT = 4


class Level(IntEnum):
    """How soon a person must look. *none* is shown to nobody as reassurance (P12)."""

    NONE = 0
    HIGH = 1
    EMERGENCY = 2


@dataclass(frozen=True, slots=True)
class Marker:
    """One sign of danger: the words that matched, the rule that says so, and if it was lowered."""

    name: str
    level: Level
    words: str
    rule: str
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Screening:
    """What a text holds. A lowered marker may leave the level at *none* and is still here."""

    level: Level
    markers: tuple[Marker, ...]
    language: str


class Screener:
    """Reads every text with every language's rules: people mix languages, and so must we."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @classmethod
    def load(cls, folder: Path | None = None) -> "Screener":
        """All lexicons (``*.yaml``) of a folder, once at start.

        Raises:
            LexiconError: with file, line and cure, on any mistake in one.
        """
        files = sorted((folder or FOLDER).glob("*.yaml"))
        return cls(build_vocabulary(read_lexicon(path) for path in files))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages whose rules are applied."""
        return tuple(lexicon.language for lexicon in self._vocabulary.lexicons)

    def screen(self, text: str, language: str = "auto", *, door: str | None = None) -> Screening:
        """The markers of danger in a text (P3). Pure, and linear in the text's length.

        ``language`` is only reported; ``auto`` detects it, ``und`` when nothing tells.
        """
        reading = read_text(text, self._vocabulary)
        if reading.singles >= _SPELLED_OUT and (joined := join_spelled_out(text)) != text:
            reading = read_text(joined, self._vocabulary)
        best: dict[str, Marker] = {}
        settled: dict[str, int] = {}
        for marker in self._markers(reading, door, settled):
            known = best.get(marker.name)
            if known is None or _weight(marker) > _weight(known):
                best[marker.name] = marker
                if not marker.lowered:
                    settled[marker.name] = marker.level
        markers = tuple(sorted(best.values(), key=lambda m: m.level, reverse=True))
        level = markers[0].level if markers else Level.NONE
        if language == "auto":
            language = detect_language(text, reading, self._vocabulary)
        return Screening(level, markers, language)

    def _markers(
        self, reading: Reading, door: str | None, settled: dict[str, int]
    ) -> Iterator[Marker]:
        for pattern, span, is_negated in reading.matches(door, settled):
            rule = pattern.rule
            if rule is None:
                continue
            level = Level.EMERGENCY if rule.strength == "emergency" else Level.HIGH
            if rule.strength == "rising" and reading.is_now(span):
                level = Level.EMERGENCY
            is_past, is_told = reading.is_past(span), reading.is_told(span)
            fades = level is Level.EMERGENCY or rule.marker in FADING
            if is_negated or (is_past and fades) or (is_told and level is Level.EMERGENCY):
                level = _LOWER[level]
            words, name = reading.words_of(span), self._name(pattern)
            yield Marker(rule.marker, level, words, name, is_negated or is_past or is_told)

    def _name(self, pattern: Pattern) -> str:
        return f"{self._vocabulary.lexicons[pattern.language].language}: {pattern.text}"


_LOWER = {Level.EMERGENCY: Level.HIGH, Level.HIGH: Level.NONE}


def _weight(marker: Marker) -> tuple[Level, bool]:
    return marker.level, not marker.lowered


def as_json(text: str, screening: Screening) -> dict[str, object]:
    """What ``frontdoor screen`` prints for one line."""
    return {
        "text": text,
        "level": screening.level.name.lower(),
        "markers": [marker.name for marker in screening.markers],
        "language": screening.language,
    }
