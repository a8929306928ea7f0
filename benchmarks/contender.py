"""A contender in a process of its own, and what the system knows of that process."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

ROOT = Path(__file__).parents[1]
STOPS_WITHIN = 60
"""Seconds."""

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Contender:
    """A running server: what it is, where it listens, and the process it runs in."""

    kind: str
    port: int
    process: subprocess.Popen[str]

    @property
    def path(self) -> str:
        """Where its socket is."""
        return "/ws/chat/llr" if self.kind == "house" else "/"

    @property
    def processor(self) -> float:
        """Seconds that all its threads have computed, its own and the kernel's for it."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        # The name of the program, which may hold anything, is in brackets.
        user, kernel = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(kernel)) / _TICKS

    @property
    def memory(self) -> int:
        """Bytes that are resident."""
        statm = Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(statm.split()[1]) * _PAGE

    def begin_profile(self) -> None:
        """Of one that was started to be profiled."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def contender(
    kind: str, *urls: str, folder: Path | None = None, is_profiled: bool = False
) -> Iterator[Contender]:
    """A contender that serves until the block ends; in a folder that goes with it, or is given."""
    with TemporaryDirectory(prefix="frontdoor-bench-") as own:
        options = ["--profiled"] if is_profiled else []
        process = _start([*options, kind, str(folder or own), *urls])
        assert process.stdin is not None
        try:
            yield Contender(kind, _port_of(process), process)
        finally:
            process.stdin.close()
            _end(process)


async def until_idle(server: Contender, *, within: float = 10.0) -> None:
    """Until it has nothing left to do, such as seeing off the pages that went, or for so long."""
    until = monotonic() + within
    computed = -1.0
    while server.processor - computed > 2 / _TICKS and monotonic() < until:
        computed = server.processor
        await asyncio.sleep(0.2)


def _start(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.servers", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        # Ctrl-C is for whoever measures, who then ends this one in order.
        start_new_session=True,
    )


def _port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the contender did not start"
    return int(line)


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
