"""Who is where in the other processes, as they last said. It lapses unless it is said again.

A hint and no more: what is old, stale or too much is forgotten, and nobody is turned away by it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from storage.bus_news import News, tenant_of
from tenants.tenant import TenantId

BELIEVED_FOR = 15.0
"""Seconds for which a process is believed without a further word."""

MOST_PROCESSES = 200
"""Of one tenant. More are no processes of ours."""


@dataclass(slots=True)
class _Said:
    """What one process last said of one tenant."""

    number: int
    heard_at: float
    places: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Elsewhere:
    """All that was heard. Time is monotonic, so no clock jump brings or sends anybody (I15)."""

    clock: Callable[[], float] = monotonic
    _said: dict[TenantId, dict[str, _Said]] = field(default_factory=dict)

    def hear(self, tenant: TenantId, news: News) -> None:
        """Take what a process says; news that was overtaken by newer is let go."""
        if news.here is None and not news.moved:
            return
        processes = self._said.setdefault(tenant, {})
        said = processes.get(news.origin)
        if said is None:
            if len(processes) >= MOST_PROCESSES:
                return
            said = processes[news.origin] = _Said(-1, self.clock())
        if news.number <= said.number:
            return
        said.number, said.heard_at = news.number, self.clock()
        if news.here is not None:
            said.places = set(news.here)
        said.places.update(place for place, is_here in news.moved.items() if is_here)
        said.places.difference_update(p for p, is_here in news.moved.items() if not is_here)

    def is_there(self, place: str) -> bool:
        """Whether some process is still believed to have somebody at this place."""
        tenant = tenant_of(place)
        if tenant is None or tenant not in self._said:
            return False
        since = self.clock() - BELIEVED_FOR
        return any(s.heard_at > since and place in s.places for s in self._said[tenant].values())

    def lapse(self) -> bool:
        """Forget whoever has been silent for too long; whether anybody was anywhere by them."""
        since, was_anybody = self.clock() - BELIEVED_FOR, False
        for tenant, processes in list(self._said.items()):
            for origin, said in list(processes.items()):
                if said.heard_at <= since:
                    was_anybody = bool(processes.pop(origin).places) or was_anybody
            if not processes:
                del self._said[tenant]
        return was_anybody
