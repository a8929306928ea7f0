"""``frontdoor worker`` and ``migrate`` beside PostgreSQL: idle and healthy, until told to stop."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.serving import NoWorkerOnSQLiteError, run_worker
from tests.databases import Database, bare_database
from tests.house import KEYS, SOON
from tests.servers import shared_postgres

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with shared_postgres() as server, bare_database(server) as database:
        yield database


async def start(command: str, address: str, **settings: str) -> Process:
    given = {"DATABASE_URL": address, "SECRET_KEYS": KEYS, "LOG_LEVEL": "info"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command),
        env=os.environ | given | settings,
        cwd=ROOT,
        stderr=PIPE,
    )


@asynccontextmanager
async def worker(address: str) -> AsyncIterator[Process]:
    process = await start("worker", address)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def heard(process: Process, event: str) -> None:
    assert process.stderr is not None
    async with asyncio.timeout(3 * SOON):
        while event not in (line := (await process.stderr.readline()).decode()):
            assert line, f"it ended before {event}"


def end_all(database: Database) -> str:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    return f"{ended}'{database.name}'"


async def migrated(database: Database) -> None:
    process = await start("migrate", database.url, OWNER_DATABASE_URL=database.owner)
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint


async def test_a_worker_waits_idle_and_stops_when_it_is_told(database: Database) -> None:
    await migrated(database)
    async with worker(database.url) as process:
        await heard(process, "worker-began")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(SOON):
            assert await process.wait() == 0


async def test_a_worker_outlives_a_database_that_is_gone_for_a_while(database: Database) -> None:
    await migrated(database)
    async with worker(database.url) as process:
        await heard(process, "worker-began")
        database.server.run(
            f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false",
            end_all(database),
        )
        try:
            await heard(process, "worker-waits")
        finally:
            database.server.run(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")
        await heard(process, "worker-well")


async def test_on_sqlite_a_worker_says_that_web_is_enough(tmp_path: Path) -> None:
    process = await start("worker", f"sqlite:///{tmp_path / 'house.db'}")
    _, complaint = await process.communicate()
    assert process.returncode == 1
    assert complaint.decode() == f"frontdoor: {NoWorkerOnSQLiteError()}\n"
    assert "`frontdoor web` alone" in complaint.decode()


async def test_the_refusal_of_a_worker_on_sqlite_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///house.db")
    with pytest.raises(NoWorkerOnSQLiteError) as refused:
        await run_worker()
    assert refused.value.code == "no-worker-on-sqlite"
