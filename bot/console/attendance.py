"""Which workers are at which talks, told to Presence for as long as one of their pages is open.

A page that is left for the next one is gone for a blink; a short linger keeps that from being told
to the visitor as a going and a coming.
"""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from bot.presence import Presence
from flows.conversation import ConversationId
from tenants.tenant import TenantId

LINGER = 4.0
"""Seconds."""


@dataclass(slots=True)
class Attendance:
    """Opens and closes stays. ``linger`` is in seconds."""

    linger: float = LINGER
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _streams: set[asyncio.Task[object]] = field(default_factory=set)

    def leave(self, stay: "Stay") -> None:
        """End a stay after the linger."""
        task = asyncio.create_task(self._leave(stay), name="console: linger")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _leave(self, stay: "Stay") -> None:
        try:
            await asyncio.sleep(self.linger)
        finally:
            stay.keep(())

    def watch(self, stream: asyncio.Task[object]) -> None:
        """Remember a live stream, so that the house can close."""
        self._streams.add(stream)
        stream.add_done_callback(self._streams.discard)

    async def drop(self) -> None:
        """End every stream; pages open theirs again by themselves."""
        for stream in tuple(self._streams):
            stream.cancel()
        await asyncio.gather(*self._streams, return_exceptions=True)

    async def close(self) -> None:
        """End every stream, and every stay without waiting."""
        for task in (*self._streams, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._streams, *self._tasks, return_exceptions=True)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(slots=True)
class Stay:
    """The talks that one open page keeps its worker at."""

    presence: Presence
    tenant: TenantId
    _at: dict[ConversationId, ExitStack] = field(default_factory=dict)

    def keep(self, talks: Iterable[ConversationId]) -> None:
        """Be at exactly these talks."""
        wanted = set(talks)
        for talk in set(self._at) - wanted:
            self._at.pop(talk).close()
        for talk in wanted - set(self._at):
            stack = ExitStack()
            stack.enter_context(self.presence.worker_at(self.tenant, talk))
            self._at[talk] = stack
