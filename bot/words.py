"""Words by which somebody comes back: how they are read, kept and compared. None is ever logged.

Kept are Argon2id hashes alone, sealed with the talk. A word finds no talk: the browser's own cookie
does, and the word only opens it.
"""

import asyncio
import unicodedata
from dataclasses import dataclass, field

from bot.passwords import Passwords
from flows.conversation import Conversation

SHORTEST = 4
LONGEST = 100
"""Characters of a word as it is compared; letters and figures of any script."""


class WordsUnfit(Exception):
    """Choose a word of four letters or more, and another one for the second."""

    code = "words-unfit"


class WordUnknown(Exception):
    """No talk of this browser opens with it. Which of the causes it is, is not told (P16)."""

    code = "word-unknown"


@dataclass(frozen=True, slots=True)
class WordsGiven:
    """What a visitor chose to come back with. It never shows where it is printed."""

    word: str = field(repr=False)
    other: str = field(default="", repr=False)


def plain(word: str) -> str:
    """A word as it is compared: no spaces, no capitals, one form of each sign."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(folded.split())[: LONGEST + 1]


def read_words(word: str, other: str) -> WordsGiven:
    """The words as they will be kept. Raises WordsUnfit."""
    given = WordsGiven(plain(word), plain(other))
    sizes = [len(given.word), *([len(given.other)] if given.other else [])]
    if given.word == given.other or not all(SHORTEST <= size <= LONGEST for size in sizes):
        raise WordsUnfit
    return given


async def keep_words(passwords: Passwords, talk: Conversation, given: WordsGiven) -> Conversation:
    """The talk with these words in place of any before. Both always cost the same work."""
    hashed = await asyncio.gather(*map(passwords.make, (given.word, given.other)))
    return talk.evolve(word=hashed[0], other_word=hashed[1] if given.other else "")


async def which_word(passwords: Passwords, talk: Conversation | None, word: str) -> str:
    """``word``, ``other`` or nothing. It always costs two comparisons, talk or none (I14)."""
    tried = plain(word)
    stored = (talk.word, talk.other_word) if talk else ("", "")
    is_own, is_other = await asyncio.gather(
        *(passwords.verify(tried, each or None) for each in stored)
    )
    return "word" if is_own else "other" if is_other else ""
