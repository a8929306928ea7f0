"""A real house on an embedded store, two tenants and the cast, with a clock that the test moves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pyotp
import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import BaseTestServer, TestClient, TestServer
from argon2 import PasswordHasher

from bot.app import make_app, open_house
from bot.console import make_account
from bot.console.attendance import Attendance
from bot.console.visit import CONSOLE
from bot.house import House
from bot.inbound import Arrival, Inbound, Receipt, Typed
from bot.passwords import Passwords
from bot.settings import Settings
from flows.conversation import Conversation
from flows.events import ChoiceMade, ExitTaken, Skipped
from handoff.case import Case
from handoff.reference import Reference
from handoff.staff import Account, Role
from storage.keyring import generate_key
from storage.store import Sender, Store
from tenants.tenant import Tenant, TenantId, load_tenants
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()

HARBOUR, LANTERN = TenantId("harbour"), TenantId("lantern")
# Cheap on purpose: what is tested is that the work is done, not how long it takes.
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
PASSWORD = "harbour wall"
CAST = {
    "amira": (Role.WORKER,),
    "ben": (Role.WORKER,),
    "chloe": (Role.USING_ABUSE_WORKER,),
    "dev": (Role.SUPERVISOR,),
    "esther": (Role.VOLUNTEER,),
    "farah": (Role.SAFETY_WORKER,),
    "mo": (Role.MANAGER,),
}


@dataclass(slots=True)
class Clock:
    """A Tuesday morning that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(slots=True, repr=False)
class Visitor:
    """Noor, or another visitor, at the real door."""

    house: House
    tenant: TenantId
    name: str
    count: int = 0
    talk: Conversation | None = None

    @property
    def sender(self) -> Sender:
        return Sender("webchat", self.name.encode())

    async def arrive(self, language: str = "en") -> "Visitor":
        arrival = Arrival(self.tenant, "webchat", self.sender, language)
        self.talk = (await self.house.door.open(arrival)).talk
        return self

    async def does(self, *events: object) -> "Visitor":
        for event in events:
            self.count += 1
            inbound = Inbound(self.tenant, self.sender, f"{self.name}-{self.count}", event)  # type: ignore[arg-type]
            receipt: Receipt = await self.house.door.receive(inbound)
            self.talk = receipt.talk
        return self

    async def answers(self, *values: str) -> "Visitor":
        """Choices by value; *skip* skips, and a text of several words is typed."""
        for value in values:
            await self.does(
                Skipped() if value == "skip"
                else Typed(value) if " " in value
                else ChoiceMade(value)
            )  # fmt: skip
        return self

    async def leaves(self) -> None:
        await self.does(ExitTaken())

    @property
    def reference(self) -> Reference:
        assert self.talk is not None
        return Reference(self.talk.reference)


@dataclass(slots=True, repr=False)
class Harbour:
    """The whole house, with a browserless client for each who asks for one."""

    house: House
    clock: Clock
    server: BaseTestServer
    accounts: dict[tuple[TenantId, str], Account]
    clients: list[TestClient] = field(default_factory=list)  # type: ignore[type-arg]

    @property
    def store(self) -> Store:
        return self.house.tenancies[HARBOUR].store

    def account(self, name: str, tenant: TenantId = HARBOUR) -> Account:
        return self.accounts[tenant, name]

    def code(self, name: str, tenant: TenantId = HARBOUR) -> str:
        return pyotp.TOTP(self.account(name, tenant).totp_secret).at(self.clock.now)

    def browser(self) -> TestClient:  # type: ignore[type-arg]
        client: TestClient = TestClient(self.server)  # type: ignore[type-arg]
        self.clients.append(client)
        return client

    async def sign_in(self, name: str, tenant: TenantId = HARBOUR) -> "Desk":
        client = self.browser()
        form = {"name": name, "password": PASSWORD, "code": self.code(name, tenant)}
        answer = await client.post(f"/staff/{tenant}/sign-in", data=form, allow_redirects=False)
        assert answer.status == 303, await answer.text()
        # The next code is another one, as it would be by then.
        self.clock.move(seconds=30)
        return Desk(self, client, name, tenant)

    async def visitor(self, name: str = "noor", language: str = "en") -> Visitor:
        return await Visitor(self.house, HARBOUR, name).arrive(language)

    async def case(self, reference: Reference) -> Case:
        case = await self.store.case(reference)
        assert case is not None
        return case

    async def actions(self, reference: Reference) -> list[str]:
        rows = await self.store.audit_of(reference, limit=100)
        return [row.action for row in reversed(rows)]


@dataclass(slots=True, repr=False)
class Desk:
    """One member of staff at the console, without a browser."""

    harbour: Harbour
    client: TestClient  # type: ignore[type-arg]
    name: str
    tenant: TenantId
    moves: int = 0

    async def get(self, path: str = "", **headers: str) -> ClientResponse:
        return await self.client.get(
            f"/staff/{self.tenant}{path}", headers=headers, allow_redirects=False
        )

    async def read(self, path: str = "") -> str:
        answer = await self.get(path)
        assert answer.status == 200, answer.status
        return await answer.text()

    async def csrf(self) -> str:
        page = await self.read()
        return page.split('name="csrf" value="')[1].split('"')[0]

    async def post(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> ClientResponse:
        whole = {"csrf": await self.csrf(), "id": self.next_id()} | (form or {})
        return await self.client.post(
            f"/staff/{self.tenant}{path}", data=whole, headers=headers, allow_redirects=False
        )

    def next_id(self) -> str:
        self.moves += 1
        return f"{self.name}-move-{self.moves:04}"

    async def claim(self, reference: Reference) -> ClientResponse:
        return await self.post(f"/cases/{reference}/claim")

    async def reply(self, reference: Reference, text: str, **form: str) -> ClientResponse:
        return await self.post(f"/cases/{reference}/reply", {"text": text, **form})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@cache
def llr() -> Tenant:
    """Read once: nothing here writes to a tenant's files."""
    return load_tenants()[TenantId("llr")]


@pytest.fixture
async def harbour(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harbour]:
    whole = llr()
    whole = replace(whole, settings=replace(whole.settings, idle_after=timedelta(minutes=20)))
    tenants = {id: replace(whole, id=id, title=id.title()) for id in (HARBOUR, LANTERN)}
    monkeypatch.setattr("bot.app.load_tenants", lambda _root: tenants)
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'harbour.db'}", secret_keys=generate_key()
    )
    async with open_house(settings, clock) as house:
        accounts = {}
        for tenant in tenants:
            for name, roles in CAST.items():
                account = make_account(name, PASSWORD, roles, alias=name.title(), hasher=QUICK)
                await house.tenancies[tenant].store.save_account(account)
                accounts[tenant, name] = account
        app = make_app(house)
        app[CONSOLE] = replace(
            app[CONSOLE], passwords=Passwords(QUICK), attendance=Attendance(linger=0)
        )
        async with TestServer(app) as server:
            yield (made := Harbour(house, clock, server, accounts))
            for client in made.clients:
                await client.session.close()


@pytest.fixture
async def staffed(harbour: Harbour) -> Desk:
    """Ben is on shift, so visitors meet the whole flow."""
    return await harbour.sign_in("ben")


@pytest.fixture
async def in_danger(harbour: Harbour, staffed: Desk) -> Visitor:
    """Noor is safe to write, writes for herself, and is in danger now."""
    return await (await harbour.visitor()).answers("yes", "me", "yes")


@pytest.fixture
async def waiting(harbour: Harbour, staffed: Desk) -> Visitor:
    """Noor has answered up to what brings her, and waits with nothing urgent."""
    return await (await harbour.visitor()).answers("yes", "me", "no", "me")


@pytest.fixture
async def using_abuse(harbour: Harbour, staffed: Desk) -> Visitor:
    """Somebody is worried about how they behave, and nothing is urgent."""
    visitor = await harbour.visitor("kit")
    return await visitor.answers("yes", "me", "no", "my-behaviour")
