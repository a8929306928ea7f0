"""Where lines wait to be sent: a talk in a messaging app sets a timer in the commit of its lines.

The transcript is the outbox. A timer says that a chat has lines to send; the nudge only hurries.
"""

from dataclasses import replace
from datetime import datetime

from storage.bus import topic
from storage.store import Change, Timer
from tenants.tenant import TenantId

SEND = "messenger-send"
CLEAR = "messenger-clear"
KINDS = frozenset({SEND, CLEAR})
"""Timers that whoever sends looks after (``bot.channels.messenger.outbox``)."""


def outbox_topic(tenant: TenantId) -> str:
    """What is nudged when a chat of a tenant has something to send or to take away."""
    return topic(tenant, "outbox")


def send_timer(chat: str, due_at: datetime, *, is_done: bool = False) -> Timer:
    """There are lines to send in this chat; done: there were."""
    return Timer(f"{SEND} {chat}", SEND, due_at, is_done=is_done)


def clear_timer(chat: str, due_at: datetime, *, is_done: bool = False) -> Timer:
    """There are messages to take away from this chat by then."""
    return Timer(f"{CLEAR} {chat}", CLEAR, due_at, is_done=is_done)


def chat_of(timer: Timer) -> str:
    """The chat that a timer is about."""
    return timer.id.partition(" ")[2]


def with_delivery(change: Change, now: datetime) -> Change:
    """The change, with a timer for whatever of it is to be sent by a messaging app (I4)."""
    following = change.following and with_delivery(change.following, now)
    if following is not change.following:
        change = replace(change, following=following)
    talk = change.conversation
    if talk is None or not talk.chat or not change.lines:
        return change
    return replace(change, timers=(*change.timers, send_timer(talk.chat, now)))
