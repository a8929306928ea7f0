"""Looks for chats with something to send or to take away, and does it: many chats at once.

What is to be done stands in timers, so a process that dies leaves it to the next; a nudge hurries.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.channels.messenger.chat import LEASE, ChatBusy, ChatKey
from bot.channels.messenger.clearing import clear
from bot.channels.messenger.place import Place
from bot.channels.messenger.sending import send_lines
from bot.delivery import CLEAR, KINDS, SEND, chat_of, outbox_topic
from bot.inbound import NotSaved
from storage.bus import Bus, Subscription
from storage.errors import StorageError
from storage.store import Change, Timer
from tenants.tenant import TenantId

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks where nobody nudges."""

MOST = 1000
"""Timers of a tenant that are looked at in one look."""

AT_ONCE = 50
"""Chats of one bot that are sent to at the same time."""

Act = Callable[[Place, ChatKey, str], Awaitable[float | None]]
ACTS: Mapping[str, Act] = {SEND: send_lines, CLEAR: clear}


@dataclass(slots=True)
class Outbox:
    """``places`` are this house's bots, by tenant and bot; ``by`` names this process's leases."""

    places: Mapping[tuple[TenantId, str], Place]
    bus: Bus
    by: str = field(default_factory=lambda: secrets.token_hex(8))
    _running: dict[tuple[TenantId, ChatKey], asyncio.Task[None]] = field(default_factory=dict)
    _nudges: Subscription | None = None
    _rooms: dict[Place, asyncio.Semaphore] = field(default_factory=dict)

    async def run(self) -> None:
        """Look again and again until cancelled."""
        tenants = {tenant for tenant, _ in self.places}
        with self.bus.subscribe(*map(outbox_topic, tenants)) as nudges:
            self._nudges = nudges
            try:
                while True:
                    await self.look()
                    await _nudged(nudges)
            finally:
                await self._end()

    async def look(self) -> None:
        """Begin whatever is due and nobody here does yet."""
        for tenant, place in {t: p for (t, _), p in self.places.items()}.items():
            try:
                due = await place.tenancy.store.due_timers(place.now(), limit=MOST)
            except StorageError as error:
                log.error("outbox-waits", code=error.code)
                continue
            # What somebody wants gone goes before what is to be said.
            for timer in sorted(due, key=lambda timer: timer.kind != CLEAR):
                if timer.kind in KINDS:
                    self._begin(tenant, timer)

    async def drained(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    def _begin(self, tenant: TenantId, timer: Timer) -> None:
        key = ChatKey(chat_of(timer))
        place = self.places.get((tenant, key.rpartition("/")[0]))
        if place is None or (tenant, key) in self._running:
            return
        task = asyncio.create_task(self._do(place, key, timer), name="messenger: send")
        self._running[tenant, key] = task
        task.add_done_callback(lambda _: self._done(tenant, key))

    def _done(self, tenant: TenantId, key: ChatKey) -> None:
        self._running.pop((tenant, key), None)
        if self._nudges is not None:
            # Another timer of this chat may have waited for its turn.
            self._nudges.remind()

    async def _do(self, place: Place, key: ChatKey, timer: Timer) -> None:
        room = self._rooms.setdefault(place, asyncio.Semaphore(AT_ONCE))
        try:
            async with room:
                await self._act(place, key, timer)
        except (StorageError, ChatBusy, NotSaved) as error:
            # The timer stands, and the lease ends by itself.
            log.error("outbox-put-off", code=error.code)
            await asyncio.sleep(LOOK_EVERY)
        except Exception as error:
            log.error("outbox-failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def _act(self, place: Place, key: ChatKey, timer: Timer) -> None:
        now = place.now()
        # Not due again before the lease ends: others look for other chats, and follow where this
        # process dies. What is committed from here on sets it anew.
        await _set(place, timer, now + LEASE)
        again = await ACTS[timer.kind](place, key, self.by)
        if again is not None:
            await _set(place, timer, place.now() + timedelta(seconds=again))

    async def _end(self) -> None:
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)


async def _set(place: Place, timer: Timer, due_at: datetime) -> None:
    await place.tenancy.store.commit(Change(timers=(replace(timer, due_at=due_at, is_done=False),)))


async def _nudged(nudges: Subscription) -> None:
    """Until somebody has something to send, or it is time to look all the same."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(LOOK_EVERY, nudges.remind)
    try:
        await nudges.next()
    finally:
        timer.cancel()
