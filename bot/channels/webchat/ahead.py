"""A page's frames in order, slowed down in a flood; what cannot wait pulls all before it along.

Reads ahead only while a flood has to wait, and only so far, so that an exit behind it is seen.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.webchat.frames import Frame
from bot.channels.webchat.pace import Pace

URGENT = frozenset({"exit", "stop", "person", "numbers", "choice", "language"})
"""The ways out and to a person, and the answer to a question, which may be the one of danger."""

MOST_AHEAD = 200
"""Frames held while a flood waits; a page that sends more waits with those in its own line."""

URGENT_BURST, URGENT_RATE = 10.0, 0.5
"""Of these too, no more than anybody means: else they would be the way round the pace."""

Read = Callable[[], Awaitable[Frame | None]]


@dataclass(slots=True)
class Frames:
    """``read`` gives the next frame, or None when the page has gone."""

    read: Read
    pace: Pace
    slow_down: Callable[[], Awaitable[None]]
    _urgent: Pace = field(default_factory=lambda: Pace(burst=URGENT_BURST, rate=URGENT_RATE))
    _ahead: list[Frame | None] = field(default_factory=list)
    _hurried: int = 0
    _reading: asyncio.Task[Frame | None] | None = None

    async def next(self) -> Frame | None:
        """The next frame, when it may be taken; None after the last."""
        if not self._ahead:
            self._keep(await (self._reading or self.read()))
        if self._ahead[0] is not None and not self._hurried:
            await self._wait()
        frame = self._ahead.pop(0)
        self._hurried = max(0, self._hurried - 1)
        return frame

    async def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _wait(self) -> None:
        """Until the pace allows one frame, or one has come that cannot wait."""
        seconds, is_first = self.pace.take()
        if not seconds:
            return
        if is_first:
            await self.slow_down()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._hurried and (left := until - loop.time()) > 0:
            if len(self._ahead) >= MOST_AHEAD or self._ahead[-1] is None:
                await asyncio.sleep(left)
                return
            done, _ = await asyncio.wait({self._begin_reading()}, timeout=left)
            for reading in done:
                self._keep(reading.result())

    def _begin_reading(self) -> asyncio.Task[Frame | None]:
        """One read at a time, never cut off in the middle of a frame."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="webchat: read")
        return self._reading

    async def _read(self) -> Frame | None:
        return await self.read()

    def _keep(self, frame: Frame | None) -> None:
        self._reading = None
        self._ahead.append(frame)
        if frame is not None and frame["type"] in URGENT and not self._urgent.take()[0]:
            # Itself and everything before it, at once and in order.
            self._hurried = len(self._ahead)
