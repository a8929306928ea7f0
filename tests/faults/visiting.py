"""Noor's page without a browser: it keeps what was not acknowledged, and comes back for the rest.

It behaves as ``static/connection.js`` and ``outbox.js`` do, only faster, and writes a history.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import orjson
from aiohttp import WSMsgType

from tests.faults.history import Frame, History
from tests.faults.line import Address, bounded

PATIENCE = 3.0
"""Seconds of silence after which a page takes a new line."""

OPENING = 1.0
"""Seconds in which a line must open."""

AGAIN_IN = 0.02


@dataclass(slots=True)
class Page:
    """One page. ``after`` is the unbroken run of lines it has, ``outbox`` what has no ack yet."""

    name: str
    history: History
    address: Address
    session: aiohttp.ClientSession
    token: str = ""
    talk: str = ""
    after: int = 0
    ahead: set[int] = field(default_factory=set)
    outbox: dict[str, Frame] = field(default_factory=dict)
    step: str = ""
    is_over: bool = False
    door: int = 0
    _opening: str = ""
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _number: int = 0
    _asked: int = 0
    _pongs: int = 0

    async def arrive(self) -> None:
        """Open a talk, and read up to its first question."""
        self._opening = str(uuid4())
        await self.wait(lambda: bool(self.step))

    async def act(self, kind: str, **parts: Any) -> str:
        """Do one thing, and wait until it is acknowledged; its key."""
        (key,) = await self.put((kind, parts))
        await self.wait(lambda: key not in self.outbox)
        return key

    async def answer(self, **by_step: str) -> None:
        """Answer questions by the name of their step, for as long as one of these is asked."""
        while (value := by_step.pop(self.step.partition(".")[2].replace("-", "_"), "")) != "":
            await self.act("choice", value=value)
            await self.pause()

    async def put(self, *acts: tuple[str, Frame]) -> list[str]:
        """Do several things at once, and wait for nothing."""
        keys = []
        for kind, parts in acts:
            frame = {"type": kind, "id": str(uuid4()), **parts}
            keys.append(frame["id"])
            self.outbox[frame["id"]] = frame
            self.history.invoke(self.name, kind, frame["id"], subject=self.talk, sent=frame)
            if self._socket is not None:
                await self._send(frame)
        return keys

    async def acknowledged(self) -> None:
        """Until nothing waits in the outbox."""
        await self.wait(lambda: not self.outbox)

    async def pause(self) -> None:
        """Until the server has answered a ping in its turn: all before it has been told."""
        if self.is_over:
            return
        before = self._pongs
        await self._connected()
        with suppress(ConnectionError, AttributeError):
            await self._socket.ping(b"done")  # type: ignore[union-attr]
        await self.wait(lambda: self._pongs > before or self._socket is None)

    def leave(self) -> None:
        """The page is closed."""
        self.drop()
        self.is_over = True

    async def look(self, seconds: float) -> None:
        """Read what comes for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait(lambda: self.is_over)

    def drop(self) -> None:
        """The line breaks at once: what was on its way may or may not have arrived."""
        socket, self._socket = self._socket, None
        if socket is not None:
            connection: Any = socket._conn  # noqa: SLF001  Nothing else breaks a line at once.
            if connection is not None and connection.transport is not None:
                connection.transport.abort()

    async def wait(self, until: Callable[[], bool]) -> None:
        """Read, come back and send again until this holds or the talk is over."""
        async with bounded(f"{self.name} waits"):
            while not until() and not self.is_over:
                await self._connected()
                await self._read()

    async def _connected(self) -> None:
        while self._socket is None and not self.is_over:
            try:
                url = f"{self.address.url(self.door)}/ws/chat/llr"
                async with asyncio.timeout(OPENING):
                    self._socket = await self.session.ws_connect(url, autoping=False)
                self._number += 1
                self._asked = self.after
                hello: Frame = {"type": "hello", "language": "en"}
                if self._opening:
                    # A hello has no id of its own: each may have begun a talk.
                    self.history.invoke(self.name, "open", self._opening)
                if self.token:
                    hello = {"type": "hello", "resume": self.token, "after": self.after}
                await self._send(hello)
            except (aiohttp.ClientError, OSError, TimeoutError):
                self._socket = None
                await asyncio.sleep(AGAIN_IN)

    async def _send(self, frame: Frame) -> None:
        try:
            assert self._socket is not None
            await self._socket.send_str(orjson.dumps(frame).decode())
        except (aiohttp.ClientError, OSError):
            self.drop()

    async def _read(self) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            message = await socket.receive(PATIENCE)
        except TimeoutError:
            self.drop()
            return
        except (aiohttp.ClientError, OSError, ValueError):
            self.drop()
            return
        if message.type is WSMsgType.TEXT:
            await self._take(orjson.loads(message.data))
        elif message.type is WSMsgType.PING:
            with suppress(ConnectionError):
                await socket.pong(message.data)
        elif message.type is WSMsgType.PONG:
            self._pongs += 1
        else:
            self.drop()

    async def _take(self, frame: Frame) -> None:
        if frame["type"] == "welcome":
            self.token, self.talk = frame["resume"], frame["talk"]
            if self._opening:
                self.history.ok(self.name, "open", self._opening, subject=self.talk)
                self._opening = ""
        self.history.saw(self.name, self._number, self._asked, self.talk, frame)
        match frame["type"]:
            case "welcome":
                for waiting in tuple(self.outbox.values()):
                    await self._send(waiting)
            case "message":
                self._saw(frame["seq"])
                self.step = frame.get("step", self.step)
            case "ack":
                self._saw(frame["seq"])
                self._settle(frame["id"], frame["seq"])
            case "error":
                await self._refused(frame["code"], frame.get("id", ""))

    def _settle(self, key: str, seq: int) -> None:
        sent = self.outbox.pop(key, None)
        if sent is None:
            return
        self.history.ok(self.name, sent["type"], key, subject=self.talk, seq=seq)
        if sent["type"] in ("exit", "stop"):
            self.is_over = True

    async def _refused(self, code: str, key: str) -> None:
        sent = self.outbox.get(key)
        if code == "not-saved":
            await asyncio.sleep(AGAIN_IN)
            if sent is None:
                self.drop()
            else:
                await self._send(sent)
        elif code == "resume-unknown":
            self.is_over = True
            for waiting in self.outbox.values():
                kind, id = waiting["type"], waiting["id"]
                self.history.info(self.name, kind, id, subject=self.talk, code=code)
        elif sent is not None:
            del self.outbox[key]
            self.history.fail(self.name, sent["type"], key, subject=self.talk, code=code)

    def _saw(self, seq: int) -> None:
        if seq > self.after:
            self.ahead.add(seq)
        while self.after + 1 in self.ahead:
            self.after += 1
            self.ahead.discard(self.after)
