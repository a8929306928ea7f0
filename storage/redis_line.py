"""One process's line through Redis: it sends, it hears, and it is mended for ever.

A beat of its own that must come back is the only proof that Redis carries anything. Nothing here
raises to anybody, waits for long, or keeps what could not be sent.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import uniform
from time import monotonic

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from storage.redis_client import Silent, reason_of, tell_failure, tell_recovery

LONGEST_WAIT = 5.0
"""Seconds between two attempts to connect, at most; the first comes after a tenth of a second."""

Message = tuple[bytes, bytes]
"""A channel, and what is said on it."""


@dataclass(slots=True)
class Line:
    """``take`` is given what comes on ``channels``; ``own`` is a channel that only we speak on.

    ``beat`` and ``missed`` are seconds: between two beats, and without one until we are down.
    """

    client: Redis
    channels: Sequence[bytes]
    own: bytes
    take: Callable[[bytes, object], None]
    beat: float = 1.0
    missed: float = 3.0
    _heard_at: float | None = None
    _told: set[str] = field(default_factory=set)

    @property
    def is_up(self) -> bool:
        """Whether our own beat came back lately."""
        return self._heard_at is not None and monotonic() - self._heard_at < self.missed

    async def send(self, messages: Sequence[Message]) -> None:
        """Send, or let it go."""
        try:
            async with self.client.pipeline(transaction=False) as together:
                for channel, said in messages:
                    _ = together.publish(channel, said)
                await together.execute()
        except Exception as error:  # noqa: BLE001  A lying Redis makes its client raise anything.
            self._fail(error)

    async def keep_beating(self) -> None:
        """Send a beat, again and again."""
        while True:
            await self.send([(self.own, b"beat")])
            await asyncio.sleep(self.beat)

    async def keep_listening(self) -> None:
        """Hear what is said; whenever that breaks, connect again, a little later each time."""
        wait = 0.1
        while True:
            try:
                async with self.client.pubsub() as heard:
                    await self._listen(heard)
            except Exception as error:  # noqa: BLE001  Whatever it is, the line is taken up again.
                wait = 0.1 if self.is_up else min(wait * 2, LONGEST_WAIT)
                self._heard_at = None
                self._fail(error)
                await self._hang_up()
            await asyncio.sleep(uniform(wait / 2, wait))  # noqa: S311  It only spreads us out.

    async def _hang_up(self) -> None:
        """Let go of every line that waits in the pool: whoever lied may be at its other end for as
        long as it holds, though Redis has its address again.
        """
        with suppress(RedisError, OSError):
            await self.client.connection_pool.disconnect(inuse_connections=False)

    async def _listen(self, heard: PubSub) -> None:
        await heard.subscribe(*self.channels, self.own)
        await self.send([(self.own, b"beat")])
        began = monotonic()
        while monotonic() - max(began, self._heard_at or began) < self.missed:
            message = await heard.get_message(
                ignore_subscribe_messages=True, timeout=self.missed / 3
            )
            if message is not None:
                self._hear(message["channel"], message["data"])
        raise Silent

    def _hear(self, channel: object, said: object) -> None:
        if not isinstance(channel, bytes):
            raise TypeError("no channel")
        if channel != self.own:
            self.take(channel, said)
            return
        self._heard_at = monotonic()
        if self._told:
            self._told.clear()
            tell_recovery("bus")

    def _fail(self, error: Exception) -> None:
        """Tell each reason once until it is well again."""
        reason = reason_of(error)
        if reason not in self._told:
            self._told.add(reason)
            tell_failure("bus", error)
