"""What a visitor gave at a question: a choice, their own words, or a skip.

*Not asked* is the absence of an answer, and is never the same as *no* or *declined*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Given(StrEnum):
    """How the question was met. The values serve as names in guards too."""

    CHOSEN = "chosen"
    SAID = "said"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the exact words, if any were typed (R14, intake with provenance)."""

    given: Given
    given_at: datetime
    values: tuple[str, ...] = ()
    words: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What guards and jumps match: the values chosen, else *said* or *skipped*."""
        return self.values or (self.given.value,)


Guard = Mapping[str, frozenset[str]]
"""Answer keys (``flow.step``) or circumstances, each with the names that let a step through."""


class Names(Protocol):
    """What guards may read: the names of an answer, or of a circumstance, by its key."""

    def get(self, key: str, default: tuple[str, ...], /) -> tuple[str, ...]:
        """The names under a key; the default where nothing was answered."""


def is_met(guard: Guard, names: Names) -> bool:
    """Whether every key of the guard has one of its names. An unanswered key is not met."""
    return all(not allowed.isdisjoint(names.get(key, ())) for key, allowed in guard.items())
