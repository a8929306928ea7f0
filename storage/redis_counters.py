"""Counts of all processes together, in Redis; a house without one never imports this."""

from dataclasses import dataclass, field
from datetime import timedelta

from redis.asyncio import Redis

from storage.counters import LocalCounters
from storage.redis_client import tell_failure, tell_recovery

TRY_AGAIN = 5.0
"""Seconds for which a Redis that failed is left alone: nobody waits for it at each door."""

MOST_COUNTED = 2**53


@dataclass(slots=True)
class RedisCounters:
    """The Counters of all processes together; whenever Redis fails or lies, those of this one.

    It always counts here too, so that a failing Redis neither forgives a flood nor invents one.
    """

    client: Redis
    local: LocalCounters = field(default_factory=LocalCounters)
    _resting_until: float | None = None

    async def count(self, key: str, window: timedelta) -> int:
        here = self.local.count_now(key, window)
        if self._resting_until is not None and self.local.clock() < self._resting_until:
            return here
        try:
            everywhere = await self._count(key, window)
        except Exception as error:  # noqa: BLE001  A lying Redis makes its client raise anything.
            if self._resting_until is None:
                tell_failure("counters", error)
            self._resting_until = self.local.clock() + TRY_AGAIN
            return here
        if self._resting_until is not None:
            self._resting_until = None
            tell_recovery("counters")
        return max(here, everywhere)

    async def _count(self, key: str, window: timedelta) -> int:
        """Both commands in one transaction, so that no key is left without an end."""
        milliseconds = round(window.total_seconds() * 1000)
        async with self.client.pipeline(transaction=True) as both:
            _ = both.set(f"frontdoor/{key}", 0, px=milliseconds, nx=True)
            _ = both.incr(f"frontdoor/{key}")
            _, counted = await both.execute()
        if type(counted) is not int or not 0 < counted < MOST_COUNTED:
            raise TypeError("no count")
        return counted
