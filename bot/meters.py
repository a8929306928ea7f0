"""What one house counts and times for Prometheus: by tenant, kind and code, never an id or content.

Each house has a registry of its own; nothing here is global, and nothing here can fail a turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.tallies import Tallies
from storage.bus import Bus, Subscription
from storage.errors import StorageError
from storage.store import Change, Committed, Conflict, Repeated, Store
from tenants.tenant import TenantId

_QUICK = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Meters:
    """Every counter, histogram and gauge. The gauges are set as they are read (``bot.metrics``)."""

    def __init__(self) -> None:
        """All at nothing."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._tallies = Tallies(_QUICK)
        self.registry.register(self._tallies)
        self._unmade = self._counter("commits_not_made", "Commits that stored nothing", "outcome")
        self._failed = self._counter("failed_turns", "Turns taken as a last resort", "tenant")
        self._messages = self._counter(
            "messages", "Messages to messaging apps by what came of them", "tenant", "outcome"
        )
        self._screening = self._histogram("screening_seconds", "Seconds to screen a text")
        self.sockets = self._gauge("open_sockets", "Open sockets of visitors' pages")
        self.waiting = self._gauge(
            "waiting_cases", "Cases in a queue that nobody holds", "tenant", "level"
        )
        self.oldest = self._gauge(
            "oldest_waiting_seconds", "Age of the case that waits longest", "tenant"
        )
        self.alarms = self._gauge(
            "alarms_unclaimed", "Emergencies that nobody holds, wherever they are", "tenant"
        )
        self.cut = self._gauge(
            "waiting_cases_cut", "1 where more cases are open than were counted", "tenant"
        )

    def count_turn(self, tenant: TenantId, change: Change) -> None:
        """A change was committed; one that is no turn (a sign of life, a read) is not counted."""
        if kind := kind_of(change):
            self._tallies.turns[tenant, kind] += 1

    def count_unmade(self, outcome: str) -> None:
        """A commit stored nothing; ``outcome`` is a code."""
        self._unmade.labels(outcome).inc()

    def count_failed(self, tenant: TenantId) -> None:
        """A visitor's turn failed, and its words were kept for a person."""
        self._failed.labels(tenant).inc()

    def count_nudge(self) -> None:
        """Somebody was told to look again."""
        self._tallies.nudges += 1

    def count_message(self, tenant: TenantId, outcome: str) -> None:
        """A message was tried; ``outcome`` is a code. Of ``unknown`` alone it may arrive twice."""
        self._messages.labels(tenant, outcome).inc()

    @contextmanager
    def screening(self) -> Iterator[None]:
        """Time the screening of one text."""
        began = perf_counter()
        try:
            yield
        finally:
            self._screening.observe(perf_counter() - began)

    def time_commit(self, began: float) -> None:
        """A commit that began then, by ``perf_counter``, has come to its outcome."""
        self._tallies.commits.note(perf_counter() - began)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"frontdoor_{name}", about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"frontdoor_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str) -> Histogram:
        return Histogram(f"frontdoor_{name}", about, buckets=_QUICK, registry=self.registry)


def kind_of(change: Change) -> str:
    """What kind of turn a change records; nothing for what is none."""
    talk = change.conversation
    if talk is None:
        return ""
    if talk.version == 0:
        return "opened"
    if change.following is not None:
        return "door"
    if change.ends_session:
        return "left"
    if change.audit:
        return "staff"
    return "visitor" if any(line.inbox for line in change.lines) else ""


class MeteredStore:
    """A store whose commits are counted and timed; all else goes straight to it."""

    def __init__(self, store: Store, meters: Meters) -> None:
        """``store`` does everything."""
        self._store, self._meters = store, meters

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, change: Change) -> Committed | Repeated | Conflict:
        """As the store does."""
        began = perf_counter()
        try:
            fate = await self._store.commit(change)
        except StorageError as error:
            self._meters.count_unmade(error.code)
            raise
        finally:
            self._meters.time_commit(began)
        if isinstance(fate, Committed):
            self._meters.count_turn(self._store.tenant, change)
        else:
            self._meters.count_unmade(type(fate).__name__.lower())
        return fate


def metered(store: Store, meters: Meters) -> Store:
    """The same store, counted."""
    return cast(Store, MeteredStore(store, meters))


class CountedBus:
    """A bus whose nudges are counted (``storage.bus.Bus``)."""

    def __init__(self, bus: Bus, meters: Meters) -> None:
        """``bus`` carries everything."""
        self._bus, self._meters = bus, meters

    @property
    def state(self) -> str:
        return self._bus.state

    def publish(self, topic: str, payload: str = "") -> None:
        self._meters.count_nudge()
        self._bus.publish(topic, payload)

    def subscribe(self, *topics: str) -> Subscription:
        return self._bus.subscribe(*topics)

    def announce(self, place: str, *, is_here: bool) -> None:
        self._bus.announce(place, is_here=is_here)

    def is_elsewhere(self, place: str) -> bool:
        return self._bus.is_elsewhere(place)
