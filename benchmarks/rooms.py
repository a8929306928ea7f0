"""The PostgreSQL and the Redis of a run, started from what development installs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.databases import Database, migrated_database
from tests.redis_server import redis_server
from tests.servers import postgres_server

FLUSHING = ("shared_buffers=128MB", "max_connections=100")
"""All else is as PostgreSQL has it: what it acknowledges has been flushed to the disk."""


@dataclass(frozen=True, slots=True)
class Production:
    """A migrated database and a Redis of this run's own."""

    database: Database
    redis_url: str

    @property
    def urls(self) -> tuple[str, str]:
        """What a house is served from."""
        return self.database.url, self.redis_url


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
        yield Production(stack.enter_context(migrated_database(server)), redis.url)
