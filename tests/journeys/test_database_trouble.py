"""A PostgreSQL that vanishes, stands still, turns read-only or is migrated ahead while it serves.

Each time: not ready while nothing can be committed, no word of it acknowledged, and well again
without anybody's help, with everything that was written meanwhile, once and in order.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from time import monotonic

import aiohttp
import pytest
import pytest_asyncio

from tests.databases import Database, migrated_database
from tests.faults import line, visiting
from tests.faults.scenarios import words
from tests.faults.visiting import Page
from tests.journeys.cluster import Cluster, cluster
from tests.servers import postgres_server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

STANDS_STILL_FOR = 60.0 if os.environ.get("FAULTS") == "full" else 0.0
"""Seconds, and in any case until it is noticed."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is done to the database, what undoes it, and what ``/readyz`` may call it meanwhile."""

    begin: Callable[[Database], None]
    end: Callable[[Database], None]
    whys: frozenset[str]
    is_committing: bool = False
    lasts: float = 0.0


def set_read_only(database: Database) -> None:
    """For whoever is connected already too, as a primary that was demoted."""
    database.run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")


def set_writable(database: Database) -> None:
    database.run("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")


def set_ahead(database: Database) -> None:
    database.run("UPDATE alembic_version SET version_num = '9' || version_num")


def set_back(database: Database) -> None:
    database.run("UPDATE alembic_version SET version_num = substr(version_num, 2)")


def change_password(database: Database) -> None:
    """And end every session, so that each must sign in anew."""
    role = f"{database.name}_web"
    ends = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s"
    database.run(f"ALTER ROLE {role} PASSWORD 'another'")
    database.ask(ends, role)


def change_password_back(database: Database) -> None:
    database.run(f"ALTER ROLE {database.name}_web PASSWORD '{database.password}'")


TROUBLES = {
    "vanishes": Trouble(
        lambda database: database.server.stop(signal.SIGQUIT),
        lambda database: database.server.start(),
        frozenset({"unreachable", "store-busy", "no-answer"}),
    ),
    "stands still": Trouble(
        lambda database: database.server.freeze(),
        lambda database: database.server.thaw(),
        frozenset({"store-busy", "no-answer"}),
        lasts=STANDS_STILL_FOR,
    ),
    "turns read-only": Trouble(set_read_only, set_writable, frozenset({"read-only"})),
    "is ahead": Trouble(set_ahead, set_back, frozenset({"newer-schema"}), is_committing=True),
    "refuses the password": Trouble(
        change_password, change_password_back, frozenset({"sign-in-refused"})
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """One web process and a worker, on a server of their own: the others' must not be hurt."""
    folder = tmp_path_factory.mktemp("trouble")
    with postgres_server() as server, migrated_database(server) as database:
        async with cluster(database, "", folder, webs=1) as made:
            yield made


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "GIVES_UP_AFTER", 90.0)


@pytest.mark.parametrize("name", TROUBLES)
async def test_what_is_written_while_the_database_is_in_trouble_is_kept_once_it_is_well(
    alone: Cluster, name: str
) -> None:
    trouble, (web,) = TROUBLES[name], alone.webs
    noor = alone.page(f"noor-{name}")
    await noor.arrive()
    await asyncio.to_thread(trouble.begin, alone.database)
    try:
        began = monotonic()
        reading = asyncio.create_task(write(noor))
        told = await web.until_it_says(503)
        assert told["why"] in trouble.whys
        await stay_in(alone, trouble, until=began + trouble.lasts)
        assert trouble.is_committing or noor.outbox
    finally:
        await asyncio.to_thread(trouble.end, alone.database)
    await reading
    await web.until_ready()
    assert alone.violations() == []
    assert "Traceback" not in web.said
    assert alone.database.password not in web.said + alone.worker.said


async def write(noor: Page) -> None:
    """As a page does: it sends again what has no ack, for as long as it takes."""
    await noor.put(*map(words, range(4)))
    await noor.acknowledged()


async def stay_in(alone: Cluster, trouble: Trouble, *, until: float) -> None:
    """However long it lasts, it is never once called ready, and the process answers."""
    (web,) = alone.webs
    while True:
        status, told = await web.readiness()
        assert (status, told["why"] in trouble.whys) == (503, True), told
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{web.url}/healthz") as answer,
        ):
            assert answer.status == 200
        if monotonic() > until:
            break


async def test_whoever_writes_in_trouble_is_told_that_it_was_not_saved(
    alone: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not silence: the page knows that it must go on trying, with the same id."""
    # As patient as the real page is with a line that is silent.
    monkeypatch.setattr(visiting, "PATIENCE", 12.0)
    noor = alone.page("noor-not-saved")
    await noor.arrive()
    await asyncio.to_thread(set_read_only, alone.database)
    try:
        (key,) = await noor.put(words(1))
        await noor.wait(lambda: "not-saved" in codes_of(alone, key))
        assert key in noor.outbox
    finally:
        await asyncio.to_thread(set_writable, alone.database)
    await noor.acknowledged()
    assert alone.violations() == []


def codes_of(alone: Cluster, key: str) -> set[str]:
    return {
        seen.frame.get("code", "") for seen in alone.history.seen if seen.frame.get("id") == key
    }


async def test_the_worker_process_outlived_all_of_it(alone: Cluster) -> None:
    """The last of this file."""
    worker = alone.worker
    assert worker.said.count("worker-began") == 1
    await worker.until_said("worker-well", times=worker.said.count("worker-waits"))
    assert "Traceback" not in worker.said
    assert worker.stop() == 0
