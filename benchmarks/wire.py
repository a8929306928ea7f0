"""A WebSocket client that costs next to nothing, so that the servers are what is measured.

Frames are masked with zeros, which the protocol allows and which leaves the payload as it is.
"""

import asyncio
import struct
from typing import cast

_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_NO_MASK = b"\0\0\0\0"


def text_frame(payload: bytes) -> bytes:
    """One whole text frame of a client."""
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else b""
    if size >= 126:
        head = struct.pack("!BBH", 0x81, 0xFE, size)
    return head + _NO_MASK + payload


class Wire(asyncio.Protocol):
    """One open socket. ``turn`` sends a frame and waits until the answer holds the mark."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._heard = bytearray()
        self._mark = b"\r\n\r\n"
        self._waiting: asyncio.Future[None] | None = None

    @classmethod
    async def connect(cls, port: int, path: str) -> "Wire":
        """A socket, upgraded."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(cls, "127.0.0.1", port)
        await wire.turn(_UPGRADE.format(path=path).encode(), b"\r\n\r\n")
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, but keep their promises.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._mark in self._heard and self._waiting and not self._waiting.done():
            self._heard.clear()
            self._waiting.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError())

    async def turn(self, frame: bytes, mark: bytes) -> None:
        """Send, and come back when the mark has been heard."""
        assert self._transport is not None
        self._mark, self._waiting = mark, self._loop.create_future()
        self._transport.write(frame)
        await self._waiting

    def close(self) -> None:
        """Go, without a word."""
        if self._transport is not None:
            self._transport.close()
