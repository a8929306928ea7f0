"""Whether somebody who comes back is who they say: by a word, never by a name (R11, P16).

Pure. The house says yes or no, and how often it may be asked; it never shows the word.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from handoff.entry import Entry
from handoff.refusals import Refusal
from handoff.staff import StaffId

KIND = "word-check"

Found = Literal["word", "other", "no"]
"""Their word, the one for when somebody makes them speak, or neither."""

GUESSES = 5
"""Wrong ones that a case takes before it takes no more for a while, whoever asks."""

PAUSE = timedelta(hours=1)

LASTS = timedelta(hours=1)
"""How long a right word counts for whoever heard it."""


class TooManyGuesses(Refusal):
    """Too many wrong words in the last hour. No more is taken now; say nothing about a case."""

    code = "too-many-guesses"


class NoWordGiven(Refusal):
    """Write the word that they said."""

    code = "no-word"


def sheet(found: Found) -> Mapping[str, Any]:
    """What is kept of a check: the answer, and nothing of what was said."""
    return {"found": found}


def check_guesses(entries: Iterable[Entry], now: datetime) -> None:
    """Raise TooManyGuesses where no more may be tried now."""
    wrong = (e for e in entries if e.kind == KIND and e.content["found"] == "no")
    if sum(now - entry.at < PAUSE for entry in wrong) >= GUESSES:
        raise TooManyGuesses


def is_verified(entries: Iterable[Entry], by: StaffId, now: datetime) -> bool:
    """Whether this person heard the right word lately, and no wrong one since."""
    own = [e for e in entries if e.kind == KIND and e.by == by and now - e.at < LASTS]
    return bool(own) and max(own, key=lambda e: e.number).content["found"] == "word"
