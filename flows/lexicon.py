"""A language's screening file, read strictly: every mistake is named with its file and line.

Refuses unknown keys, markers and slots, a key or phrase given twice, and anything empty.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.phrase import Phrase, PhraseError, Slots, read_phrases, read_term
from tenants.reading import Entry, FileMistakeError, read_document, suggest

MARKERS = (
    "immediate-danger", "threat-to-kill", "strangulation", "weapon", "suicide", "overdose",
    "self-harm", "child-at-risk", "sexual-assault", "forced-marriage", "fgm", "stalking",
    "pregnancy-abuse", "watched", "trafficking", "deportation-threat", "escalation",
    "intent-to-harm",
)  # fmt: skip
"""Every marker there is."""

STRENGTHS = ("emergency", "rising", "high")
"""*rising* is high, and an emergency when it is said with a word of now."""
DOOR = "using-abuse"
_IN_DOOR = f" in {DOOR}"
_TERMS = (
    "common", "ordinary", "alike", "subjects", "pauses", "negation", "not negation", "past",
    "now", "fiction",
)  # fmt: skip
_KEYS = ("language", "scripts", "negation reach", *_TERMS, "slots", "idioms", "markers")


class LexiconError(FileMistakeError):
    """A screening file says something that cannot be."""

    code = "screening-file"


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase and what it means. ``door``: it counts only there; empty, everywhere."""

    marker: str
    strength: str
    phrase: Phrase
    door: str = ""

    @property
    def ceiling(self) -> int:
        """The highest level it can reach, as ``flows.screening.Level`` counts."""
        return 1 if self.strength == "high" else 2


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's file: lists of terms by name, idioms, rules, and its reach of *not*."""

    language: str
    scripts: tuple[str, ...]
    reach: tuple[int, int]
    terms: dict[str, frozenset[str]]
    idioms: tuple[Phrase, ...]
    rules: tuple[Rule, ...]


def read_lexicon(path: Path) -> Lexicon:
    """The file as a lexicon. Raises ``LexiconError`` with file, line and cure."""
    root = read_document(path, LexiconError)
    parts = _known(root, _KEYS)
    for key in _KEYS:
        if key not in parts:
            raise root.error(f"{key!r} is missing", f"Add a line '{key}: ...'")
    slots = _slots(parts["slots"])
    return Lexicon(
        language=parts["language"].text(),
        scripts=tuple(item.text() for item in parts["scripts"].listed()),
        reach=_reach(parts["negation reach"]),
        terms={key: _term_list(parts[key], slots) for key in _TERMS},
        idioms=tuple(_phrases(parts["idioms"], slots)),
        rules=tuple(_rules(parts["markers"], slots)),
    )


def _known(entry: Entry, allowed: tuple[str, ...]) -> dict[str, Entry]:
    """A mapping with these keys alone; unlike ``Entry.fields`` it knows keys of several words."""
    return {key.one_of(allowed): value for key, value in entry.entries()}


def _reach(entry: Entry) -> tuple[int, int]:
    numbers = [item.whole() for item in entry.listed()]
    if len(numbers) != 2:
        raise entry.error("two numbers were expected here", "Write [words before, words after]")
    return numbers[0], numbers[1]


def _slots(entry: Entry) -> Slots:
    slots: dict[str, frozenset[str]] = {}
    for name, terms in entry.named().items():
        slots[name] = _term_list(terms, slots)
    return slots


def _term_list(entry: Entry, slots: Slots) -> frozenset[str]:
    terms: set[str] = set()
    for item in entry.listed():
        word = item.text()
        if not word.startswith("<"):
            with _refused_at(item):
                terms.add(read_term(word))
        elif word[1:-1] in slots:
            terms |= slots[word[1:-1]]
        else:
            raise item.error(f"there is no slot {word} above this line", suggest(word, list(slots)))
    return frozenset(terms)


def _phrases(entry: Entry, slots: Slots) -> Iterator[Phrase]:
    seen: set[str] = set()
    for item in entry.listed():
        text = item.text()
        if text in seen:
            raise item.error(f"{text!r} is given twice", "Keep one of them")
        seen.add(text)
        with _refused_at(item):
            yield from read_phrases(text, slots)


@contextmanager
def _refused_at(item: Entry) -> Iterator[None]:
    try:
        yield
    except PhraseError as error:
        raise item.error(str(error), "Its signs are told in flows/phrase.py") from error


def _rules(entry: Entry, slots: Slots) -> Iterator[Rule]:
    strengths = (*STRENGTHS, *(name + _IN_DOOR for name in STRENGTHS))
    for marker, levels in _known(entry, MARKERS).items():
        for key, phrases in _known(levels, strengths).items():
            door = DOOR if key.endswith(_IN_DOOR) else ""
            for phrase in _phrases(phrases, slots):
                yield Rule(marker, key.removesuffix(_IN_DOOR), phrase, door)
