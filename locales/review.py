"""Who has read a translation, and of which English: one comment line above it in its catalogue.

`# reviewed: nobody, source 3f2a9c1b` until a native speaker has; then their name and the date stand
there. A review of another English than the present one is no review.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

NOBODY = "nobody"
_LINE = re.compile(
    r"reviewed: (?P<by>[^,]+)(?:, (?P<on>\d{4}-\d\d-\d\d))?, source (?P<source>[0-9a-f]{8})"
)


@dataclass(frozen=True, slots=True)
class Review:
    """`by` is a name or `nobody`, `on` an ISO date or empty, `source` the English's version."""

    by: str
    on: str
    source: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (f"reviewed: {self.by}", self.on, f"source {self.source}")))

    def holds_for(self, english: str, one: str | None = None) -> bool:
        """Has a person read the translation of this very English?"""
        return self.by != NOBODY and bool(self.on) and self.source == version_of(english, one)


def version_of(english: str, one: str | None = None) -> str:
    """The version of an English text, with its singular where it counts: eight hex digits."""
    whole = english if one is None else f"{one}\n{english}"
    return hashlib.sha256(whole.encode()).hexdigest()[:8]


def unreviewed(english: str, one: str | None = None) -> Review:
    """What stands above a translation that a machine made."""
    return Review(NOBODY, "", version_of(english, one))


def read_review(comments: Iterable[str]) -> Review | None:
    """The review among a text's comment lines; None where none stands or it is malformed."""
    for line in comments:
        if found := _LINE.fullmatch(line.strip()):
            return Review(found["by"], found["on"] or "", found["source"])
    return None
