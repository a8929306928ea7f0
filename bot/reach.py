"""Whether what a worker writes now would reach somebody in a messaging app, and what it would show.

A page hides what it shows; a telephone does not. So a reply is refused before it is sent where
nobody would read it, or somebody else might (P15, P19).
"""

from datetime import datetime

from bot.channels.messenger.chat import ChatKey, find_chat
from bot.tenancy import Tenancy
from flows.conversation import Conversation
from handoff.refusals import ChatClosed, SilentTooLong

OPEN, HELD, CLOSED, TOO_LATE = "chat", "held", "closed-to-us", "too-late"


def is_too_late(tenancy: Tenancy, talk: Conversation, now: datetime) -> bool:
    """Whether they have been silent for longer than a page would stay open."""
    heard_at = talk.heard_at
    return heard_at is not None and now - heard_at > tenancy.tenant.settings.resume_within


async def reach(tenancy: Tenancy, talk: Conversation, now: datetime) -> str:
    """How somebody in a messaging app can be reached, as a code; nothing for a page."""
    if not talk.chat:
        return ""
    chat = await find_chat(tenancy.store, ChatKey(talk.chat))
    if chat.is_blocked:
        return CLOSED
    if is_too_late(tenancy, talk, now):
        return TOO_LATE
    return HELD if chat.is_held else OPEN


async def check_reach(tenancy: Tenancy, talk: Conversation, now: datetime) -> None:
    """Raise the refusal that stands against writing to them now, if one does."""
    match await reach(tenancy, talk, now):
        case "closed-to-us":
            raise ChatClosed
        case "too-late":
            raise SilentTooLong
