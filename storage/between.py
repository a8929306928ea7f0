"""What processes share beside the store: the bus and the counters, of one process or by Redis.

Refuses to be missed: nothing here keeps a house from opening but an address that is none.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from storage.bus import Bus, LocalBus
from storage.counters import Counters, LocalCounters
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Between:
    """The bus, and the counters."""

    bus: Bus
    counters: Counters


@asynccontextmanager
async def open_between(url: str, tenants: Iterable[TenantId]) -> AsyncIterator[Between]:
    """By the Redis at an address such as ``redis://host:6379/0``, or without one by this process.

    Does not wait for Redis to answer. Raises BadAddress for what is no such address.
    """
    if not url:
        yield Between(LocalBus(), LocalCounters())
        return
    # Its client takes a while to import, and a house of one process never needs it.
    from storage.redis_bus import RedisBus  # noqa: PLC0415
    from storage.redis_client import open_client  # noqa: PLC0415
    from storage.redis_counters import RedisCounters  # noqa: PLC0415

    client = open_client(url)
    bus = RedisBus(client, tenants).start()
    try:
        yield Between(bus, RedisCounters(client))
    finally:
        await bus.close()
        await client.aclose()
