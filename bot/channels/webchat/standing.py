"""How a talk stands, as its page is told: who answers, and whether they are here."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from bot.channels.webchat.frames import Frame, presence_frame, status_frame
from flows.conversation import Conversation, Owner
from flows.flow import Side
from tenants.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when the page was last told: it is told again only when that has changed.

    The talk itself is not held: a page that lies still would keep an old one in memory.
    """

    told: tuple[object, ...]
    waits_for: tuple[object, ...]
    side: Side
    frames: tuple[Frame, Frame]

    def has_side_of(self, talk: Conversation) -> bool:
        """Whether the talk still waits for the people of the same side."""
        return self.waits_for == _waits_for(talk)

    def is_of(self, talk: Conversation, *, here: bool, staffed: bool) -> bool:
        """Whether nothing has changed since that a page is told of."""
        return self.told == (talk.owner, talk.ended, talk.is_silent, here, staffed)


def stand(
    talk: Conversation, side: Side, settings: Settings, *, here: bool, staffed: bool
) -> Standing:
    """How it stands now. ``here``: its worker has it open; ``staffed``: somebody is on shift."""
    owner = Owner.CLOSED if talk.ended else talk.owner
    status = _status(owner, idle_of(talk, settings), silent=talk.is_silent, staffed=staffed)
    return Standing(
        told=(talk.owner, talk.ended, talk.is_silent, here, staffed),
        waits_for=_waits_for(talk),
        side=side,
        frames=(status, _presence(talk.owner, here=here)),
    )


def _waits_for(talk: Conversation) -> tuple[object, ...]:
    """All that ``flows.known.queue_of`` reads of a talk."""
    return talk.flow, talk.door, talk.urgency


# Few are all there are, and every open page holds two.
_status = lru_cache(maxsize=256)(status_frame)
_presence = lru_cache(maxsize=16)(presence_frame)


def idle_of(talk: Conversation, settings: Settings) -> timedelta:
    """How long a page may lie untouched. Whoever waits for a person does nothing else, and a page
    that rests too soon would lose them (nobody is lost).
    """
    return settings.veil_after if talk.owner is Owner.BOT else settings.resume_within
