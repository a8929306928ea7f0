"""Load on one contender: so many talks at once, each turn timed, the talks opened beforehand."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter, process_time
from typing import Any

from benchmarks.contender import Contender
from benchmarks.script import FIRST, HELLO, echoes, frames
from benchmarks.walkers import PacedWalker, Talk, Tally, Walker
from benchmarks.wire import Broken, Wire

OPENED_AT_ONCE = 50
TRIES = 5

LASTS_AT_MOST = 30.0
"""Seconds of one run; talks that have not come to their end by then are counted as lost."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: turns a second, a turn's milliseconds, and what it cost the server's own process.

    ``processor`` is in microseconds a turn, ``client`` likewise what asking cost; ``busy`` is the
    part of one processor that the server used; ``lost`` are talks that were cut off or not ended.
    """

    turns_a_second: float
    p50: float
    p99: float
    processor: float
    busy: float
    client: float
    lost: int

    def best_with(self, other: "Figures") -> "Figures":
        """The faster of two runs, with the less of what they cost."""
        faster = max(self, other, key=lambda figures: figures.turns_a_second)
        return replace(
            faster,
            processor=min(self.processor, other.processor),
            client=min(self.client, other.client),
            lost=max(self.lost, other.lost),
        )


async def open_talks(server: Contender, count: int) -> list[Talk]:
    """Sockets, greeted and with their frames made, so that only turns are timed."""
    talks: list[Talk] = []

    async def open_one() -> None:
        if server.kind == "house":
            wire, _ = await begin_talk(server)
            talks.append((wire, frames()))
        else:
            talks.append((await Wire.connect(server.port, server.path), echoes(12)))

    await some_at_once([open_one] * count, OPENED_AT_ONCE)
    return talks


async def begin_talk(server: Contender) -> tuple[Wire, bytes]:
    """A greeted socket of the house and its welcome. Raises Broken when it is cut off each time.

    A house that is busy may cut a line off, and a page then tries again.
    """
    for _ in range(TRIES - 1):
        with suppress(Broken):
            wire = await Wire.connect(server.port, server.path)
            return wire, await wire.turn(HELLO, FIRST)
    wire = await Wire.connect(server.port, server.path)
    return wire, await wire.turn(HELLO, FIRST)


def close_talks(talks: Iterable[Talk]) -> None:
    """Drop the line of each."""
    for wire, _ in talks:
        wire.close()


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
    tally = Tally()
    walkers = [Walker(waiting, tally) for _ in range(at_once)]
    return await _measured(server, walkers, tally, within=LASTS_AT_MOST)


async def pace(
    server: Contender, talks: Sequence[Talk], at_once: int, turns_a_second: float
) -> Figures:
    """Send turns at a steady rate over so many connections; whoever is late stays late.

    A turn that had to wait for the one before is timed from when it was due: a server that cannot
    keep up is not let off by being asked less. It is given twice the time that is due, no more.
    """
    waiting, tally = deque(talks), Tally()
    apart, now = at_once / turns_a_second, perf_counter()
    starts = [now + apart * (1 + index / at_once) for index in range(at_once)]
    walkers = [PacedWalker(waiting, tally, start, apart) for start in starts]
    due = len(talks) * len(talks[0][1]) / turns_a_second
    return await _measured(server, walkers, tally, within=due * 2 + 2)


async def _measured(
    server: Contender, walkers: Sequence[Walker], tally: Tally, *, within: float
) -> Figures:
    computed, own, before = server.processor, process_time(), perf_counter()
    for walker in walkers:
        walker.begin()
    _, late = await asyncio.wait([walker.done for walker in walkers], timeout=within)
    seconds, computed = perf_counter() - before, server.processor - computed
    own = process_time() - own
    for walker in walkers:
        walker.stop()
    ordered = sorted(tally.times)
    count = len(ordered)
    assert count, "not one turn was answered"
    return Figures(
        turns_a_second=count / seconds,
        p50=ordered[count // 2] * 1000,
        p99=ordered[int(count * 0.99)] * 1000,
        processor=computed / count * 1e6,
        busy=computed / seconds,
        client=own / count * 1e6,
        lost=tally.lost + len(late),
    )
