"""One bot's way to Telegram: it writes, takes away, and says how each try ended. It raises nothing.

Nothing is quoted of what Telegram answers: a message of theirs may hold a token or an address.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, pairwise
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession
from orjson import dumps
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.channels.messenger.carrier import Closed, Failed, Message, Outcome, Refused, Sent, Wait
from bot.channels.telegram.request import AiohttpRequest, NotReached, TooMany
from bot.channels.telegram.updates import KINDS

LONGEST = 2000
"""Characters: Telegram counts 4096 half-signs of UTF-16, of which one character may be two."""

WIDEST_GAP = 200
"""Ids between two messages of a chat that are tried; in a busy bot most are of other chats."""

POLL = 25
"""Seconds for which one question for updates stays open."""

LABEL = 60
"""Characters of a button's label; the whole answer stands in the list above it."""


class TelegramCarrier:
    """``base`` is the address of the Bot API, without the token."""

    longest = LONGEST

    def __init__(self, token: str, base: str, session: ClientSession) -> None:
        """The session stays open for as long as this is used."""
        self._polling = AiohttpRequest(session, answer_within=POLL + 10.0)
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            request=AiohttpRequest(session),
            # Given too, or the library would open a pool of another client's for it.
            get_updates_request=self._polling,
        )

    async def send(self, address: str, message: Message) -> Outcome:
        rows = [
            [InlineKeyboardButton(b.label[:LABEL], callback_data=b.code) for b in row]
            for row in message.rows
        ]
        made: list[str] = []

        async def act() -> None:
            posted = await self._bot.send_message(
                int(address),
                message.text,
                reply_markup=InlineKeyboardMarkup(rows) if rows else None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                # Neither sound nor light: nothing calls anybody to the telephone (P15).
                disable_notification=True,
                # It cannot be sent on or saved from the chat.
                protect_content=True,
            )
            made.append(str(posted.message_id))

        outcome = await _tried(act)
        return Sent(made[0]) if made else outcome

    async def delete(self, address: str, posts: Sequence[str]) -> Outcome:
        ids = [int(post) for post in posts]
        return await _tried(lambda: self._bot.delete_messages(int(address), ids))

    def around(self, posts: Sequence[str]) -> Sequence[str]:
        ids = sorted(map(int, posts))
        # A bot's ids run on over all of its chats, and what is not in this one is passed over.
        between = (
            range(one + 1, other) for one, other in pairwise(ids) if other - one <= WIDEST_GAP
        )
        return [str(id) for id in sorted({*ids, *chain.from_iterable(between)})]

    async def heard(self, pressed: str) -> None:
        await _tried(lambda: self._bot.answer_callback_query(pressed))

    async def leave(self, address: str) -> None:
        """Leave a group or a channel, without a word."""
        await _tried(lambda: self._bot.leave_chat(int(address)))

    async def set_webhook(self, address: str, secret: str) -> Outcome:
        """Have updates sent here. What waits there stays."""
        return await _tried(
            lambda: self._bot.set_webhook(
                address, secret_token=secret, allowed_updates=KINDS, drop_pending_updates=False
            )
        )

    async def unset_webhook(self) -> Outcome:
        """Have updates wait to be asked for. What waits there stays."""
        return await _tried(lambda: self._bot.delete_webhook(drop_pending_updates=False))

    async def updates(self, offset: int | None) -> list[Any] | Outcome:
        """The updates from ``offset`` on, as they came: the library's types lose what is new."""
        asked: dict[str, Any] = {"timeout": POLL, "allowed_updates": dumps(KINDS).decode()}
        if offset is not None:
            asked["offset"] = offset
        found: list[Any] = []

        async def act() -> None:
            address = f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
            answer = await self._polling.retrieve(address)
            found.extend(self._polling.parse_json_payload(answer)["result"])

        outcome = await _tried(act)
        return found if isinstance(outcome, Sent) else outcome


async def _tried(act: Callable[[], Awaitable[Any]]) -> Outcome:
    """How it ended. What only may have been taken is told apart from what was not."""
    try:
        await act()
    except TooMany as error:
        return Wait(error.seconds)
    except Forbidden:
        return Closed()
    except (BadRequest, ChatMigrated):
        return Refused()
    except (NotReached, InvalidToken, Conflict):
        return Failed()
    except TelegramError:
        return Failed(is_unknown=True)
    return Sent()
