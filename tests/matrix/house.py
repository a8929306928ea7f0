"""The two tenants with everything that must stay apart, served once: cases, people, canaries.

Every case is made through the one door; no test writes to the store what the house would not.
"""

import logging
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import structlog
from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import make_app
from bot.channels.webchat import browser
from bot.console import make_account, sessions
from bot.console.attendance import Attendance
from bot.console.visit import CONSOLE
from bot.house import House
from bot.inbound import Arrival, Inbound, Receipt, TalkUnknown, Typed
from bot.logs import set_up_logs
from bot.passwords import Passwords
from flows.events import ChoiceMade, Skipped
from flows.flow import Side
from handoff.desk import Claim, Move, Reply, Step
from handoff.reference import Reference
from handoff.staff import Account, Role
from handoff.transcript import Expects
from storage.store import Store
from tenants.tenant import TenantId
from tests.house import CHEAP, HARBOUR, LANTERN, PASSWORD, opened
from tests.matrix.canaries import Canary, Person, Told, What, new_number, new_word
from tests.matrix.watched import Watched

TENANTS = (HARBOUR, LANTERN)
TITLES = {HARBOUR: "Harbour", LANTERN: "Lantern"}

CASES: dict[str, tuple[Side, bool, tuple[str, ...]]] = {
    "waiting": (Side.VICTIM, False, ("yes", "me", "no", "me")),
    "held": (Side.VICTIM, False, ("yes", "me", "no", "me")),
    "in danger": (Side.VICTIM, True, ("yes", "me", "yes")),
    "using abuse": (Side.USING_ABUSE, False, ("yes", "me", "no", "my-behaviour")),
    "using abuse, in danger": (
        Side.USING_ABUSE,
        True,
        ("yes", "me", "no", "my-behaviour", "skip", "yes"),
    ),
    "the visitor's own": (Side.VICTIM, False, ("yes", "me", "no", "me")),
}
"""Each tenant's cases: the side, whether it is an emergency, and the answers that lead to it."""


def other_than(tenant: TenantId) -> TenantId:
    return LANTERN if tenant == HARBOUR else HARBOUR


@dataclass(slots=True, repr=False)
class MatrixHouse:
    """A served house, everybody in it, and every string that must not wander."""

    house: House
    app: web.Application
    client: TestClient[web.Request, web.Application]
    logs: StringIO
    stores: dict[TenantId, Watched]
    chance: random.Random = field(default_factory=lambda: random.Random(20261122))
    canaries: list[Canary] = field(default_factory=list)
    cases: list[Told] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def mark(self, text: str, tenant: TenantId, what: What, **more: Any) -> str:
        self.canaries.append(Canary(text, tenant, what, **more))
        return text

    def store(self, tenant: TenantId) -> Store:
        return self.house.tenancies[tenant].store

    def cases_of(self, tenant: TenantId) -> list[Told]:
        return [told for told in self.cases if told.tenant == tenant]

    def twin_of(self, person: Person) -> Person:
        """The same kind of principal in the other tenant."""
        here, there = TITLES[person.tenant], TITLES[other_than(person.tenant)]
        return next(p for p in self.people if p.name == person.name.replace(here, there))

    async def fingerprint(self, tenant: TenantId) -> tuple[object, ...]:
        """How every case of a tenant stands, and whether its visitor can still go on with it."""
        store = self.stores[tenant].store
        found: list[object] = []
        for told in self.cases_of(tenant):
            case = await store.case(Reference(told.reference))
            talk = await store.conversation(cast("Any", told.conversation))
            assert case is not None, "a case is gone"
            assert talk is not None, "a talk is gone"
            found.append((case.version, case.owner, case.holder, talk.version, talk.ended))
        return tuple(found)

    async def tell(self, tenant: TenantId, name: str) -> Told:
        """One visitor's whole talk through the door, with canaries in everything that they type."""
        side, is_emergency, answers = CASES[name]
        way_back, cookie = browser.new_token(), browser.new_token()
        words, contact, used = [new_word(), new_word()], new_number(), str(uuid4())
        sender = browser.sender_of(self.house.keyring, tenant, way_back, cookie)
        device = browser.device_of(self.house.keyring, tenant, cookie)
        receipt = await self.house.door.open(Arrival(tenant, "web", sender, "en", device))
        given = list(answers)
        for id in (used, *(str(uuid4()) for _ in range(30))):
            event = answer_to(receipt, given, words, contact)
            if event is None:
                break
            receipt = await self.house.door.receive(Inbound(tenant, sender, id, event, device))
        talk = receipt.talk
        told = Told(tenant, side, is_emergency, talk.reference, talk.id, way_back, cookie, used)
        for word in words:
            self.mark(word, tenant, What.WORDS, told=told)
        self.mark(contact, tenant, What.CONTACT, told=told)
        self.mark(told.reference, tenant, What.REFERENCE, told=told)
        self.mark(way_back, tenant, What.WAY_BACK, told=told)
        self.mark(cookie, tenant, What.COOKIE, told=told)
        self.mark(told.conversation[:12], tenant, What.TALK, told=told)
        case = await self.store(tenant).case(Reference(told.reference))
        assert case is not None, name
        assert (case.side, case.urgency.is_emergency) == (side, is_emergency), name
        return told

    async def hire(self, tenant: TenantId, role: Role, name: str) -> Person:
        """One member of staff, signed in."""
        alias = self.mark(new_word(), tenant, What.ALIAS)
        sign_in_name = self.mark(new_word(), tenant, What.SIGN_IN_NAME)
        account = make_account(sign_in_name, PASSWORD, (role,), alias=alias, hasher=CHEAP)
        self.mark(account.totp_secret, tenant, What.SECRET)
        self.mark(account.password_hash, tenant, What.SECRET)
        self.mark(account.staff.id, tenant, What.STAFF_ID)
        await self.store(tenant).save_account(account)
        person = Person(name, tenant, role, staff_id=account.staff.id, sign_in_name=sign_in_name)
        await self._begin(person, account)
        return person

    async def _begin(self, person: Person, account: Account) -> None:
        store, now = self.store(person.tenant), self.house.clock()
        token, session = await sessions.begin(store, self.house.keyring, account.staff, now)
        person.csrf, person.cookies = session.csrf, {"staff": token}
        self.mark(token, person.tenant, What.COOKIE, owner=person.name)
        self.mark(session.csrf, person.tenant, What.FORM_TOKEN, owner=person.name)

    async def sign_out(self, person: Person) -> None:
        """Their cookie stays in the browser; what it opened is gone."""
        token = person.cookies["staff"]
        hashed = self.house.keyring.keyed_hash("staff-session", person.tenant, token)
        store = self.store(person.tenant)
        assert await store.staff_session(hashed, self.house.clock()) is not None
        await store.end_staff_sessions(person.staff_id, token_hash=hashed)  # type: ignore[arg-type]
        person.role = None

    async def revive(self, person: Person) -> None:
        """Give back the session or the talk that a principal has just ended themselves."""
        if person.told is not None:
            try:
                way_back = person.told.way_back, person.told.cookie
                sender = browser.sender_of(self.house.keyring, person.tenant, *way_back)
                await self.house.door.find(person.tenant, sender)
            except TalkUnknown:
                await self.settle(person)
        elif person.role is not None and not await self._is_signed_in(person):
            account = await self.store(person.tenant).account(person.sign_in_name)
            assert account is not None
            await self._begin(person, account)

    async def _is_signed_in(self, person: Person) -> bool:
        store, now = self.store(person.tenant), self.house.clock()
        token = person.cookies["staff"]
        return await sessions.find(store, self.house.keyring, token, now) is not None

    async def settle(self, visitor: Person) -> None:
        """A talk of their own for a visitor."""
        visitor.told = await self.tell(visitor.tenant, "the visitor's own")
        visitor.cookies = {"n": visitor.told.cookie}

    async def fill(self) -> None:
        """Everything that one tenant has, in both."""
        for tenant in TENANTS:
            title = TITLES[tenant]
            staff = [await self.hire(tenant, role, f"{role} of {title}") for role in Role]
            gone = await self.hire(tenant, Role.WORKER, f"signed-out worker of {title}")
            await self.sign_out(gone)
            for person in staff:
                if person.role in (Role.WORKER, Role.SUPERVISOR, Role.USING_ABUSE_WORKER):
                    await self._on_shift(person)
            for name in CASES:
                if name != "the visitor's own":
                    self.cases.append(await self.tell(tenant, name))
            await self._hold(staff[[*Role].index(Role.WORKER)], self.cases[-4])
            visitor = Person(f"visitor of {title}", tenant)
            await self.settle(visitor)
            self.people += [Person(f"nobody at {title}", tenant), visitor, *staff, gone]

    async def _on_shift(self, person: Person) -> None:
        tenancy = self.house.tenancies[person.tenant]
        await tenancy.touch_shift(cast("Any", person.staff_id), self.house.clock())

    async def _hold(self, person: Person, told: Told) -> None:
        staff = await self.store(person.tenant).staff(cast("Any", person.staff_id))
        assert staff is not None
        reply = self.mark(new_word(), person.tenant, What.REPLY, told=told)
        steps: tuple[Step, ...] = (Claim(), Reply(reply))
        for n, step in enumerate(steps):
            move = Move(f"{staff.id}:{told.used_id}{n}", Reference(told.reference), staff, step)
            await self.house.door.move(person.tenant, move)


def answer_to(
    receipt: Receipt, given: list[str], words: list[str], contact: str
) -> ChoiceMade | Skipped | Typed | None:
    """What the visitor does next: the answers given, then their words, then a safe contact."""
    last = receipt.lines[-1]
    if given:
        value = given.pop(0)
        return Skipped() if value == "skip" else ChoiceMade(value)
    if last.step.endswith(".contact"):
        return ChoiceMade("call")
    if last.step.endswith("contact-address"):
        return Typed(contact)
    if last.expects is Expects.TEXT:
        return Typed(" ".join(words))
    return Skipped() if last.expects is not Expects.NOTHING else None


@asynccontextmanager
async def matrix_house(folder: Path) -> AsyncIterator[MatrixHouse]:
    """The house, filled and served, until the block ends."""
    with heard() as logs:
        async with opened(folder) as house:
            stores = {}
            for tenant in TENANTS:
                tenancy = house.tenancies[tenant]
                stores[tenant] = Watched(tenancy.store)
                tenancy.store = cast("Store", stores[tenant])
            app = make_app(house)
            console = replace(
                app[CONSOLE], passwords=Passwords(CHEAP), attendance=Attendance(linger=0)
            )
            app[CONSOLE] = console
            server = TestServer(app)
            async with TestClient(server, cookie_jar=DummyCookieJar()) as client:
                made = MatrixHouse(house, app, client, logs, stores)
                await made.fill()
                yield made


@contextmanager
def heard() -> Iterator[StringIO]:
    """The logs as the house really writes them, from its own set-up."""
    root, written = logging.getLogger(), StringIO()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    with redirect_stderr(written):
        set_up_logs("debug")
    root.handlers += before
    try:
        yield written
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
