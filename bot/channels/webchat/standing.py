"""How a talk stands, as its page is told: who answers, and whether they are here."""

from dataclasses import dataclass
from datetime import timedelta

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
    status = status_frame(talk, staffed=staffed, idle=idle_of(talk, settings))
    return Standing(talk, here, staffed, (status, presence_frame(talk, worker_is_here=here)))


def idle_of(talk: Conversation, settings: Settings) -> timedelta:
    """How long a page may lie untouched. Whoever waits for a person does nothing else, and a page
    that rests too soon would lose them (nobody is lost).
    """
    return settings.veil_after if talk.owner is Owner.BOT else settings.resume_within
