"""A stand-in for Telegram's Bot API, written from its public description: chats, buttons, faults.

Faults are told beforehand: floods, lines that break after a message was taken, people who block.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "12345:a-token-of-nobody"

Raw = dict[str, Any]


@dataclass(slots=True)
class Shown:
    """One message as a person has it on their telephone."""

    id: int
    text: str
    is_ours: bool
    buttons: list[tuple[str, str]] = field(default_factory=list)
    is_gone: bool = False


@dataclass(slots=True)
class BotApi:
    """Everything of one bot. ``storm`` answers to come are 429, ``broken`` break after the message
    is there, ``lost`` before.
    """

    chats: defaultdict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    calls: Counter[str] = field(default_factory=Counter)
    blocked: set[int] = field(default_factory=set)
    left: list[int] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    waiting: deque[Raw] = field(default_factory=deque)
    offsets: list[int | None] = field(default_factory=list)
    webhook: Raw = field(default_factory=dict)
    sent_at: list[tuple[float, int]] = field(default_factory=list)
    storm: int = 0
    retry_after: int = 3
    broken: int = 0
    lost: int = 0
    undeletable: set[int] = field(default_factory=set)
    base: str = ""
    emptied: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def visible(self, chat: int) -> list[Shown]:
        return [shown for shown in self.chats[chat] if not shown.is_gone]

    def wrote(self, chat: int, text: str) -> int:
        """A person writes; the id that their message has."""
        shown = Shown(next(self._ids), text, is_ours=False)
        self.chats[chat].append(shown)
        return shown.id

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return _refused(401, "Unauthorized")
        method = request.match_info["method"]
        form: Raw = dict(request.query) | dict(await request.post())
        self.calls[method] += 1
        if method == "sendMessage" and self.storm:
            self.storm -= 1
            return _refused(429, "Too Many Requests", retry_after=self.retry_after)
        if method == "sendMessage" and self.lost:
            self.lost -= 1
            return _refused(502, "Bad Gateway")
        answered = await getattr(self, f"_{method}")(form)
        self.changed.set()
        if method == "sendMessage" and self.broken:
            self.broken -= 1
            assert request.transport is not None
            request.transport.abort()
        return answered if isinstance(answered, web.Response) else _told(answered)

    async def _sendMessage(self, form: Raw) -> Any:  # noqa: N802 - Telegram's own names.
        chat = int(form["chat_id"])
        if chat in self.blocked:
            return _refused(403, "Forbidden: bot was blocked by the user")
        assert len(form["text"].encode("utf-16-le")) // 2 <= 4096
        keyboard = orjson.loads(form.get("reply_markup", "{}")).get("inline_keyboard", [])
        buttons = [(b["text"], b["callback_data"]) for row in keyboard for b in row]
        assert all(0 < len(code.encode()) <= 64 for _, code in buttons)
        shown = Shown(next(self._ids), form["text"], is_ours=True, buttons=buttons)
        self.chats[chat].append(shown)
        self.sent_at.append((asyncio.get_running_loop().time(), chat))
        return {"message_id": shown.id, "date": 0, "chat": {"id": chat, "type": "private"}}

    async def _deleteMessages(self, form: Raw) -> Any:  # noqa: N802
        ids = set(orjson.loads(form["message_ids"]))
        assert len(ids) <= 100
        if ids & self.undeletable:
            return _refused(400, "Bad Request: message can't be deleted")
        for shown in self.chats[int(form["chat_id"])]:
            shown.is_gone |= shown.id in ids
        return True

    async def _answerCallbackQuery(self, form: Raw) -> Any:  # noqa: N802
        self.heard.append(form["callback_query_id"])
        return True

    async def _leaveChat(self, form: Raw) -> Any:  # noqa: N802
        self.left.append(int(form["chat_id"]))
        return True

    async def _setWebhook(self, form: Raw) -> Any:  # noqa: N802
        self.webhook = form
        return True

    async def _deleteWebhook(self, form: Raw) -> Any:  # noqa: N802
        assert form.get("drop_pending_updates") != "true"
        self.webhook = {}
        return True

    async def _getUpdates(self, form: Raw) -> Any:  # noqa: N802
        offset = int(form["offset"]) if "offset" in form else None
        self.offsets.append(offset)
        # An offset confirms what came before it, and only what was given out.
        while offset is not None and self.waiting and self.waiting[0]["update_id"] + 1 == offset:
            self.waiting.popleft()
            break
        if not self.waiting:
            self.emptied.set()
            await asyncio.sleep(0.1)
        return list(self.waiting)[:1]


def _told(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, description: str, **parameters: int) -> web.Response:
    told: Raw = {"ok": False, "error_code": status, "description": description}
    more = {"parameters": parameters} if parameters else {}
    return web.json_response(told | more, status=status)


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """The stand-in, listening."""
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.answer)
    async with TestServer(app) as server:
        api.base = str(server.make_url("")).rstrip("/")
        yield api
