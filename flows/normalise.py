"""The spelling under which a word is looked up: for matching only, never for storing or showing.

Refuses to guess meaning; it takes away what hides a word: case, marks, invisible signs, leet.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Sentence ends are tokens of their own, so that a match never runs over one.
ENDS = frozenset(".!?;\n…۔؟؛।॥！？。")
SPLIT = re.compile(
    r"[^\s,.!?;:…\"“”„«»()\[\]{}<>/\\|،۔؟؛।॥！？。\-–—_+=~^]+|[.!?;\n…۔؟؛।॥！？。]+",
)
_LETTER_BY_LETTER = re.compile(r"(?<!\S)(?:\w[ .\-]){3,}\w(?!\w)")
_REPEATED = re.compile(r"(.)\1{2,}")
_STROKES = str.maketrans(
    {
        # Letters whose stroke or tail Unicode does not decompose.
        "ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe",
        # One letter, several code points, by keyboard: Arabic, Persian and Urdu forms.
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ه": "ہ", "ة": "ہ", "ۃ": "ہ", "ۂ": "ہ", "ە": "ہ",
        # Gujarati is typed with short or long i and u as it comes, with or without the candra.
        "િ": "ી", "ુ": "ૂ", "ઇ": "ઈ", "ઉ": "ઊ", "ૅ": "ે", "ૉ": "ો",
        "ے": "ے", "ۓ": "ے", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ـ": None,
        # In Hindi and Bengali long and short vowels are often mixed up, and so are these letters.
        "ी": "ि", "ू": "ु", "ী": "ি", "ূ": "ু", "ণ": "ন", "ষ": "শ",
        "'": None, "’": None, "‘": None, "`": None, "´": None, "ʼ": None,
    },
)  # fmt: skip
# What Arabic writes onto the front of a word, longest first: and, with, for, the.
_JOINED = ("وبال", "ولل", "وال", "فال", "بال", "کال", "وب", "ول", "لل", "ال", "و", "ف", "ب", "ل")
# And onto the front of a verb, by region, for *now* and *will*; the letter of the person follows.
_TENSES, _PERSONS = ("عمب", "عم", "ب", "ہ", "ح", "س", "ک", "د", "غ"), frozenset("یتنا")
_THIRD = "ی"
_LEET = tuple(str.maketrans("01345@$€7", f"o{one}eas" + "ase" + "t") for one in "il")
# The dots below of four scripts, the nasal dots of all of them, and the addak: keyboards hide them.
_DROPPED = frozenset(
    {0x93C, 0x9BC, 0xA3C, 0xABC, 0x901, 0x902, 0x981, 0xA81, 0xA82, 0xA01, 0xA02, 0xA70, 0xA71}
)


@lru_cache(maxsize=4096)
def _sign_is_dropped(sign: str) -> bool:
    """Accents and vowel marks that typists leave out, and everything invisible."""
    if unicodedata.category(sign) in {"Cf", "Cc", "Cs", "Co"}:
        return True
    point = ord(sign)
    return (
        0x300 <= point <= 0x36F
        or 0x64B <= point <= 0x65F
        or point == 0x670
        or 0x6D6 <= point <= 0x6ED
        or 0xFE00 <= point <= 0xFE0F
        or point in _DROPPED
    )


def fold(word: str) -> str:
    """The word in lower case without accents, apostrophes and invisible signs."""
    if word.isascii():
        if word.isalpha():
            return word.lower()
        return word.lower().replace("'", "").replace("`", "").strip("*#&%")
    # Strokes are mapped before and after: decomposing takes some apart, composing hides others.
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_STROKES))
    kept = "".join(sign for sign in plain if not _sign_is_dropped(sign))
    return kept.translate(_STROKES).strip("*#&%")


def is_stretched(word: str) -> bool:
    """Whether a letter is held down: ``pleeease``."""
    return _REPEATED.search(word) is not None


def respellings(word: str) -> Iterator[str]:
    """Other readings of a folded word that is not known: leet and letters held down."""
    plain = word
    if not word.isalpha() and not word.isdigit():
        for signs in _LEET:
            plain = word.translate(signs)
            if plain != word:
                yield plain
    once = _REPEATED.sub(r"\1", plain)
    if once != plain:
        yield once
        yield _REPEATED.sub(r"\1\1", plain)


def join_spelled_out(text: str) -> str:
    """``k i l l`` or ``k.i.l.l`` as one word; every other text as it is."""
    return _LETTER_BY_LETTER.sub(lambda run: re.sub(r"[ .\-]", "", run[0]), text)


def unjoined(word: str) -> Iterator[str]:
    """A folded Arabic word without what is joined to its front; at least three letters stay."""
    for front in _JOINED:
        if word.startswith(front) and len(word) >= len(front) + 3:
            yield word[len(front) :]
    for front in _TENSES:
        verb = word[len(front) :]
        if len(verb) > 3 and verb[0] in _PERSONS and word.startswith(front):
            yield verb
            yield _THIRD + verb[1:]
    if len(word) > 3 and word[0] in _PERSONS:
        yield _THIRD + word[1:]


def near_misses(word: str) -> Iterator[str]:
    """The word without one of its letters, the first kept: people start a word right."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
