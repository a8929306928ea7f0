"""A helpline that has outgrown one process: web processes and a worker on one PostgreSQL and Redis.

Each is the real command in a process of its own. Its pages and workers write one history, which is
checked against the whole store whenever a test wants to know what became of it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.app import open_house
from handoff.reference import Reference
from tests.databases import Database
from tests.faults.checker import World, check
from tests.faults.history import History
from tests.faults.line import Address
from tests.faults.stored import Stored, read_stored
from tests.faults.visiting import Page
from tests.faults.warm import csrf_of, furnish, settings_of, token_of
from tests.faults.working import Worker
from tests.house import HARBOUR, screener
from tests.processes import Process


@dataclass(slots=True)
class Cluster:
    """``webs`` stand behind one address, as behind a load balancer: a dead one's go to another."""

    database: Database
    webs: list[Process]
    worker: Process
    session: aiohttp.ClientSession
    history: History = field(default_factory=History)
    address: Address = field(default_factory=Address)
    pages: list[Page] = field(default_factory=list)

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, self.worker]

    async def start(self) -> None:
        """All of it, and until all of it serves."""
        for process in self.processes:
            process.start()
        for web in self.webs:
            await web.until_ready()
        await self.worker.until_said("worker-began")
        self.address.ports = [web.port for web in self.webs]

    def fail_over(self, dead: int) -> None:
        """Whoever was at the dead one comes to the next."""
        self.address.ports[dead] = self.webs[(dead + 1) % len(self.webs)].port

    async def take_back(self, dead: int) -> None:
        """The dead one is started again, and serves."""
        self.webs[dead].start()
        await self.webs[dead].until_ready()
        self.address.ports[dead] = self.webs[dead].port

    def page(self, name: str, *, door: int = 0) -> Page:
        page = Page(name, self.history, self.address, self.session, door=door)
        self.pages.append(page)
        return page

    async def staff(self, name: str, *, door: int = 0) -> Worker:
        """Somebody at a console, whose shift begins now."""
        form = {"csrf": csrf_of(name), "do": "start"}
        headers = {"Cookie": f"staff={token_of(name)}"}
        url = f"{self.address.url(door)}/staff/{HARBOUR}/shift"
        async with self.session.post(url, data=form, headers=headers) as answer:
            assert answer.status == 200
        id = self.read().staff[name]
        return Worker(name, id, self.history, self.address, self.session, door=door)

    def read(self) -> Stored:
        return read_stored(self.database.url)

    def reference_of(self, page: Page) -> Reference:
        stored = self.read()
        talk = stored.talk_called(page.talk)
        assert talk is not None
        return Reference(stored.talks[talk].reference)

    def violations(self) -> list[str]:
        """Everything that history and store show, of every test so far."""
        world = World(self.history, self.read())
        return [str(violation) for violation in check(world)]


@asynccontextmanager
async def cluster(
    database: Database, redis_url: str, folder: Path, *, webs: int = 2
) -> AsyncIterator[Cluster]:
    """A served cluster on a migrated database, with Amira and Ben signed in."""
    settings = settings_of(database.url, redis_url)
    async with open_house(settings, lambda: datetime.now(UTC), screener=screener()) as house:
        await furnish(house)
    given = {"DATABASE_URL": database.url, "REDIS_URL": redis_url}
    serving = [Process("web", given, folder / f"web-{number}.log") for number in range(webs)]
    worker = Process("worker", given, folder / "worker.log")
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        # A reading that is asked again unseen would be a second reading that nobody counts.
        session._retry_connection = False  # noqa: SLF001  aiohttp's own test client does so.
        made = Cluster(database, serving, worker, session)
        try:
            await made.start()
            yield made
        finally:
            for page in made.pages:
                page.leave()
            for process in made.processes:
                process.kill()
