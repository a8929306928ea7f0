"""The real desk for the model's test: a house in memory, its pages served, everybody signed in."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

import bot.app
from bot.app import make_app, open_house
from bot.console import make_account, sessions
from bot.console.people import mark_of
from bot.hot import HotTalks
from bot.house import House
from bot.inbound import Arrival, Inbound, TalkUnknown, Typed
from bot.settings import Settings
from bot.ways_back import WaysBack
from flows.events import ChoiceMade, ExitTaken
from handoff.case import Case
from handoff.reference import Reference
from handoff.staff import Role, Staff
from storage.keyring import generate_key
from storage.memory import MemoryStores
from storage.store import Sender, Store
from tenants.tenant import TenantId, load_tenants
from tests.desk.model import CAPACITY
from tests.house import CHEAP, screener
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()

HARBOUR = TenantId("harbour")
CAST = {
    "amira": (Role.WORKER,),
    "ben": (Role.WORKER,),
    "esther": (Role.VOLUNTEER,),
    "vera": (Role.VOLUNTEER,),
    "dev": (Role.SUPERVISOR,),
    "sue": (Role.SUPERVISOR,),
}
BEGIN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
T = TypeVar("T")


@dataclass
class Served:
    """One house from its opening to its closing, driven from outside its loop."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    now: datetime = BEGIN
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    csrf: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    sent: int = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @property
    def store(self) -> Store:
        return self.house.tenancies[HARBOUR].store

    async def open(self) -> None:
        whole = load_tenants()[TenantId("llr")]
        settings = replace(whole.settings, capacity=CAPACITY)
        tenants = {HARBOUR: replace(whole, id=HARBOUR, settings=settings)}

        async def in_memory(*_: object) -> MemoryStores:
            return MemoryStores()

        with (
            patch.object(bot.app, "open_stores", in_memory),
            patch.object(bot.app, "load_tenants", lambda _root: tenants),
        ):
            made = Settings(
                database_url="sqlite:///nowhere.db",
                secret_keys=generate_key(),
                rate_limits="off",
            )
            opened = open_house(made, lambda: self.now, screener=screener())
            self.house: House = await self.stack.enter_async_context(opened)
        self.accounts = [
            make_account(name, "a password", roles, alias=name.title(), hasher=CHEAP)
            for name, roles in CAST.items()
        ]
        self.staff = {account.staff.name: account.staff for account in self.accounts}
        client: TestClient[web.Request, web.Application] = TestClient(
            TestServer(make_app(self.house)), cookie_jar=DummyCookieJar()
        )
        self.client = await self.stack.enter_async_context(client)

    async def begin_anew(self) -> None:
        """A desk on which nothing has happened yet, in the same house: opening one takes long."""
        tenancy, door = self.house.tenancies[HARBOUR], self.house.door
        tenancy.store, door.hot, self.now = MemoryStores().open(HARBOUR), HotTalks(), BEGIN
        door.ways = WaysBack(door.tenancies, door.tools.clock, door.bus, door.hot)
        for account in self.accounts:
            await self.store.save_account(account)
            await tenancy.touch_shift(account.staff.id, None)
            await self.sign_in(account.staff.name)

    async def sign_in(self, name: str) -> None:
        """A session of today's; a shift is begun by nobody but the moves."""
        person = self.staff[name]
        token, session = await sessions.begin(
            self.store, self.house.keyring, person, self.house.clock()
        )
        self.cookies[name], self.csrf[name] = token, session.csrf

    async def is_there(self, name: str) -> None:
        """What an open page's stream does for as long as it is open."""
        await self.house.tenancies[HARBOUR].touch_shift(self.staff[name].id, self.now)

    def close(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()

    def move_clock(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        # Nobody's session shall end in the middle: what is tried here is the desk.
        for name in CAST:
            self.run(self.sign_in(name))

    def next_id(self) -> str:
        self.sent += 1
        return f"press-{self.sent:06}"

    async def post(self, name: str, path: str, form: dict[str, str]) -> str:
        """Press a button; the code of what came of it, *done* where it was done."""
        whole = {"csrf": self.csrf[name], "id": self.next_id()} | form
        headers = {"Cookie": f"staff={self.cookies[name]}", "Accept": "application/json"}
        async with self.client.post(
            f"/staff/{HARBOUR}{path}", data=whole, headers=headers, allow_redirects=False
        ) as answer:
            if answer.content_type == "application/json":
                return str((await answer.json())["code"])
            text = await answer.text()
            if answer.status == 303:
                return f"to {answer.headers['Location'].rpartition('/')[2]}"
            return text.split("<code>")[1].split("</code>")[0] if "<code>" in text else text

    async def get(self, name: str, path: str) -> tuple[int, str]:
        headers = {"Cookie": f"staff={self.cookies[name]}"}
        async with self.client.get(
            f"/staff/{HARBOUR}{path}", headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()

    def mark(self, name: str) -> str:
        """What stands for somebody in a form."""
        return self.run(self._mark(name))

    async def _mark(self, name: str) -> str:
        class Here:
            house = self.house
            tenancy = self.house.tenancies[HARBOUR]

        return mark_of(Here, self.staff[name].id)  # type: ignore[arg-type]

    def name_of(self, id: str | None) -> str | None:
        return next((name for name, person in self.staff.items() if person.id == id), None)

    async def case(self, reference: str) -> Case:
        case = await self.store.case(Reference(reference))
        assert case is not None, "a case is lost"
        return case

    async def visitor(self, number: int, *, in_danger: bool) -> str:
        """Somebody comes, and says a little; their reference."""
        sender = Sender("web", f"visitor {number}".encode())
        await self.house.door.open(Arrival(HARBOUR, "web", sender, "en"))
        for value in ("yes", "me", *(("yes",) if in_danger else ("no", "me"))):
            receipt = await self.does(number, ChoiceMade(value))
        return receipt

    async def does(self, number: int, event: Any) -> str:
        self.sent += 1
        sender = Sender("web", f"visitor {number}".encode())
        inbound = Inbound(HARBOUR, sender, f"said-{self.sent:06}", event)
        return (await self.house.door.receive(inbound)).talk.reference

    async def writes(self, number: int, words: str) -> None:
        """Whose way back has run out meanwhile writes no more."""
        with suppress(TalkUnknown):
            await self.does(number, Typed(words))

    async def leaves(self, number: int) -> None:
        """The same for leaving."""
        with suppress(TalkUnknown):
            await self.does(number, ExitTaken())
