"""A talk as the desk sees it: with the one reason that no talk may show (P16)."""

from flows.conversation import Conversation, Owner
from flows.danger import made_to_write
from flows.urgency import Urgency


def urgency_at_desk(talk: Conversation) -> Urgency:
    """The talk's own urgency, and that somebody may be making them write."""
    at = talk.other_word_at
    return talk.urgency if at is None else talk.urgency.with_reason(made_to_write(at))


def owner_at_desk(talk: Conversation) -> Owner:
    """Whose it is: while the talk goes on with the bot, a person is awaited all the same (P11)."""
    if talk.owner is Owner.BOT and talk.other_word_at is not None:
        return Owner.QUEUE
    return talk.owner
