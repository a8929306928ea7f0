"""A WebSocket client that costs next to nothing, so that the servers are what is measured.

Frames are made beforehand, masked with zeros, which the protocol allows and which leaves the
payload as it is; an answer is known by a mark in its bytes and never parsed.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import cast

_UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_ERROR = b'"type":"error"'
_NO_MASK = b"\0\0\0\0"


class Broken(Exception):
    """The server has closed the line, or refused the upgrade."""


def text_frame(payload: bytes) -> bytes:
    """One whole text frame of a client."""
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else b""
    if size >= 126:
        head = struct.pack("!BBH", 0x81, 0xFE, size)
    return head + _NO_MASK + payload


class Wire(asyncio.Protocol):
    """One open socket. ``send`` calls back with all it heard once the mark is in it."""

    __slots__ = ("_heard", "_mark", "_told", "_transport", "is_open")

    def __init__(self) -> None:
        self._heard = b""
        self._mark = b""
        self._told: Callable[[bytes], None] = _nobody
        self.is_open = False

    @classmethod
    async def connect(cls, port: int, path: str) -> "Wire":
        """A socket, upgraded. Raises OSError or Broken."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(cls, "127.0.0.1", port)
        answer = await wire.turn(_UPGRADE.format(path=path).encode(), b"\r\n\r\n")
        if b" 101 " not in answer[:20]:
            raise Broken
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, but keep their promises.
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        heard = self._heard + data if self._heard else data
        if self._mark in heard:
            self._heard = b""
            told, self._told = self._told, _nobody
            told(heard)
        elif _ERROR in heard and self._mark:
            # Refused: nothing else will come.
            self._heard = b""
            self.close()
        else:
            self._heard = heard

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_open = False
        self._mark = b""
        self.data_received(b"")

    def send(self, frame: bytes, mark: bytes, told: Callable[[bytes], None]) -> None:
        """Send; ``told`` is called when the mark has been heard, or with nothing when it broke."""
        self._mark, self._told = mark, told
        self._transport.write(frame)

    async def turn(self, frame: bytes, mark: bytes) -> bytes:
        """Send, and come back with what was heard when the mark is in it. Raises Broken."""
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.send(frame, mark, lambda answer: None if heard.done() else heard.set_result(answer))
        answer = await heard
        if not self.is_open:
            raise Broken
        return answer

    def close(self) -> None:
        """Go, without a word."""
        self._transport.abort()


def _nobody(_heard: bytes) -> None:
    """Nobody waits for this."""
