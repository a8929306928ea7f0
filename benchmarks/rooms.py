"""The PostgreSQL and the Redis of a run, started from what development installs."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass

import psycopg
import pytest

from tests.databases import Database, migrated_database
from tests.redis_server import redis_server
from tests.servers import PostgresServer, postgres_server

FLUSHING = ("shared_buffers=128MB", "max_connections=100")
"""All else is as PostgreSQL has it: what it acknowledges has been flushed to the disk."""

Urls = tuple[str, ...]
Room = Callable[[], AbstractContextManager[Urls]]


@dataclass(frozen=True, slots=True)
class Production:
    """A PostgreSQL and a Redis of this run's own."""

    server: PostgresServer
    redis_url: str

    @contextmanager
    def room(self) -> Iterator[Urls]:
        """What one house is served from: a fresh database, and the Redis."""
        with fresh_database(self.server) as database:
            yield database.url, self.redis_url

    @contextmanager
    def bare_room(self) -> Iterator[Urls]:
        """A database for an echo, which may make a table in it."""
        with fresh_database(self.server) as database:
            yield (database.owner,)


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[Database]:
    """A migrated database, until the block ends."""
    opened = migrated_database(server)
    try:
        yield opened.__enter__()
    finally:
        # Ctrl-C has stopped the server too, and with it goes the database.
        with suppress(psycopg.OperationalError):
            opened.__exit__(None, None, None)


def nowhere() -> AbstractContextManager[Urls]:
    """What needs no server: it has a folder."""
    return nullcontext(())


def rooms(made: Production | None) -> dict[str, Room]:
    """Where a house may live, by the name of its store."""
    alone: dict[str, Room] = {"SQLite": nowhere}
    return alone if made is None else alone | {"PostgreSQL": made.room}


@asynccontextmanager
async def production() -> AsyncIterator[Production | None]:
    """Both, until the block ends; None, with the reason printed, where one is not installed."""
    async with AsyncExitStack() as stack:
        try:
            redis = await stack.enter_async_context(redis_server())
            server = stack.enter_context(postgres_server(*FLUSHING))
        except pytest.skip.Exception as reason:
            print(f"without PostgreSQL and Redis: {reason}")
            yield None
            return
        yield Production(server, redis.url)
