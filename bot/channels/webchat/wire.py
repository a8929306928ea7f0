"""One page's open line, both ways: well-formed frames in, frames out within a bound.

Knows no talk and no door; a page that takes nothing more is cut off and comes back by itself.
"""

import asyncio
import struct
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.webchat.frames import Frame, Malformed, encode, error_frame, read_frame

SEND_WITHIN = 10.0
"""Seconds. A page that takes nothing for so long is cut off; it comes back by its sequence."""

UNTAKEN = 64 * 1024
"""Bytes that may wait in this process for the page to take them."""

MOST_MISTAKES = 20
"""Malformed frames on one socket before it is closed."""


class Wire(Protocol):
    """What a page's line needs of whatever carries it."""

    request: web.Request
    writing: asyncio.Lock

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be told."""

    async def next(self) -> Frame | None:
        """The next well-formed frame; None when the page has gone."""

    async def refuse(self, mistake: Malformed) -> None:
        """Say what is wrong with a frame."""

    async def send(self, frame: Frame) -> None:
        """One frame, when nobody else is writing."""

    async def write(self, *frames: Frame) -> None:
        """Frames that belong together, while ``writing`` is held."""

    async def close(self, *, code: int = WSCloseCode.OK) -> None:
        """End it with a goodbye."""

    def cut(self) -> None:
        """End it at once."""


@dataclass(slots=True)
class SocketWire:
    """``writing`` is held by whoever writes several frames between which none may come."""

    socket: web.WebSocketResponse
    request: web.Request
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    mistakes: int = 0

    async def next(self) -> Frame | None:
        """The next well-formed frame; None when the page has gone."""
        while self.mistakes < MOST_MISTAKES:
            message = await self.socket.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return None
            try:
                return read_frame(message.data)
            except Malformed as mistake:
                await self.refuse(mistake)
        await self.socket.close()
        return None

    async def refuse(self, mistake: Malformed) -> None:
        """Say what is wrong with a frame, and remember that one was."""
        self.mistakes += 1
        await self.send(error_frame(mistake.code, mistake.id))

    async def send(self, frame: Frame) -> None:
        """One frame, when nobody else is writing."""
        async with self.writing:
            await self.write(frame)

    async def write(self, *frames: Frame) -> None:
        """Frames that belong together, in a bound: a heartbeat frees no sender that is stuck."""
        transport = self.request.transport
        if not frames or transport is None or transport.is_closing() or self.socket.closed:
            return
        # All of them at once: a call of the system for each would cost more than making them does.
        transport.write(b"".join([as_text(encode(frame)) for frame in frames]))
        if transport.get_write_buffer_size() > UNTAKEN:
            await self._drain()

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                await self.request.writer.drain()
        except TimeoutError:
            self.cut()
        except ConnectionError:
            pass

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be told."""
        return self.socket.closed

    async def close(self, *, code: int = WSCloseCode.OK) -> None:
        """End it with a goodbye."""
        await self.socket.close(code=code)

    def cut(self) -> None:
        """End it at once, without a goodbye that nobody would take."""
        if self.request.transport is not None:
            self.request.transport.abort()


def as_text(payload: bytes) -> bytes:
    """One whole, unmasked text frame (RFC 6455, 5.2); the line was agreed on without extensions."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 2**16:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
