"""What somebody says on the telephone, compared with the words of a case: yes, no, or the other.

The words themselves go nowhere. It always costs the same work, whatever the case has (I14).
"""

import secrets

from bot.passwords import Passwords
from bot.words import plain, which_word
from flows.conversation import Conversation
from handoff.case import Case
from handoff.intake import words_of
from handoff.word_check import Found


async def compare(
    passwords: Passwords, talk: Conversation | None, case: Case | None, said: str
) -> Found:
    """Which word of a case was said: the return word, or the one of their safe contact."""
    which = await which_word(passwords, talk, said)
    if which == "other":
        return "other"
    agreed = plain(words_of(case.intake, "contact.word")) if case else ""
    # Compared in every case, so that the time tells nothing.
    is_agreed = secrets.compare_digest(plain(said).encode(), agreed.encode())
    return "word" if which == "word" or (is_agreed and agreed) else "no"
