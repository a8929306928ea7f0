import asyncio
import sqlite3
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

import storage.sqlite
from storage.errors import (
    AlreadyOpen,
    CannotOpen,
    Damaged,
    DiskFull,
    StorageError,
    StoreBusy,
    UnfitChange,
    WriterStopped,
)
from storage.keyring import Keyring
from storage.sqlite import SqliteStores
from storage.store import Change, Committed
from tests.contracts.cast import HARBOUR, NOOR, begin, fact, heard, keep, said, talk


async def run_pragma(stores: SqliteStores, pragma: str) -> object:
    """On the writing connection itself, between two batches."""
    return await stores.do(lambda connection: connection.scalar(text(f"PRAGMA {pragma}")))


async def test_what_was_committed_is_there_after_a_restart(
    stores: SqliteStores, path: Path, keyring: Keyring
) -> None:
    stored = await begin(stores.open(HARBOUR))
    await stores.close()
    assert [f.name for f in path.parent.iterdir() if f.name.endswith("-wal")] == []
    again = await SqliteStores.connect(path, keyring)
    assert await again.open(HARBOUR).conversation(NOOR) == stored
    await again.close()


async def test_a_second_server_on_the_same_file_is_refused(
    stores: SqliteStores, path: Path, keyring: Keyring
) -> None:
    with pytest.raises(AlreadyOpen, match="Stop it first"):
        await SqliteStores.connect(path, keyring)
    await stores.check()
    await stores.close()
    await (await SqliteStores.connect(path, keyring)).close()


async def test_the_database_is_opened_so_that_a_commit_lasts(stores: SqliteStores) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "wal_autocheckpoint": 0,
    }
    assert {name: await run_pragma(stores, name) for name in wanted} == wanted


async def test_a_reader_cannot_write(stores: SqliteStores) -> None:
    with pytest.raises(StorageError):
        await stores.read(lambda connection: connection.execute(text("DELETE FROM facts")))


async def test_files_are_closed_to_everybody_else(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "new" / "frontdoor.db"
    stores = await SqliteStores.connect(path, keyring)
    assert path.parent.stat().st_mode & 0o077 == 0
    for file in path.parent.glob("frontdoor.db*"):
        assert file.name.endswith(".lock") or file.stat().st_mode & 0o077 == 0
    await stores.close()


async def test_a_cancelled_caller_cancels_no_commit(stores: SqliteStores) -> None:
    store = stores.open(HARBOUR)
    first = await begin(store)
    is_held, go_on = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        is_held.set()
        go_on.wait()

    holding = asyncio.create_task(stores.do(hold))
    await asyncio.to_thread(is_held.wait)
    change = Change(conversation=first.evolve(last_seq=1), lines=(heard(1),))
    caller = asyncio.create_task(store.commit(change))
    for _ in range(2):  # The commit is taken on, and handed over as the round ends.
        await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await holding
    await stores.check()
    assert list(await store.lines(NOOR)) == [heard(1)]


async def test_closing_finishes_what_was_taken_on(
    stores: SqliteStores, path: Path, keyring: Keyring
) -> None:
    store = stores.open(HARBOUR)
    await begin(store)
    changes = [Change(conversation=talk(id=f"talk-{n}")) for n in range(50)]
    commits = [asyncio.create_task(store.commit(change)) for change in changes]
    await asyncio.sleep(0)
    await stores.close()
    assert all(isinstance(fate, Committed) for fate in await asyncio.gather(*commits))
    again = await SqliteStores.connect(path, keyring)
    assert await again.open(HARBOUR).conversation(changes[-1].conversation.id)  # type: ignore[union-attr]
    await again.close()


async def test_a_dead_writer_answers_everybody_and_readiness(stores: SqliteStores) -> None:
    store = stores.open(HARBOUR)
    await begin(store)

    def die(_connection: Connection) -> None:
        raise SystemExit

    waiting: list[Coroutine[Any, Any, object]] = [stores.do(die)]
    waiting += [store.commit(Change(conversation=talk(id=f"talk-{n}"))) for n in range(5)]
    fates = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(fate) for fate in fates] == [WriterStopped] * 6
    with pytest.raises(WriterStopped):
        await stores.check()
    with pytest.raises(WriterStopped):
        await store.commit(Change(conversation=talk(id="late")))


async def test_one_unfit_change_harms_nobody_beside_it(stores: SqliteStores) -> None:
    store = stores.open(HARBOUR)
    await begin(store)
    unfit = Change(facts=(fact("\ud800"),))
    changes = [Change(conversation=talk(id=f"talk-{n}")) for n in range(6)]
    changes.insert(3, unfit)
    fates = await asyncio.gather(*(store.commit(c) for c in changes), return_exceptions=True)
    assert isinstance(fates.pop(3), UnfitChange)
    assert all(isinstance(fate, Committed) for fate in fates)


async def test_a_full_disk_is_named_loses_nothing_and_heals(stores: SqliteStores) -> None:
    store = stores.open(HARBOUR)
    first = await begin(store)
    pages = await run_pragma(stores, "page_count")
    await run_pragma(stores, f"max_page_count = {pages}")
    long = Change(conversation=first.evolve(last_seq=1), lines=(heard(1, "x" * 100_000),))
    with pytest.raises(DiskFull):
        await store.commit(long)
    assert await store.conversation(NOOR) == first
    await run_pragma(stores, "max_page_count = 1000000")
    assert isinstance(await store.commit(long), Committed)


async def test_a_database_held_by_another_program_is_named_and_heals(
    stores: SqliteStores, path: Path
) -> None:
    store = stores.open(HARBOUR)
    first = await begin(store)
    await run_pragma(stores, "busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await store.commit(Change(conversation=first))
    with pytest.raises(StoreBusy):
        await stores.check()
    other.execute("ROLLBACK")
    other.close()
    await stores.check()
    assert isinstance(await store.commit(Change(conversation=first)), Committed)


def test_a_file_that_is_no_database_is_refused(path: Path, keyring: Keyring) -> None:
    content = b"not a database, but somebody's file. " * 100
    path.write_bytes(content)
    with pytest.raises(Damaged):
        asyncio.run(SqliteStores.connect(path, keyring))
    assert path.read_bytes() == content


async def test_a_place_that_cannot_be_is_refused(stores: SqliteStores, path: Path) -> None:
    for impossible in (path.parent, path / "frontdoor.db"):
        with pytest.raises(CannotOpen):
            await SqliteStores.connect(impossible, stores.keyring)


async def test_the_log_is_cut_when_it_has_grown_and_no_reader_is_waited_for(
    stores: SqliteStores, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.sqlite, "CHECKPOINT_BYTES", 200_000)
    stores._checkpoints.next_at = 200_000  # noqa: SLF001  As it would begin.
    store, log = stores.open(HARBOUR), path.with_name("frontdoor.db-wal")
    talk_now = await begin(store)

    async def write(count: int) -> int:
        nonlocal talk_now
        largest = 0
        for _ in range(count):
            seq = talk_now.last_seq + 1
            line = said(seq, "x" * 5_000)
            change = Change(conversation=talk_now.evolve(last_seq=seq), lines=(line,))
            talk_now = (await keep(store, change)).conversation or talk_now
            await stores.check()
            largest = max(largest, log.stat().st_size)
        return largest

    assert await write(40) < 400_000
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM lines").fetchone()
    assert await write(40) > 400_000
    reader.close()
    await write(20)
    assert log.stat().st_size < 400_000
    assert len(await store.lines(NOOR)) == 100
