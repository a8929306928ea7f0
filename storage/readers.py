"""Reading from an embedded database: at once what a key finds, all else in a few threads.

Neither can write to it.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import local
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.errors import StoreBusy, StoreClosed, translate
from storage.prepared import name_error

T = TypeVar("T")


class Readers:
    """Runs queries, each in a transaction that sees one state of the database."""

    def __init__(self, engine: Engine, *, threads: int) -> None:
        """``engine`` gives connections that refuse to write."""
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage-reader")
        # A connection for each thread: fetching one from a pool costs as much as the query does.
        self._of_thread = local()
        self._connections: list[Connection] = []
        self._own: Connection | None = None
        self._is_closed = False

    async def run(self, query: Callable[[Connection], T]) -> T:
        """What the query finds. Raises a StorageError when the database cannot be read."""
        if self._is_closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._query, query)

    async def find(self, query: Callable[[Connection], T]) -> T:
        """What is found by a key, at once: waking a thread takes longer than to look it up.

        Where the database is locked a thread waits for it, and the loop goes on.
        """
        try:
            return self._find(query)
        except StoreBusy:
            return await self.run(query)

    def _find(self, query: Callable[[Connection], T]) -> T:
        if self._is_closed:
            raise StoreClosed
        try:
            if self._own is None:
                self._own = self._connect()
                self._own.exec_driver_sql("PRAGMA busy_timeout = 0")
                self._own.rollback()
            with _one_state(self._own):
                return query(self._own)
        except DBAPIError as error:
            raise translate(error) from None

    async def close(self) -> None:
        """Finish the queries that run, then close every connection."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()

    def _query(self, query: Callable[[Connection], T]) -> T:
        try:
            connection = self._connection()
            with connection.begin():
                return query(connection)
        except DBAPIError as error:
            raise translate(error) from None

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = self._connect()
        return connection

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        self._connections.append(connection)
        return connection


@contextmanager
def _one_state(connection: Connection) -> Iterator[None]:
    """A transaction of the driver's own (``storage.prepared``), which cannot write."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN")
        try:
            yield
        finally:
            # A disk that fails has ended it already, and a second error would hide the first.
            if driver.in_transaction:
                driver.execute("COMMIT")
    except sqlite3.Error as error:
        raise name_error(connection, error) from None
