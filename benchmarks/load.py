"""Load on one contender: so many talks at once, each turn timed, the talks opened beforehand."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.script import FIRST, HELLO, echoes, frames
from benchmarks.wire import Wire

Turns = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: whole talks and turns a second, and how long a turn took, in milliseconds."""

    talks_a_second: float
    turns_a_second: float
    p50: float
    p99: float


@contextmanager
def contender(kind: str) -> Iterator[int]:
    """A contender in a process of its own; its port."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.servers", kind, folder]
        root = Path(__file__).parents[1]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True
        )
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(timeout=30)


async def open_talks(kind: str, port: int, count: int) -> list[tuple[Wire, Turns]]:
    """Open sockets, greeted and with their frames made, so that only turns are timed."""
    talks = []
    for _ in range(count):
        if kind == "house":
            wire = await Wire.connect(port, "/ws/chat/llr")
            await wire.turn(HELLO, FIRST)
            talks.append((wire, frames()))
        else:
            talks.append((await Wire.connect(port, "/"), echoes(12)))
    return talks


async def saturate(talks: list[tuple[Wire, Turns]], at_once: int) -> Figures:
    """Walk through all talks, ``at_once`` of them at any time, each as fast as it is answered."""
    times: list[float] = []
    waiting = list(talks)

    async def walk() -> None:
        while waiting:
            wire, turns = waiting.pop()
            for frame, mark in turns:
                before = perf_counter()
                await wire.turn(frame, mark)
                times.append(perf_counter() - before)

    before = perf_counter()
    await asyncio.gather(*(walk() for _ in range(at_once)))
    return _figures(times, len(talks), perf_counter() - before)


async def pace(talks: list[tuple[Wire, Turns]], turns_a_second: float) -> Figures:
    """Send turns at a steady rate over all talks; a late answer delays only its own talk."""
    times: list[float] = []
    apart = len(talks) / turns_a_second

    async def walk(wire: Wire, turns: Turns, start: float) -> None:
        for number, (frame, mark) in enumerate(turns):
            await asyncio.sleep(max(0.0, start + number * apart - perf_counter()))
            before = perf_counter()
            await wire.turn(frame, mark)
            times.append(perf_counter() - before)

    before = perf_counter()
    spread = [before + apart * index / len(talks) for index in range(len(talks))]
    await asyncio.gather(*(walk(w, t, s) for (w, t), s in zip(talks, spread, strict=True)))
    return _figures(times, len(talks), perf_counter() - before)


def _figures(times: list[float], talks: int, seconds: float) -> Figures:
    ordered = sorted(times)
    return Figures(
        talks_a_second=talks / seconds,
        turns_a_second=len(times) / seconds,
        p50=ordered[len(ordered) // 2] * 1000,
        p99=ordered[int(len(ordered) * 0.99)] * 1000,
    )
