"""Talks as they begin: one that nobody has begun yet, and every way in which one can be."""

from collections.abc import Iterator

from flows.conversation import Conversation, ConversationId
from flows.edition import Edition
from flows.engine import begin, begin_at_door
from flows.events import Moment
from flows.inputs import MOMENTS
from flows.turn import Turn


def newcomer(edition: Edition) -> Conversation:
    """A talk that has not begun."""
    return Conversation(
        id=ConversationId("explored"),
        tenant=edition.tenant,
        channel="web",
        edition=edition.id,
        language=edition.languages[0],
        flow=edition.entry,
    )


def beginnings(edition: Edition) -> Iterator[tuple[Conversation, Moment, Turn]]:
    """Each door, or none, in each moment: what it begins with, and the turn that begins it."""
    for door in (None, *sorted(edition.doors)):
        talk = newcomer(edition).evolve(door=door)
        for moment in MOMENTS:
            yield talk, moment, begin(edition, talk, moment)
            if door is not None:
                yield talk, moment, begin_at_door(edition, talk, moment)
