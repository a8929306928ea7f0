"""Which script a text is written in, and from which side it runs. Only what fonts must know."""

from collections import Counter

_RANGES = (
    ("Arabic", 0x0600, 0x06FF), ("Arabic", 0x0750, 0x077F), ("Arabic", 0x08A0, 0x08FF),
    ("Arabic", 0xFB50, 0xFDFF), ("Arabic", 0xFE70, 0xFEFF), ("Hebrew", 0x0590, 0x05FF),
    ("Devanagari", 0x0900, 0x097F), ("Bengali", 0x0980, 0x09FF), ("Gurmukhi", 0x0A00, 0x0A7F),
    ("Gujarati", 0x0A80, 0x0AFF), ("Tamil", 0x0B80, 0x0BFF), ("Ethiopic", 0x1200, 0x139F),
)  # fmt: skip

LATIN = ""
"""Latin, Greek and Cyrillic letters, figures and signs: what the first font holds."""

FROM_THE_RIGHT = frozenset({"Arabic", "Hebrew"})


def script_of(letter: str) -> str:
    """The script of one letter; that of the first font for all that belongs to no other."""
    code = ord(letter)
    return next((name for name, first, last in _RANGES if first <= code <= last), LATIN)


def scripts_in(text: str) -> tuple[str, ...]:
    """The scripts of a text's letters, the one with the most letters first."""
    counted = Counter(script_of(letter) for letter in text if letter.isalpha())
    return tuple(name for name, _ in counted.most_common())


def runs_from_the_right(text: str) -> bool:
    """Whether the first letter of a text is of a script that runs from the right."""
    first = next((script_of(letter) for letter in text if letter.isalpha()), LATIN)
    return first in FROM_THE_RIGHT
