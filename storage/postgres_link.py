"""The way to a PostgreSQL server: its connections, how long it may take, and what it committed.

Nothing here is ever cancelled. What takes too long loses its connection, and is then asked after.
"""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import OutcomeUnknown, ReadOnly, StorageError, StoreBusy, code_of
from storage.postgres_errors import READ_ONLY, named

T = TypeVar("T")

WRITING, READING = 4, 6
"""How many connections a process has: to commit and write over, and to read over."""

RECYCLE = 300.0
"""Seconds until a connection is made anew: who only reads would not notice a switch-over."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Whoever commits hears within ``whole`` and one ``transaction``, whatever happens."""

    lock: float = 1.0
    statement: float = 4.0
    transaction: float = 5.0
    whole: float = 8.0
    readiness: float = 3.0


@dataclass(slots=True)
class Note:
    """What a transaction came to, written down before its commit, and how to ask after it."""

    is_taken: bool = False
    outcome: Any = None
    timeline: str = ""
    number: str | None = None

    def take(self, connection: Connection, outcome: Any) -> None:
        """The last thing before the commit."""
        self.outcome = outcome
        self.timeline, self.number, _ = connection.execute(_NOTE).one()
        self.is_taken = True


# The number alone could be another transaction's on a server that was promoted since.
_TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
# A commit that waits for its standby and is timed out would report success without it.
_NOTE = text(
    f"SELECT {_TIMELINE}, CAST(pg_current_xact_id_if_assigned() AS text), "
    "set_config('statement_timeout', '0', true)"
)
_ASK = text(f"SELECT {_TIMELINE}, pg_xact_status(CAST(:number AS xid8))")


_FAILURES = (DBAPIError, PoolExhausted, TimeoutError)


class Link:
    """Two pools of connections to one server: one that writes, and one that cannot."""

    def __init__(self, address: URL, patience: Patience) -> None:
        """Nothing is connected before it is used."""
        self._patience = patience
        self._writing = _engine(address, patience, size=WRITING)
        self._reading = _engine(address, patience, size=READING, options=_READ_ONLY)
        event.listen(self._writing.sync_engine, "handle_error", _leave_what_is_read_only)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in a transaction of its own that sees one state, and cannot write."""
        try:
            return await self._in_transaction(self._reading, query)
        except _FAILURES as error:
            if not _is_lost(error):
                raise named(error) from None
        # The connection had died in the pool, and the others there are gone with it.
        try:
            return await self._in_transaction(self._reading, query)
        except _FAILURES as error:
            raise named(error) from None

    async def write(self, work: Callable[[Connection, Note], T], *, until: float) -> T:
        """Run work that writes and commits, again if need be, until it is known what came of it.

        ``work`` commits by itself, and takes a note before. ``until`` is a time of the loop's
        clock. Raises a StorageError: nothing was stored then, unless it is OutcomeUnknown.
        """
        pause = 0.02
        while True:
            note = Note()
            try:
                return await self._once(self._writing, partial(_noting, work, note), until)
            except _FAILURES as error:
                failure = named(error)
                if await self._was_committed(note, error, until):
                    outcome: T = note.outcome
                    return outcome
                if isinstance(failure, ReadOnly):
                    await self._reading.dispose()
                if not _may_pass(error, failure) or _now() + pause > until:
                    raise failure from None
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  No secret.
            pause = min(pause * 2, 0.5)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._writing.dispose()
        await self._reading.dispose()

    async def _in_transaction(self, engine: AsyncEngine, query: Callable[[Connection], T]) -> T:
        def run(connection: Connection) -> T:
            with connection.begin():
                return query(connection)

        return await self._once(engine, run, _now() + self._patience.transaction)

    async def _once(self, engine: AsyncEngine, work: Callable[[Connection], T], until: float) -> T:
        """Do it on a connection that is cut off when it takes too long."""
        now = _now()
        # Whoever waited long already still gets a moment to try.
        async with asyncio.timeout_at(max(until, now + 1.0)):
            connection = await engine.connect().start()
        async with aclosing(connection), _cut_after(connection, self._patience.transaction):
            return await connection.run_sync(work)

    async def _was_committed(self, note: Note, error: Exception, until: float) -> bool:
        """Whether it was, though the connection was lost. Raises OutcomeUnknown."""
        if not note.is_taken or not _is_lost(error):
            return False  # It never came to the commit, or the server itself said no.
        if note.number is None:
            return True  # There was nothing to commit, so its outcome stands.
        while True:
            with suppress(*_FAILURES):
                timeline, status = await self._in_transaction(self._reading, _asking(note.number))
                if timeline != note.timeline:
                    break
                if status in ("committed", "aborted"):
                    return bool(status == "committed")
            # The server has not yet noticed, or cannot be asked.
            if _now() > until:
                break
            await asyncio.sleep(0.05)
        raise OutcomeUnknown


_READ_ONLY = (
    "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
)


def _engine(address: URL, patience: Patience, *, size: int, options: str = "") -> AsyncEngine:
    bounds = {
        "lock_timeout": patience.lock,
        "statement_timeout": patience.statement,
        "idle_in_transaction_session_timeout": patience.transaction,
    }
    set_to = " ".join(f"-c {name}={int(value * 1000)}" for name, value in bounds.items())
    asked = address.query.get("options", "")
    return create_async_engine(
        address.difference_update_query(["options"]),
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience.transaction,
        pool_recycle=RECYCLE,
        # An error's text goes to logs, and must not take what was stored with it.
        hide_parameters=True,
        connect_args={
            # A commit must last, whatever the server's own default is.
            "options": f"{asked} {set_to} -c synchronous_commit=on {options}".strip(),
            "connect_timeout": max(2, int(patience.transaction)),
            "keepalives_idle": 60,
            "application_name": "frontdoor",
        },
    )


def _leave_what_is_read_only(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError) and code_of(error) == READ_ONLY:
        # It was the primary once. Staying connected to it would be for ever.
        context.is_disconnect = True


@asynccontextmanager
async def _cut_after(connection: AsyncConnection, seconds: float) -> AsyncIterator[None]:
    """Break the line when it takes too long: a server that is frozen answers no request to stop."""
    driver = (await connection.get_raw_connection()).driver_connection
    cut = asyncio.get_running_loop().call_later(seconds, _cut, driver)
    try:
        yield
    finally:
        cut.cancel()


def _cut(driver: Any) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _noting(work: Callable[[Connection, Note], T], note: Note, connection: Connection) -> T:
    return work(connection, note)


def _asking(number: str) -> Callable[[Connection], tuple[str, str | None]]:
    def ask(connection: Connection) -> tuple[str, str | None]:
        timeline, status = connection.execute(_ASK, {"number": number}).one()
        return timeline, status

    return ask


def _is_lost(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _may_pass(error: Exception, failure: StorageError) -> bool:
    """Whether it is worth another try: nothing was stored, and the cause may pass by itself."""
    if isinstance(failure, ReadOnly):
        return True
    if not isinstance(failure, StoreBusy):
        return False
    # Whoever has waited for a lock or a statement has waited long enough.
    return not isinstance(error, DBAPIError) or code_of(error) not in ("55P03", "57014")


def _now() -> float:
    return asyncio.get_running_loop().time()
