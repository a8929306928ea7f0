"""How a talk stands, as its page is told: who answers, and whether they are here."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from bot.channels.webchat.frames import Frame, presence_frame, status_frame
from flows.conversation import Conversation, Owner
from tenants.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when the page was last told: it is told again only when that has changed."""

    talk: Conversation
    here: bool
    staffed: bool
    frames: tuple[Frame, Frame]

    def is_of(self, talk: Conversation, *, here: bool, staffed: bool) -> bool:
        """Whether nothing has changed since; the same talk is the same object until it changes."""
        return self.talk is talk and self.here == here and self.staffed == staffed


def stand(talk: Conversation, settings: Settings, *, here: bool, staffed: bool) -> Standing:
    """How it stands now. ``here``: its worker has it open; ``staffed``: somebody is on shift."""
    owner = Owner.CLOSED if talk.ended else talk.owner
    status = _status(owner, idle_of(talk, settings), silent=talk.is_silent, staffed=staffed)
    return Standing(talk, here, staffed, (status, _presence(talk.owner, here=here)))


# Few are all there are, and every open page holds two.
_status = lru_cache(maxsize=256)(status_frame)
_presence = lru_cache(maxsize=16)(presence_frame)


def idle_of(talk: Conversation, settings: Settings) -> timedelta:
    """How long a page may lie untouched. Whoever waits for a person does nothing else, and a page
    that rests too soon would lose them (nobody is lost).
    """
    return settings.veil_after if talk.owner is Owner.BOT else settings.resume_within
