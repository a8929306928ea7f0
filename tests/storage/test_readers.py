"""What is looked up at once: a locked or a failing database costs nobody else their turn."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Connection

from handoff.transcript import Seq
from storage import sql_store
from storage.errors import StorageError
from storage.prepared import name_error
from storage.sqlite import SqliteStores
from storage.store import Change
from tests.contracts.cast import HARBOUR, NOOR, begin, keep, said


def fail_as_a_disk_does(connection: Connection) -> None:
    """An error at which SQLite has ended the transaction by itself."""
    driver: Any = connection.connection.driver_connection
    driver.execute("ROLLBACK")
    raise name_error(connection, sqlite3.OperationalError("disk I/O error"))


async def test_a_disk_that_fails_is_named_as_storage_names_it(stores: SqliteStores) -> None:
    with pytest.raises(StorageError):
        await stores.find(fail_as_a_disk_does)
    await begin(stores.open(HARBOUR))
    assert await stores.open(HARBOUR).conversation(NOOR) is not None


async def test_what_is_locked_is_waited_for_in_a_thread(stores: SqliteStores) -> None:
    tried: list[str] = []

    def busy_at_first(connection: Connection) -> str:
        tried.append("once")
        if len(tried) == 1:
            raise name_error(connection, locked())
        return "found"

    assert await stores.find(busy_at_first) == "found"
    assert len(tried) == 2


def locked() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    return error


async def test_a_long_talk_is_read_whole_and_only_its_beginning_at_once(
    stores: SqliteStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_store, "FEW", 3)
    store = stores.open(HARBOUR)
    talk = await begin(store)
    for seq in range(1, 9):
        line = said(seq)
        stored = await keep(store, Change(conversation=talk.evolve(last_seq=seq), lines=(line,)))
        assert stored.conversation is not None
        talk = stored.conversation
    for after in (0, 2, 5, 8):
        lines = await store.lines(NOOR, after=Seq(after))
        assert [line.seq for line in lines] == list(range(after + 1, 9))
