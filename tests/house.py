"""A whole House for tests: SQLite in a folder, a clock that is moved by hand, staff, known keys.

It is put together by ``bot.app`` alone; only the clock, the keys and the folder are the tests' own.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import ClientWebSocketResponse, CookieJar, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.app import make_app, open_house
from bot.channels.telegram.serving import Telegram
from bot.console import make_account
from bot.house import House
from bot.settings import Settings
from flows.screening import Screener
from handoff.staff import Role, Staff
from tenants.tenant import TenantId

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
"""A Sunday afternoon."""

HARBOUR, LANTERN = TenantId("llr"), TenantId("coventry")
"""The cast's two tenants are the first two that are served."""

KEYS = "5fUOiY2kRVg0Wm8mHqXGJYcS3Z0nTtB1y9dLxwEaQ7s="
PASSWORD = "a sentence of Harbour's own"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SOON = 10.0
"""Seconds within which anything awaited has long happened."""

STAFF: Mapping[str, tuple[Role, ...]] = {
    "amira": (Role.WORKER,),
    "ben": (Role.WORKER,),
    "chloe": (Role.USING_ABUSE_WORKER,),
    "dev": (Role.SUPERVISOR,),
    "esther": (Role.VOLUNTEER,),
}

Frame = dict[str, Any]


@dataclass(slots=True)
class MovableClock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@cache
def screener() -> Screener:
    """One for all tests: building it takes most of a second, and it never changes."""
    return Screener.load()


@asynccontextmanager
async def opened(
    folder: Path, clock: MovableClock | None = None, **more: Any
) -> AsyncIterator[House]:
    """The house on the database in a folder, which a later opening takes up again."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'house.db'}",
        secret_keys=KEYS,
        rate_limits="off",
        **more,
    )
    async with open_house(settings, clock or MovableClock(), screener=screener()) as house:
        yield house


async def hire(house: House, tenant: TenantId = HARBOUR) -> None:
    """Give one tenant its staff, all with the same password."""
    store = house.tenancies[tenant].store
    for name, roles in STAFF.items():
        if await store.account(name) is None:
            await store.save_account(make_account(name, PASSWORD, roles, hasher=CHEAP))


async def staff(house: House, name: str, tenant: TenantId = HARBOUR) -> Staff:
    """One member of staff as the store has them."""
    account = await house.tenancies[tenant].store.account(name)
    assert account is not None, name
    return account.staff


async def on_shift(house: House, name: str, tenant: TenantId = HARBOUR) -> Staff:
    """The same, on shift now."""
    person = await staff(house, name, tenant)
    await house.tenancies[tenant].touch_shift(person.id, house.clock())
    return await staff(house, name, tenant)


@asynccontextmanager
async def served(
    house: House, *, cookies: bool = True, telegram: Telegram | None = None
) -> AsyncIterator["TestClient[web.Request, web.Application]"]:
    """A browser's client on a server that serves this house."""
    server = TestServer(make_app(house, telegram))
    jar = CookieJar(unsafe=True) if cookies else None
    async with TestClient(server, cookie_jar=jar) as client:
        yield client


@dataclass(slots=True)
class Chat:
    """One socket of Noor's. ``seen`` holds every frame that came, in order."""

    socket: ClientWebSocketResponse
    seen: list[Frame] = field(default_factory=list)

    @property
    def token(self) -> str:
        """The latest way back that she was given."""
        return str(next(f["resume"] for f in reversed(self.seen) if f["type"] == "welcome"))

    @property
    def messages(self) -> list[Frame]:
        return [frame for frame in self.seen if frame["type"] == "message"]

    @property
    def last_seq(self) -> int:
        return max(int(frame.get("seq", 0)) for frame in self.seen)

    async def hello(self, **more: Any) -> list[Frame]:
        """Open or resume; everything that follows at once."""
        await self.put({"type": "hello", **more})
        return await self.settled()

    async def act(self, kind: str, *, id: str = "", **more: Any) -> list[Frame]:
        """Do one thing; everything that follows at once, the ack first."""
        await self.put({"type": kind, "id": id or str(uuid4()), **more})
        return await self.settled()

    async def put(self, frame: Frame) -> None:
        await self.socket.send_str(orjson.dumps(frame).decode())

    async def settled(self) -> list[Frame]:
        """What comes until the server has done all it was asked: it answers a ping in its turn."""
        before = len(self.seen)
        if not self.socket.closed:
            await self.socket.ping(b"done")
        while (frame := await self._next()) is not None:
            self.seen.append(frame)
        return self.seen[before:]

    async def settled_after_death(self) -> list[Frame]:
        """What was still on the wire when the server died."""
        before = len(self.seen)
        while (frame := await self._next()) is not None:
            self.seen.append(frame)
        return self.seen[before:]

    async def until(self, kind: str, **parts: Any) -> Frame:
        """The next frame of this type that has these parts."""
        while True:
            frame = await self._next()
            assert frame is not None, f"the socket has no {kind} with {parts}"
            self.seen.append(frame)
            if frame["type"] == kind and parts.items() <= frame.items():
                return frame

    async def _next(self) -> Frame | None:
        async with asyncio.timeout(SOON):
            while (message := await self.socket.receive()).type is WSMsgType.PING:
                await self.socket.pong(message.data)
        if message.type is WSMsgType.TEXT:
            frame: Frame = orjson.loads(message.data)
            return frame
        return None


@asynccontextmanager
async def chatting(
    client: "TestClient[web.Request, web.Application]",
    tenant: TenantId = HARBOUR,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Chat]:
    """A socket of the visitor's page, closed at the end."""
    socket = await client.ws_connect(f"/ws/chat/{tenant}", autoping=False, headers=headers)
    try:
        yield Chat(socket)
    finally:
        await socket.close()
