"""One round: a fresh store, a forked server that is struck once, clients that go on, and the check.

A server that dies is replaced at once by one without a strike, on the same store.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from flows.conversation import Ended
from tests.faults.checker import Violation, World, check
from tests.faults.history import History
from tests.faults.line import Address, GivenUpError
from tests.faults.steps import Strike, Tally
from tests.faults.stored import Stored, read_stored
from tests.faults.visiting import Page
from tests.faults.working import Worker

ROOT = Path(__file__).parents[2]
TOLD_WITHIN = 4.5
"""Seconds in which an open page has everything: by a nudge, a beat, or a line it takes anew."""


class Nursery:
    """The program that forks servers, and what it was last asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._answer() == {"ready": True}

    def fork(self, **request: Any) -> tuple[int, list[int]]:
        """A new server; its pid and ports, which listen already."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return answer["pid"], answer["ports"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A warm nursery in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="frontdoor-faults-") as name:
        warm = Nursery(Path(name))
        try:
            yield warm
        finally:
            warm.close()


@dataclass(frozen=True, slots=True)
class Place:
    """A store for one round: fresh and furnished. ``redis_url`` may be empty."""

    database_url: str
    redis_url: str = ""


@contextmanager
def sqlite_place(warm: Nursery) -> Iterator[Place]:
    """A copy of the furnished file."""
    folder = Path(tempfile.mkdtemp(dir=warm.folder))
    try:
        shutil.copy(warm.folder / "template.db", folder / "house.db")
        yield Place(f"sqlite:///{folder / 'house.db'}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Round:
    """What a scenario plays with: clients, one server at a time, and the record."""

    warm: Nursery
    place: Place
    tally: Path
    session: aiohttp.ClientSession
    shells: int = 1
    defect: str = ""
    history: History = field(default_factory=History)
    address: Address = field(default_factory=Address)
    pages: list[Page] = field(default_factory=list)
    staff: dict[str, str] = field(default_factory=dict)
    deaths: int = 0
    _pid: int = 0
    _guard: asyncio.Task[None] | None = None

    def start(self, strike: Strike) -> None:
        """Fork a server that is struck as told; whenever one dies, another without a strike."""
        self._pid, self.address.ports[:] = self.warm.fork(
            shells=self.shells,
            database_url=self.place.database_url,
            redis_url=self.place.redis_url,
            tally=str(self.tally),
            kind=strike.kind,
            at=strike.at,
            defect=self.defect,
        )
        self._guard = asyncio.create_task(self._replace(self._pid))

    async def _replace(self, pid: int) -> None:
        await death_of(pid)
        self.deaths += 1
        # The dead one struck; what it counted stays, and the next counts on but strikes no more.
        self.start(Strike("kill", 0))

    async def kill(self) -> None:
        """From outside, whatever it is doing; the guard brings the next."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def renewals(self, *, struck: bool) -> int:
        """How often at most a way back was renewed: a server that did not begin a talk does so
        once, as does one whose renewal was struck; without either, never under a clock that stands.
        """
        return self.shells * (self.deaths + 1) - 1 + struck

    async def stop(self) -> None:
        """The last server goes; nothing follows."""
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.cancel()
            await asyncio.gather(guard, return_exceptions=True)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        await death_of(self._pid)

    def page(self, name: str = "noor", *, door: int = 0) -> Page:
        page = Page(name, self.history, self.address, self.session, door=door)
        self.pages.append(page)
        return page

    async def another(self, page: Page) -> Page:
        """A second page of the same browser on the same talk, which reads it whole."""
        name = f"{page.name}-page-{len(self.pages)}"
        other = Page(name, self.history, self.address, self.session, page.token, page.talk)
        self.pages.append(other)
        await other.wait(lambda: other.after >= page.after)
        return other

    def worker(self, name: str, *, door: int = 0) -> Worker:
        if not self.staff:
            self.staff = dict(self.read().staff)
        id = self.staff[name]
        return Worker(name, id, self.history, self.address, self.session, door=door)

    def read(self) -> Stored:
        return read_stored(self.place.database_url)

    async def told(self) -> Iterator[str]:
        """Every page that is still open has every line, without asking: else which has not."""
        late = []
        for page in self.pages:
            if page.is_over or not page.talk:
                continue
            await page.pause()
            stored = self.read()
            talk = stored.talk_called(page.talk)
            if talk is None or stored.talks[talk].ended is Ended.EXIT:
                continue
            last = stored.talks[talk].last_seq
            with suppress(TimeoutError):
                async with asyncio.timeout(TOLD_WITHIN):
                    await page.wait(_has(page, last))
            if page.is_over and stored.talks[talk].ended is Ended.CLOSED:
                # A closed case takes the way back along: what was not told by then is not told.
                continue
            if page.after < last:
                late.append(f"{page.name} has {page.after} of {last} lines")
        return iter(late)


def _has(page: Page, last: int) -> Callable[[], bool]:
    return lambda: page.after >= last


async def death_of(pid: int) -> None:
    """Until a process is gone, and its locks with it."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(watch, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(watch)
        os.close(watch)


Play = Callable[[Round], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the clients do. ``expected`` are the refusals that belong to it."""

    name: str
    play: Play
    shells: int = 1
    expected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What a round showed, and where it was struck."""

    violations: tuple[Violation, ...]
    resumes: int
    statements: int
    struck: bool
    place: str
    deaths: int


@asynccontextmanager
async def opened(
    warm: Nursery, place: Place, scenario: Scenario, *, defect: str = ""
) -> AsyncIterator[Round]:
    """A round that is not yet started; its clients' lines are closed at the end."""
    with tempfile.TemporaryDirectory(dir=warm.folder) as name:
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            # A reading that is asked again unseen would be a second reading that nobody counts.
            session._retry_connection = False  # noqa: SLF001  aiohttp's own test client does so.
            tally = Path(name) / "tally"
            yield Round(warm, place, tally, session, shells=scenario.shells, defect=defect)


async def run(
    warm: Nursery, place: Place, scenario: Scenario, strike: Strike, *, defect: str = ""
) -> Result:
    """Play one round to its end and check everything that can be read of it."""
    async with opened(warm, place, scenario, defect=defect) as trial:
        trial.start(strike)
        problems: list[str] = []
        try:
            await scenario.play(trial)
            problems += await trial.told()
            await _probe(trial)
        except GivenUpError as given_up:
            problems.append(str(given_up))
        finally:
            for page in trial.pages:
                page.leave()
            await trial.stop()
        tally = Tally(trial.tally)
        stored = trial.read()
        renewals = trial.renewals(struck=tally.struck)
        world = World(trial.history, stored, scenario.expected, tuple(problems), renewals)
        return Result(
            tuple(check(world)),
            tally.resumes,
            tally.statements,
            tally.struck,
            tally.place,
            trial.deaths,
        )


async def _probe(trial: Round) -> None:
    """Whatever was struck, the house goes on: somebody new is served to the first question."""
    await trial.page("somebody-new").arrive()
