"""Asks, and judges the whole answer: status, headers, body, frames, logs and counters.

A report names the row, the principal, the kind and what leaked; it never quotes a canary.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientResponse
from yarl import URL

from bot.console.visit import CONSOLE
from handoff.reference import read_reference
from tenants.tenant import TenantId
from tests.matrix.canaries import Person, What, may_hold
from tests.matrix.house import TENANTS, TITLES, MatrixHouse, other_than
from tests.matrix.probes import Asked, Probe, Prober
from tests.matrix.rows import ROWS, RouteKey, Row, keys_of

PLAIN = Row()

UNSTEADY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # Ids of forms and frames.
    r"|\b[0-9a-f]{32}\b"  # A move's id.
    r"|(?<=set-cookie: n=)[A-Za-z0-9_-]{43}"  # A new browser's cookie.
    r'|(?<="resume":")[A-Za-z0-9_-]{43}|(?<=name="talk" value=")[A-Za-z0-9_-]{43}'
    r'|(?<="talk":")[0-9a-f]{12}'  # A new talk's way back and name.
    r"|date: [^\n]*"
)
"""What differs between two answers to the very same request."""

LOGGED = frozenset({What.STAFF_ID, What.TALK})
"""Ids may be logged, for whoever keeps the house; content and names may not."""

_MARKED = "<the id>"


def steadied(answer: str, asked_ids: tuple[str, ...]) -> str:
    """An answer as a stranger could compare it: what they sent themselves stands for itself."""
    for id in asked_ids:
        if id:
            answer = answer.replace(id, _MARKED)
    return UNSTEADY.sub("<new>", answer)


@dataclass(slots=True)
class Matrix:
    """Asks everything and keeps count. ``broken`` is what was found, in words."""

    house: MatrixHouse
    share: float = 1.0
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    held: Counter[tuple[str, What]] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    _read: int = 0

    async def run(self, *, rows: frozenset[RouteKey] | None = None) -> None:
        """Every row for every principal once; then what the logs and the counters hold."""
        for key in sorted(keys_of(self.house.app.router) if rows is None else rows):
            for tenant in TENANTS:
                async with self.keeps_apart(tenant, " ".join(key)):
                    for person in self.people_of(tenant):
                        await self.run_row(key, person)
            await self.look_behind()
        self.compare_hashes()

    def people_of(self, tenant: TenantId) -> list[Person]:
        return [person for person in self.house.people if person.tenant == tenant]

    @asynccontextmanager
    async def keeps_apart(self, tenant: TenantId, what: str) -> AsyncIterator[None]:
        """Whatever this tenant's people do meanwhile, no case of the other one changes."""
        before = await self.house.fingerprint(other_than(tenant))
        yield
        if await self.house.fingerprint(other_than(tenant)) != before:
            self.broken[f"changed the other tenant: {what} from {TITLES[tenant]}"] += 1

    async def run_row(self, key: RouteKey, person: Person) -> None:
        """One row for one principal: all attacks, then what is really theirs."""
        prober = Prober(self.house, key, person, self.share)
        for probe in prober.attacks():
            await self.try_probe(key, person, probe)
        for probe in prober.own():
            await self.try_probe(key, person, probe)
            await self.house.revive(person)

    async def try_probe(self, key: RouteKey, person: Person, probe: Probe) -> None:
        """Ask, judge, and compare with the twin."""
        where = f"{key[0]} {key[1]} as {person.name}: {probe.kind}"
        self.kinds[probe.kind] += 1
        answer = await self._ask(key, probe.known, breaks=person if probe.breaks else None)
        self.judge(where, person, probe.known, answer, row=ROWS[key])
        if probe.twin is None:
            return
        other = await self._ask(key, probe.twin)
        self.judge(where, person, probe.twin, other, row=ROWS[key])
        if not ROWS[key].counts:
            self.compare(where, (answer, probe.known.ids), (other, probe.twin.ids))

    def compare(
        self, where: str, one: tuple[str, tuple[str, ...]], two: tuple[str, tuple[str, ...]]
    ) -> None:
        """Known and unknown are answered alike, to the byte (P16, I14)."""
        if steadied(*one) != steadied(*two):
            self.broken[f"not alike: {where}"] += 1

    def judge(
        self, where: str, person: Person, asked: Asked, answer: str, *, row: Row = PLAIN
    ) -> None:
        """No canary in an answer but the principal's own, and what they said themselves."""
        for canary in self.house.canaries:
            if canary.text not in answer:
                continue
            if may_hold(
                person,
                canary,
                shows_contact=row.shows_contact,
                tells_managers=row.tells_managers,
            ):
                self.held[person.name, canary.what] += 1
            elif not asked.carries(canary.text):
                self.broken[f"leak of {canary.what}: {where}"] += 1

    async def look_behind(self) -> None:
        """The logs since the last look, and the counters."""
        async with self.house.client.get("/metrics") as response:
            self.requests += 1
            counted = await response.text()
        written = self.house.logs.getvalue()[self._read :]
        self._read += len(written)
        for canary in self.house.canaries:
            if canary.text in counted:
                self.broken[f"leak of {canary.what}: the counters"] += 1
            if canary.text in written and canary.what not in LOGGED:
                self.broken[f"leak of {canary.what}: the logs"] += 1

    def compare_hashes(self) -> None:
        """No keyed hash is one tenant's and the other's: nothing links a person across them."""
        one, two = (store.hashes for store in self.house.stores.values())
        if one & two:
            self.broken["one keyed hash in two tenants"] += len(one & two)

    async def _ask(self, key: RouteKey, asked: Asked, *, breaks: Person | None = None) -> str:
        self.requests += 1
        store = self.house.stores[breaks.tenant] if breaks else None
        if store is not None:
            texts = [c.text for c in self.house.canaries if c.tenant == store.tenant]
            store.breaks_with = " ".join(texts)
        try:
            return await self._answer(key, asked)
        finally:
            if store is not None:
                store.breaks_with = ""

    async def _answer(self, key: RouteKey, asked: Asked) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in asked.cookies.items())
        client = self.house.client
        url = client.make_url("/").join(URL(asked.path, encoded=True)).update_query(asked.query)
        async with client.session.request(
            asked.method,
            url,
            data=asked.body if asked.body is not None else asked.form,
            headers={**asked.headers, **({"Cookie": cookies} if cookies else {})},
            allow_redirects=False,
        ) as response:
            if ROWS[key].streams and response.content_type == "text/event-stream":
                return await self._stream(response, asked)
            return told_by(response, await response.text(errors="replace"))

    async def _stream(self, response: ClientResponse, asked: Asked) -> str:
        """The first look of a stream that would never end: as many events as it has to tell."""
        events = 1 + (read_reference(asked.query.get("case", "")) is not None)
        body = b""
        while body.count(b"event: ") < events or not body.endswith(b"\n\n"):
            more = await response.content.readany()
            assert more, "the stream has ended"
            body += more
        response.close()
        await self.house.app[CONSOLE].attendance.drop()
        return told_by(response, body.decode())


def told_by(response: ClientResponse, body: str) -> str:
    """Everything that an answer says, as one text."""
    headers = "\n".join(f"{name.lower()}: {value}" for name, value in response.headers.items())
    return f"{response.status} {response.reason}\n{headers}\n\n{body}"
