"""Nudges between parts of the house. A nudge says *look again*; it never carries what to see.

Losing one loses nothing: every reader catches up by sequence from the store. Who is where is a hint
of the same kind: told by those who know, believed for a while, never stored.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self

from tenants.tenant import TenantId

HELD = 64
"""How many nudges a subscriber may leave unread; then the oldest goes, for the newest says more."""


def topic(tenant: TenantId, kind: str, id: str = "") -> str:
    """A topic's name. The tenant leads it, so that no nudge crosses from one to another (I10)."""
    return f"{tenant}/{kind}/{id}"


class Subscription:
    """What one subscriber has not read yet. Use it as a context; iterate it for nudges.

    One at a time may wait for the next.
    """

    __slots__ = ("_bus", "_is_looking", "_missed", "_topics", "_unread", "_waiter")

    def __init__(self, bus: "LocalBus", topics: tuple[str, ...]) -> None:
        """Made by ``Bus.subscribe``, and live from that moment."""
        self._bus = bus
        self._topics = topics
        # Not a queue of asyncio's, which takes three kilobytes: there is one for each open page.
        self._unread: list[str] = []
        self._waiter: asyncio.Future[None] | None = None
        self._is_looking = False
        self._missed = False

    def nudge(self, payload: str) -> None:
        """Take a nudge, without ever waiting."""
        if self._is_looking:
            self._missed = True
            return
        if len(self._unread) == HELD:
            del self._unread[0]
        self._put(payload)

    def remind(self) -> None:
        """Look again although nobody said so; whoever has a nudge to read will look anyway."""
        if not self._unread:
            self._put("")

    def _put(self, payload: str) -> None:
        self._unread.append(payload)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """For whoever will look at the store right after the block: no nudge need wake it there.

        A block that fails is followed by no look, so what was missed in it is told after all.
        """
        self._is_looking, self._missed = True, False
        try:
            yield
        except BaseException:
            self._is_looking = False
            if self._missed:
                self.remind()
            raise
        self._is_looking = False

    async def next(self) -> str:
        """The oldest unread nudge; waits for one."""
        while not self._unread:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._unread.pop(0)

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            yield await self.next()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hear no more."""
        self._bus.forget(self, self._topics)


class Bus(Protocol):
    """Carries nudges and presence. Publishing never waits and never fails: the commit is done."""

    @property
    def state(self) -> str:
        """``alone`` in one process; else ``up``, or ``down`` while readers poll instead."""

    def publish(self, topic: str, payload: str = "") -> None:
        """Nudge whoever subscribes to this topic. ``payload`` is an id or a number, no content."""

    def subscribe(self, *topics: str) -> Subscription:
        """Hear of these topics from now on: subscribe first, then read the store."""

    def announce(self, place: str, *, is_here: bool) -> None:
        """Tell the other processes whether somebody is at a place (a topic's name) in this one."""

    def is_elsewhere(self, place: str) -> bool:
        """Whether another process lately said that somebody is at this place."""


class LocalBus:
    """The Bus within one process and one event loop."""

    state = "alone"

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listening: defaultdict[str, set[Subscription]] = defaultdict(set)

    def publish(self, topic: str, payload: str = "") -> None:
        for subscription in self._listening.get(topic, ()):
            subscription.nudge(payload)

    def subscribe(self, *topics: str) -> Subscription:
        subscription = Subscription(self, topics)
        for name in topics:
            self._listening[name].add(subscription)
        return subscription

    def announce(self, place: str, *, is_here: bool) -> None:
        """Nobody else is there to hear it."""

    def is_elsewhere(self, place: str) -> bool:  # noqa: ARG002  There is no elsewhere.
        return False

    def forget(self, subscription: Subscription, topics: tuple[str, ...]) -> None:
        """A subscription has ended; a topic that nobody hears is let go."""
        for name in topics:
            self._listening[name].discard(subscription)
            if not self._listening[name]:
                del self._listening[name]

    def subscriptions(self) -> list[Subscription]:
        """Everybody who listens now, each once."""
        return list(set[Subscription]().union(*self._listening.values()))
