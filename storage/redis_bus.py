"""The Bus between processes, over Redis: wake-ups and presence, and nothing that could be lost.

Publishing hands over to a task and returns. Readers are reminded to look into the store every now
and then, for Redis may lose what it likes; and each second while it carries nothing at all.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any, Self

import structlog
from redis.asyncio import Redis

from storage.bus import LocalBus, Subscription
from storage.bus_news import News, NoNews, decode_news, encode_news, payload_of, tenant_of
from storage.elsewhere import Elsewhere
from storage.redis_line import Line, Message
from tenants.tenant import TenantId

log = structlog.get_logger()

HELD = 10_000
"""Topics that may wait to be sent; more are not sent, and their readers look by themselves."""

QUIET_FOR = 60.0
"""Seconds between two lines of the log about messages that were ignored."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two of what is done again and again; tests take a quicker one."""

    beat: float = 1.0
    missed: float = 3.0
    announce: float = 5.0
    remind_down: float = 1.0
    remind_up: float = 15.0
    portion: float = 0.1


@dataclass(slots=True)
class Outgoing:
    """What waits to be sent, by tenant. A topic waits once, however often it was nudged."""

    nudges: defaultdict[TenantId, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    moved: defaultdict[TenantId, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    whole: set[TenantId] = field(default_factory=set)
    held: int = 0

    def hold(self, waiting: dict[str, Any], name: str, value: object) -> None:
        """Let something wait, the newest instead of what waited under its name."""
        if name not in waiting:
            if self.held >= HELD:
                return
            self.held += 1
        waiting[name] = value

    def tenants(self) -> set[TenantId]:
        """Of whom there is anything to say."""
        return {*self.nudges, *self.moved, *self.whole}


class RedisBus:
    """The Bus of a process that is not alone. Start it, and close it at the end."""

    def __init__(
        self, client: Redis, tenants: Iterable[TenantId], rhythm: Rhythm | None = None
    ) -> None:
        """Connects when it is started, and again for ever; nobody waits for that."""
        self._local, self._elsewhere = LocalBus(), Elsewhere()
        self._rhythm = rhythm or Rhythm()
        self._origin, self._numbers = secrets.token_hex(16), count()
        self._channels = {channel_of(tenant): tenant for tenant in tenants}
        own = f"frontdoor/beat/{self._origin}".encode()
        self._line = Line(
            client, [*self._channels], own, self._take, self._rhythm.beat, self._rhythm.missed
        )
        self._outgoing, self._something = Outgoing(), asyncio.Event()
        self._here: defaultdict[TenantId, set[str]] = defaultdict(set)
        self._ignored_at: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> str:
        return "up" if self._line.is_up else "down"

    def publish(self, topic: str, payload: str = "") -> None:
        self._local.publish(topic, payload)
        if (tenant := tenant_of(topic)) is not None:
            self._outgoing.hold(self._outgoing.nudges[tenant], topic, payload_of(payload))
            self._something.set()

    def subscribe(self, *topics: str) -> Subscription:
        return self._local.subscribe(*topics)

    def announce(self, place: str, *, is_here: bool) -> None:
        if (tenant := tenant_of(place)) is not None:
            places = self._here[tenant]
            (places.add if is_here else places.discard)(place)
            self._outgoing.hold(self._outgoing.moved[tenant], place, is_here)
            self._something.set()

    def is_elsewhere(self, place: str) -> bool:
        return self._elsewhere.is_there(place)

    def start(self) -> Self:
        """Begin to send, to hear and to remind."""
        parts = {
            "listen": self._line.keep_listening(),
            "beat": self._line.keep_beating(),
            "send": self._keep_sending(),
            "announce": self._keep_announcing(),
            "remind": self._keep_reminding(),
        }
        for name, part in parts.items():
            task = asyncio.create_task(part, name=f"bus: {name}")
            task.add_done_callback(_tell_end)
            self._tasks.add(task)
        return self

    async def close(self) -> None:
        """Say what is left to say, that people have gone for one, and stop."""
        tasks, self._tasks = self._tasks, set()
        while tasks:
            # Again and again: in the midst of connecting, redis-py 8.1 swallows a cancellation.
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=0.1)
        if messages := self._drain():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rhythm.beat):
                    await self._line.send(messages)

    async def _keep_sending(self) -> None:
        """What is nudged while a batch is on its way goes together in the next."""
        while True:
            await self._something.wait()
            self._something.clear()
            await self._line.send(self._drain())

    def _drain(self) -> list[Message]:
        waiting, self._outgoing = self._outgoing, Outgoing()
        return [(channel_of(t), encode_news(self._news(t, waiting))) for t in waiting.tenants()]

    def _news(self, tenant: TenantId, waiting: Outgoing) -> News:
        here = frozenset(self._here.get(tenant, ())) if tenant in waiting.whole else None
        return News(
            self._origin,
            next(self._numbers),
            here,
            waiting.moved.get(tenant, {}),
            waiting.nudges.get(tenant, {}),
        )

    async def _keep_announcing(self) -> None:
        """Say who is here before the others stop believing it; and once that all have gone."""
        while True:
            # A process that has just come up is told within this time.
            await asyncio.sleep(self._rhythm.announce)
            self._outgoing.whole.update(self._here)
            self._something.set()
            for tenant in [t for t, places in self._here.items() if not places]:
                del self._here[tenant]

    async def _keep_reminding(self) -> None:
        """Remind everybody once a round, a portion of them at a time."""
        state, is_urgent = self.state, True
        while True:
            listening, is_quick = self._local.subscriptions(), is_urgent or state == "down"
            period = self._rhythm.remind_down if is_quick else self._rhythm.remind_up
            portions = max(1, round(period / self._rhythm.portion))
            is_urgent = False
            for portion in range(portions):
                for subscription in listening[portion::portions]:
                    subscription.remind()
                await asyncio.sleep(self._rhythm.portion)
                # Whoever fell silent has gone, and a line that broke or came back lost something.
                is_urgent = self._elsewhere.lapse() or is_urgent or self.state != state
                if is_urgent and not is_quick:
                    break
            state = self.state

    def _take(self, channel: bytes, said: object) -> None:
        """What another process says, if it is fit to be heard."""
        try:
            tenant = self._channels[channel]
            news = decode_news(tenant, said)
        except (KeyError, NoNews):
            self._tell_ignored()
            return
        if news.origin != self._origin:
            self._elsewhere.hear(tenant, news)
            for topic, payload in news.nudges.items():
                self._local.publish(topic, payload)

    def _tell_ignored(self) -> None:
        now = monotonic()
        if self._ignored_at is None or now - self._ignored_at > QUIET_FOR:
            self._ignored_at = now
            log.warning("bus-ignored", code="no-news")


def channel_of(tenant: TenantId) -> bytes:
    """Where the news of one tenant are told: each has a channel of its own (I10)."""
    return f"frontdoor/{tenant}/bus".encode()


def _tell_end(task: asyncio.Task[None]) -> None:
    """These never end by themselves; one that does is a mistake of ours, to be seen."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("bus-stopped", part=task.get_name(), error=type(error).__name__)
