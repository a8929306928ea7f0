"""How often something happened lately, to slow a flood down; never a reason to refuse anybody.

What is counted is named by a keyed hash. Each process counts for itself; in Redis all do together
(``storage.redis_counters``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Protocol

from storage.keyring import Keyring
from tenants.tenant import TenantId

MOST_KEPT = 50_000
"""Keys of one process; the one that began first is let go first."""


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
