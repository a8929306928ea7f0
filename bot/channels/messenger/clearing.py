"""What was written is taken away again: all of it when somebody leaves, and each message in time.

Telegram lets a message be taken away for 48 hours; by hour 47 none of ours, and of theirs none that
the app lets us take, is there any more.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.messenger import chat as chats
from bot.channels.messenger.carrier import Closed, Message, Refused, Sent, Wait
from bot.channels.messenger.chat import Chat, ChatKey, Posted
from bot.channels.messenger.lease import leased
from bot.channels.messenger.place import Place
from bot.channels.messenger.wording import own_words
from bot.delivery import clear_timer
from storage.store import Change

KEPT_FOR = timedelta(hours=46)
"""After this long a message is taken away: an hour in hand before hour 47, and two before 48."""

GOODBYE_STAYS = timedelta(minutes=10)
"""How long what remains, and how to clear the chat, can be read."""

MOST = 100
"""Messages that are taken away at once."""

SOON = 1.0
LATER = 5.0
"""Seconds."""


def clear_at(chat: Chat, now: datetime) -> datetime:
    """When something of the chat is next to be taken away or said of it."""
    if chat.owes:
        return now
    return min((_goes_at(chat, post) for post in chat.posts), default=now)


def _goes_at(chat: Chat, post: Posted) -> datetime:
    if post.stays_until is not None:
        return post.stays_until
    return post.at if chat.is_gone else post.at + KEPT_FOR


async def clear(place: Place, key: ChatKey, by: str) -> float | None:
    """Take away what is due. Seconds until the next is; None: nothing is left to take away."""
    async with leased(place, key, by) as chat:
        return SOON if chat is None else await _clear(place, chat)


async def _clear(place: Place, chat: Chat) -> float | None:
    while due := [post.id for post in chat.posts if _goes_at(chat, post) <= place.now()]:
        # What was sent, and never heard of again, has no id with us; it stands between the others.
        ids = place.carrier.around(due) if chat.is_gone else due
        for first in range(0, len(ids), MOST):
            outcome = await place.delete(chat.key, chat.address, ids[first : first + MOST])
            if isinstance(outcome, Wait):
                return outcome.seconds
            if not isinstance(outcome, Sent | Refused | Closed):
                return LATER
        # What the app refuses to take away it will refuse for ever.
        gone = frozenset(due)
        chat = await _amended(place, chat, lambda c, gone=gone: c.without(gone))  # type: ignore[misc]
    return await _goodbye(place, chat)


async def _goodbye(place: Place, chat: Chat) -> float | None:
    now = place.now()
    if chat.owes and chat.is_gone and not chat.is_blocked:
        said = (own_words(place.house.catalogues, each, chat.language) for each in chat.owes)
        outcome = await place.send(chat.key, chat.address, Message("\n\n".join(said)))
        if isinstance(outcome, Wait):
            return outcome.seconds
        if not isinstance(outcome, Sent | Refused | Closed):
            return LATER
        id = outcome.id if isinstance(outcome, Sent) else ""
        posts = (Posted(id, now, now + GOODBYE_STAYS),) if id else ()
        chat = await _amended(place, chat, lambda c: replace(c.posted(*posts), owes=()))
    elif chat.owes:
        chat = await _amended(place, chat, lambda c: replace(c, owes=()))
    if chat.posts:
        return max(0.0, (clear_at(chat, now) - now).total_seconds())
    if chat.is_gone:
        # Nothing is left to do there, so nothing here need lead there.
        chat = await _amended(place, chat, _without_address)
    return await _nothing(place, chat)


def _without_address(chat: Chat) -> Chat:
    return replace(chat, address="") if chat.is_gone and not chat.posts else chat


async def _nothing(place: Place, chat: Chat) -> float | None:
    """The timer is done, unless something was posted while that was decided."""
    now, store = place.now(), place.tenancy.store
    await store.commit(Change(timers=(clear_timer(chat.key, now, is_done=True),)))
    fresh = await chats.find_chat(store, chat.key)
    return SOON if fresh.posts or fresh.owes else None


async def _amended(place: Place, chat: Chat, edit: chats.Edit) -> Chat:
    return await chats.amend(place.tenancy.store, chat, edit) or chat
