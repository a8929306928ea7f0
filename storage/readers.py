"""A few threads that read from an embedded database, and cannot write to it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.errors import StoreClosed, translate

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
        self._is_closed = False

    async def run(self, query: Callable[[Connection], T]) -> T:
        """What the query finds. Raises a StorageError when the database cannot be read."""
        if self._is_closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._query, query)

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
            connection = self._of_thread.connection = self._engine.connect()
            self._connections.append(connection)
        return connection
