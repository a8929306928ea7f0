"""Real processes of the house, started by its own command on stores that outlive them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.house import KEYS
from tests.servers import free_port

ROOT = Path(__file__).parents[1]
BEGINS_WITHIN = 60.0
"""Seconds; the machine may be busy with other tests."""

LOOK_EVERY = 0.05
"""Seconds between two looks at what tells nobody when it changes."""

OURS = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEYS",
    "PORT",
    "ORIGINS",
    "TENANTS",
)


def environment(**settings: str) -> dict[str, str]:
    """Ours alone: what stands in the developer's own environment must not reach a test."""
    others = {name: value for name, value in os.environ.items() if name not in OURS}
    given = {"SECRET_KEYS": KEYS, "RATE_LIMITS": "off", "LOG_LEVEL": "info", "PORT": "0"}
    return others | given | settings


def ended(command: str, **settings: str) -> tuple[int, list[str]]:
    """Run a command that ends by itself: its exit code, and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", command],
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=BEGINS_WITHIN,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


@dataclass(slots=True)
class Process:
    """One long-running command. It keeps its port and its log through every death."""

    command: str
    settings: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.log.read_text()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "bot", self.command],
                env=environment(**self.settings, PORT=str(self.port)),
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """As the kernel does: in the middle of whatever it is."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self.running is not None
        self.running.send_signal(how)
        return self.running.wait(BEGINS_WITHIN)

    async def until_said(self, event: str, *, times: int = 1) -> None:
        """Until its log tells of an event so many times."""
        await self._until(lambda: self.said.count(event) >= times, event)

    async def until_ready(self) -> dict[str, Any]:
        """Until it says that it can commit."""
        return await self.until_it_says(200)

    async def until_it_says(self, status: int, why: str = "") -> dict[str, Any]:
        """Until ``/readyz`` answers so; all of its answer."""
        told: tuple[int, dict[str, Any]] = 0, {}
        async with asyncio.timeout(BEGINS_WITHIN):
            while told[0] != status or why not in ("", told[1].get("why")):
                assert self._is_alive(), f"{self.command} has ended: {self.said[-2000:]}"
                await asyncio.sleep(LOOK_EVERY)
                told = await self.readiness()
        return told[1]

    async def readiness(self) -> tuple[int, dict[str, Any]]:
        """What ``/readyz`` says now; 0 while nothing answers."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.url}/readyz") as answer,
            ):
                return answer.status, await answer.json()
        except aiohttp.ClientError:
            return 0, {}

    async def _until(self, is_so: Callable[[], bool], what: str) -> None:
        async with asyncio.timeout(BEGINS_WITHIN):
            while not is_so():
                assert self._is_alive(), f"{self.command} ended before {what}: {self.said[-2000:]}"
                await asyncio.sleep(LOOK_EVERY)

    def _is_alive(self) -> bool:
        return self.running is not None and self.running.poll() is None
