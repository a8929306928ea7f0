"""Load on one contender: so many talks at once, each turn timed, the talks opened beforehand."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from benchmarks.contender import Contender
from benchmarks.script import FIRST, HELLO, echoes, frames
from benchmarks.walkers import PacedWalker, Talk, Walker
from benchmarks.wire import Wire

OPENED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: turns a second, a turn's milliseconds, and what it cost the server's own process.

    ``processor`` is in microseconds a turn; ``busy`` is the part of one processor that it used.
    """

    turns_a_second: float
    p50: float
    p99: float
    processor: float
    busy: float


async def open_talks(server: Contender, count: int) -> list[Talk]:
    """Sockets, greeted and with their frames made, so that only turns are timed."""
    talks: list[Talk] = []

    async def open_one() -> None:
        wire = await Wire.connect(server.port, server.path)
        if server.kind == "house":
            await wire.turn(HELLO, FIRST)
        talks.append((wire, frames() if server.kind == "house" else echoes(12)))

    await some_at_once([open_one] * count, OPENED_AT_ONCE)
    return talks


async def some_at_once(
    work: Sequence[Callable[[], Coroutine[Any, Any, None]]], at_once: int
) -> None:
    """Do all of it, so many at any time."""
    waiting = iter(work)

    async def take() -> None:
        for one in waiting:
            await one()

    await asyncio.gather(*(take() for _ in range(at_once)))


async def saturate(
    server: Contender, talks: Sequence[Talk], at_once: int, *, repeats: int = 1
) -> Figures:
    """Walk through all talks, each as fast as it is answered; an echo's more than once."""
    waiting = deque[Talk]((wire, list(turns) * repeats) for wire, turns in talks)
    times: list[float] = []
    walkers = [Walker(waiting, times) for _ in range(at_once)]
    return await _measured(server, walkers, times)


async def pace(
    server: Contender, talks: Sequence[Talk], at_once: int, turns_a_second: float
) -> Figures:
    """Send turns at a steady rate over so many connections; whoever is late stays late.

    A turn that had to wait for the one before is timed from when it was due: a server that cannot
    keep up is not let off by being asked less. It is given twice the time that is due, no more.
    """
    times: list[float] = []
    waiting = deque(talks)
    apart, now = at_once / turns_a_second, perf_counter()
    starts = [now + apart * (1 + index / at_once) for index in range(at_once)]
    walkers = [PacedWalker(waiting, times, start, apart) for start in starts]
    due = len(talks) * len(talks[0][1]) / turns_a_second
    ending = asyncio.get_running_loop().call_later(due * 2 + 1, lambda: _stop(walkers))
    figures = await _measured(server, walkers, times)
    ending.cancel()
    return figures


def _stop(walkers: Sequence[Walker]) -> None:
    for walker in walkers:
        walker.stop()


async def _measured(server: Contender, walkers: Sequence[Walker], times: list[float]) -> Figures:
    computed, before = server.processor, perf_counter()
    for walker in walkers:
        walker.begin()
    await asyncio.gather(*(walker.done for walker in walkers))
    seconds, computed = perf_counter() - before, server.processor - computed
    ordered = sorted(times)
    return Figures(
        turns_a_second=len(times) / seconds,
        p50=ordered[len(ordered) // 2] * 1000,
        p99=ordered[int(len(ordered) * 0.99)] * 1000,
        processor=computed / len(times) * 1e6,
        busy=computed / seconds,
    )
