"""Of all processes one sends in a chat: it holds the chat's row until it lets go, or has died."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.channels.messenger import chat as chats
from bot.channels.messenger.chat import LEASE, Chat, ChatKey
from bot.channels.messenger.place import Place


@asynccontextmanager
async def leased(place: Place, key: ChatKey, by: str) -> AsyncIterator[Chat | None]:
    """The chat, ours for the block; None where somebody else has it. Raises ChatBusy."""
    store, now = place.tenancy.store, place.now()

    def take(chat: Chat) -> Chat | None:
        if not chat.version or not chat.may_lease(now):
            return None
        return replace(chat, lease_until=now + LEASE, leased_by=by)

    held = await chats.amend(store, await chats.find_chat(store, key), take)
    try:
        yield held
    finally:
        if held is not None:
            await chats.amend(store, await chats.find_chat(store, key), lambda c: _let_go(c, by))


def _let_go(chat: Chat, by: str) -> Chat | None:
    if chat.leased_by != by:
        return None
    return replace(chat, lease_until=None, leased_by="")
