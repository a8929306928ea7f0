"""The embedded database: SQLite with one writing thread, readers beside it, and a lock file.

One connection alone writes and checkpoints: SQLite before 3.51.3 may corrupt a file where two do.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.errors import CannotOpen, Damaged, ReadOnly, translate
from storage.file_lock import FileLock
from storage.keyring import Keyring
from storage.plan import Plan
from storage.readers import Readers
from storage.schema import bring_up_to_date
from storage.sql_store import SqlStore
from storage.store import Committed, Conflict, Repeated
from storage.tables import pulse
from storage.vault import SealerCache
from storage.writer import Writer
from tenants.tenant import TenantId

T = TypeVar("T")

READERS = 3
CHECKPOINT_BYTES = 8 * 1024 * 1024
"""How long the log may grow before it is taken into the database and cut."""

_PATIENCE = "PRAGMA busy_timeout = 5000"
_NO_PATIENCE = "PRAGMA busy_timeout = 0"
_FOR_WRITING = (
    _PATIENCE,
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA journal_mode = WAL",
    # FULL must be said: after a power loss NORMAL may have lost what it acknowledged.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)
_FOR_READING = (_PATIENCE, "PRAGMA wal_autocheckpoint = 0", "PRAGMA query_only = ON")


class SqliteStores:
    """The Stores of one house in one file (``storage.store``). Made by ``connect``."""

    def __init__(self, path: Path, lock: FileLock, *, writing: Engine, keyring: Keyring) -> None:
        """Use ``connect``: before this the file is locked and its schema is ours."""
        self._lock = lock
        self._writing = writing
        self._connection = writing.connect()
        self._checkpoints = Checkpoints(path)
        self._writer = Writer(self._connection, tend=self._checkpoints.tend)
        self._readers = Readers(_engine(path, _FOR_READING, begin="BEGIN"), threads=READERS)
        self.keyring = keyring
        self._kept = SealerCache()
        self._stores: dict[TenantId, SqlStore] = {}
        self._is_closed = False

    @classmethod
    async def connect(cls, path: Path, keyring: Keyring) -> Self:
        """Take the file for this process alone, make or migrate it, and begin.

        Raises AlreadyOpen, ReadOnly, NewerSchema, Damaged, CannotOpen, DiskFull or DiskFailed.
        """
        path = await asyncio.to_thread(_make_place, path)
        lock = FileLock(path)
        try:
            writing = await asyncio.to_thread(_prepare, path)
            return cls(path, lock, writing=writing, keyring=keyring)
        except BaseException:
            lock.release()
            raise

    def open(self, tenant: TenantId) -> SqlStore:
        if tenant not in self._stores:
            store = SqlStore(tenant, self, keyring=self.keyring, kept=self._kept)
            self._stores[tenant] = store
        return self._stores[tenant]

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self._readers.run(query)

    async def find(self, query: Callable[[Connection], T]) -> T:
        return await self._readers.find(query)

    async def do(self, work: Callable[[Connection], T]) -> T:
        return await self._writer.do(work)

    async def write(self, plan: Plan) -> Committed | Repeated | Conflict:
        return await self._writer.commit(plan)

    async def check(self) -> None:
        beats = await self.do(_beat)
        if await self.read(_last_beat) < beats:
            raise Damaged("(what is written is not what is read)")

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await self._writer.close()
        await self._readers.close()
        await asyncio.to_thread(_let_go, self._connection, self._writing)
        self._lock.release()


class Checkpoints:
    """Takes the log into the database when it has grown, and cuts it."""

    def __init__(self, path: Path) -> None:
        """``path`` is the database's."""
        self._log = path.with_name(f"{path.name}-wal")
        self.next_at = CHECKPOINT_BYTES

    def tend(self, connection: Connection) -> None:
        """Between two batches: checkpoint, if it is time, and without waiting for any reader."""
        size = self._log.stat().st_size
        if size < self.next_at:
            return
        # A reader that stays long (a backup) would hold up every commit: go on, and try later.
        is_cut = _checkpoint(connection)
        self.next_at = CHECKPOINT_BYTES if is_cut else size + CHECKPOINT_BYTES


def _checkpoint(connection: Connection) -> bool:
    """Whether the log is taken in and cut."""
    # Straight to the driver: a checkpoint cannot run inside the transaction that begins elsewhere.
    driver: Any = connection.connection.driver_connection
    driver.execute(_NO_PATIENCE)
    try:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(_PATIENCE)
    return not busy


def _make_place(path: Path) -> Path:
    """The real path, its folder and file made so that nobody else may read them."""
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except PermissionError:
        raise ReadOnly(f"({path.name})") from None
    except OSError as error:
        raise CannotOpen(f"({type(error).__name__})") from None
    return path


def _prepare(path: Path) -> Engine:
    """The engine of the writing connection, with the schema brought up to date."""
    engine = _engine(path, _FOR_WRITING, begin="BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            bring_up_to_date(connection)
    except DBAPIError as error:
        engine.dispose()
        raise translate(error) from None
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(path: Path, pragmas: Sequence[str], *, begin: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # The driver must not begin transactions by itself: it would begin them too late.
        connect_args={"isolation_level": None, "check_same_thread": False},
        # An error's text goes to logs, and must not take what was stored with it.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _set_up(driver: Any, _record: Any) -> None:
        for pragma in pragmas:
            driver.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _beat(connection: Connection) -> int:
    first = insert(pulse).values(id=1, beats=1)
    again = {"beats": pulse.c.beats + 1}
    statement = first.on_conflict_do_update(index_elements=["id"], set_=again)
    connection.execute(statement)
    return _last_beat(connection)


def _last_beat(connection: Connection) -> int:
    beats: int = connection.scalars(select(pulse.c.beats)).one()
    return beats


def _let_go(connection: Connection, engine: Engine) -> None:
    with suppress(DBAPIError, OSError):
        _checkpoint(connection)
        connection.close()
    engine.dispose()
