"""Noor's telephone: it writes and presses, its updates go to the real webhook, and she reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import time
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.messenger import chat as chats
from bot.channels.messenger.chat import Chat
from bot.channels.messenger.outbox import Outbox
from bot.channels.messenger.pace import Pace
from bot.channels.messenger.place import Place
from bot.channels.telegram.bots import BotName, hook_of
from bot.channels.telegram.webhook import SECRET
from bot.house import House
from bot.messaging import Messaging, open_messaging
from flows.conversation import Conversation, ConversationId
from tests.channels.bot_api import TOKEN, BotApi, Raw, Shown
from tests.house import HARBOUR, MovableClock, hire, opened, served

NOTES = BotName(HARBOUR, "notes")
NOOR = 7001
ENVIRONMENT = {"TELEGRAM_TOKEN": TOKEN}


@dataclass(slots=True)
class Room:
    """One house with its one bot, served, and whoever sends moved by hand."""

    api: BotApi
    house: House
    clock: MovableClock
    messaging: Messaging
    client: TestClient[web.Request, web.Application]
    updates: "count[int]" = field(default_factory=lambda: count(500))

    @property
    def place(self) -> Place:
        return self.messaging.telegram.places[NOTES]

    @property
    def outbox(self) -> Outbox:
        return self.messaging.outbox

    async def post(self, update: Any, *, secret: str | None = None, path: str = "") -> int:
        """One update to the webhook; the status that it got."""
        hook, own = hook_of(self.house.keyring, NOTES)
        body = update if isinstance(update, bytes) else None
        async with self.client.post(
            f"/hooks/telegram/{path or hook}",
            data=body,
            json=None if body is not None else update,
            headers={SECRET: own if secret is None else secret},
        ) as answer:
            assert await answer.read() == b""
            return answer.status

    async def sent(self) -> None:
        """Until nothing is due at this moment any more."""
        while True:
            await self.outbox.look()
            if not self.outbox._running:  # noqa: SLF001 - whether there was anything to do.
                return
            await self.outbox.drained()

    async def chat(self, address: int = NOOR) -> Chat:
        tenant, keyring = HARBOUR, self.house.keyring
        keys = chats.keys_of(keyring, tenant, NOTES.place, str(address))
        return await chats.find_chat(self.place.tenancy.store, *keys)


@dataclass(slots=True)
class Phone:
    """One person's chat with the bot."""

    room: Room
    number: int = NOOR
    language: str = "en"

    @property
    def shown(self) -> list[Shown]:
        return [s for s in self.room.api.visible(self.number) if s.is_ours]

    @property
    def texts(self) -> list[str]:
        return [shown.text for shown in self.shown]

    def update(self, kind: str, inner: Raw, *, id: int | None = None) -> Raw:
        number = next(self.room.updates) if id is None else id
        return {"update_id": number, kind: inner}

    def message(
        self, text: str = "", *, late: int = 0, id: int | None = None, parts: Raw | None = None
    ) -> Raw:
        """An update of one message, written so many seconds ago; ``parts`` in place of a text."""
        post = self.room.api.wrote(self.number, text)
        inner = {
            "message_id": post,
            "from": self.person(),
            "chat": {"id": self.number, "type": "private"},
            "date": int(self.room.clock().timestamp()) - late,
            **({"text": text} if parts is None else parts),
        }
        return self.update("message", inner, id=id)

    def person(self) -> Raw:
        return {
            "id": self.number,
            "is_bot": False,
            "first_name": "N",
            "language_code": self.language,
        }

    def pressing(self, label: str, *, nth: int = -1) -> Raw:
        """An update of a button that is on the screen."""
        codes = [
            (shown.id, code)
            for shown in self.shown
            for name, code in shown.buttons
            if name == label
        ]
        assert codes, f"no button {label}; there are {[s.buttons for s in self.shown]}"
        post, code = codes[nth]
        inner = {
            "id": f"press-{post}-{label}",
            "from": self.person(),
            "message": {"message_id": post, "chat": {"id": self.number, "type": "private"}},
            "data": code,
        }
        return self.update("callback_query", inner)

    async def say(self, text: str, *, late: int = 0, id: int | None = None) -> int:
        status = await self.room.post(self.message(text, late=late, id=id))
        await self.room.sent()
        return status

    async def press(self, label: str, *, nth: int = -1) -> int:
        status = await self.room.post(self.pressing(label, nth=nth))
        await self.room.sent()
        return status

    async def talk(self) -> Conversation:
        chat = await self.room.chat(self.number)
        talk = await self.room.place.tenancy.store.conversation(ConversationId(chat.talk))
        assert talk is not None
        return talk


def quick() -> Pace:
    """No test waits for a pace that it does not look at."""
    return Pace(rate=1e9, apart=0.0)


@asynccontextmanager
async def room_of(folder: Path, api: BotApi, clock: MovableClock) -> AsyncIterator[Room]:
    """A house on a folder with its bot at this stand-in."""
    async with (
        opened(folder, clock, telegram_api_base=api.base) as house,
        open_messaging(house, ENVIRONMENT, pace=quick) as messaging,
        served(house, telegram=messaging.telegram) as client,
    ):
        await hire(house)
        yield Room(api, house, clock, messaging, client)


def replaced(update: Raw, **parts: Any) -> Raw:
    """The same update with other parts of its message."""
    kind = next(key for key in update if key != "update_id")
    return {**update, kind: {**update[kind], **parts}}


def message_update(api: BotApi, id: int, text: str, language: str) -> Raw:
    """A message of Noor's as Telegram gives it out, written now by the real clock."""
    inner = {
        "message_id": api.wrote(NOOR, text),
        "from": {"id": NOOR, "is_bot": False, "first_name": "N", "language_code": language},
        "chat": {"id": NOOR, "type": "private"},
        "date": int(time()),
        "text": text,
    }
    return {"update_id": id, "message": inner}


def press_update(api: BotApi, id: int, label: str, language: str) -> Raw:
    """The same of a button on her screen."""
    shown, code = next(
        (shown, code)
        for shown in reversed(api.visible(NOOR))
        for name, code in shown.buttons
        if name == label
    )
    inner = {
        "id": f"press-{id}",
        "from": {"id": NOOR, "is_bot": False, "first_name": "N", "language_code": language},
        "message": {"message_id": shown.id, "chat": {"id": NOOR, "type": "private"}},
        "data": code,
    }
    return {"update_id": id, "callback_query": inner}
