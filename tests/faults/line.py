"""Where the clients find the server that now runs, and how long they go on trying."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

GIVES_UP_AFTER = 8.0
"""Seconds. Nothing heals slower here; whoever waits longer waits for ever."""


class GivenUpError(Exception):
    """A client tried for long enough; what it waited for does not come."""


@dataclass(slots=True)
class Address:
    """The ports of the server that now runs; a dead one's until there is another."""

    ports: list[int] = field(default_factory=list)

    def url(self, door: int = 0) -> str:
        return f"http://127.0.0.1:{self.ports[door % len(self.ports)]}"


@asynccontextmanager
async def bounded(what: str) -> AsyncIterator[None]:
    """Raises GivenUpError instead of waiting for ever."""
    try:
        async with asyncio.timeout(GIVES_UP_AFTER):
            yield
    except TimeoutError:
        raise GivenUpError(what) from None
