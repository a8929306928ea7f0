"""How often something happened lately, to slow a flood down; never a reason to refuse anybody.

What is counted is named by a keyed hash. Without Redis each process counts for itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Protocol

from redis.asyncio import Redis

from storage.keyring import Keyring
from storage.redis_client import tell_failure, tell_recovery
from tenants.tenant import TenantId

MOST_KEPT = 50_000
"""Keys of one process; the one that began first is let go first."""

TRY_AGAIN = 5.0
"""Seconds for which a Redis that failed is left alone: nobody waits for it at each door."""

MOST_COUNTED = 2**53


def counter_key(keyring: Keyring, tenant: TenantId, what: str, who: str = "") -> str:
    """What stands for somebody in a counter: led by the tenant, and no way back to an address."""
    return f"{tenant}/count/{keyring.keyed_hash('count', tenant, f'{what}/{who}').hex()}"


class Counters(Protocol):
    """Counts within windows of time."""

    async def count(self, key: str, window: timedelta) -> int:
        """Count one more; how many there are in this window, it included. Never fails."""


@dataclass(slots=True)
class LocalCounters:
    """The Counters of one process. A window begins with the first that is counted in it."""

    clock: Callable[[], float] = monotonic
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    async def count(self, key: str, window: timedelta) -> int:
        return self.count_now(key, window)

    def count_now(self, key: str, window: timedelta) -> int:
        """The same without waiting."""
        now = self.clock()
        ends_at, counted = self._windows.get(key, (0.0, 0))
        if now >= ends_at:
            self._windows.pop(key, None)
            ends_at, counted = now + window.total_seconds(), 0
        self._windows[key] = ends_at, counted + 1
        if len(self._windows) > MOST_KEPT:
            del self._windows[next(iter(self._windows))]
        return counted + 1


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
