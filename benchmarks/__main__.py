"""``make bench``: all contenders in one run on this machine, ratios first, then every target."""

import argparse
import asyncio
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from time import perf_counter

import uvloop
from rich.console import Console

from benchmarks.claims import claims
from benchmarks.memory import memory
from benchmarks.paced import paced
from benchmarks.parts import parts
from benchmarks.ratios import FEW, MANY, ratios
from benchmarks.reconnects import reconnects
from benchmarks.report import Row, new_console, show, sum_up
from benchmarks.rooms import Production, production
from benchmarks.size import QUICK, WHOLE, Size
from benchmarks.wire import Broken

Section = Callable[[Size, Production | None], AsyncIterator[Row]]

SECTIONS: dict[str, tuple[str, Section]] = {
    "ratios": ("Ratios, 50 connections", partial(ratios, at_once=FEW)),
    "crowd": ("Ratios, 500 connections", partial(ratios, at_once=MANY)),
    "paced": ("A turn, 500 connections, paced", paced),
    "memory": ("Memory", memory),
    "reconnects": ("Everybody comes back", reconnects),
    "claims": ("The next case", claims),
    "parts": ("Parts", parts),
}

LASTS_AT_MOST = 300
"""Seconds for each section; one that takes longer is given up, and said to be."""


async def run(size: Size, chosen: list[str]) -> None:
    """Every section that was chosen, in order, each shown when it is done."""
    console, found = new_console(), list[Row]()
    _end_in_order()
    async with production() as made:
        for name in chosen:
            title, section = SECTIONS[name]
            before = perf_counter()
            rows = [row async for row in _within(section(size, made), console)]
            show(console, f"{title} ({perf_counter() - before:.0f} s)", rows)
            found += rows
    sum_up(console, found)


async def _within(rows: AsyncIterator[Row], console: Console) -> AsyncIterator[Row]:
    """The rows that are found in time."""
    try:
        async with asyncio.timeout(LASTS_AT_MOST):
            async for row in rows:
                yield row
    except TimeoutError:
        console.print(f"\n[red]The rest of this is given up after {LASTS_AT_MOST} seconds.[/red]")
    except Broken:
        console.print("\n[red]The rest of this is given up: lines were cut off.[/red]")


def _end_in_order() -> None:
    """Told to stop: nothing may be left running or lying about, so what is measured is undone."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller counts, about a minute")
    parser.add_argument(
        "sections", nargs="*", choices=[[], *SECTIONS], help="all, if none is named"
    )
    chosen = parser.parse_args()
    _allow_many_sockets()
    size = QUICK if chosen.quick else WHOLE
    try:
        uvloop.run(run(size, chosen.sections or list(SECTIONS)))
    except asyncio.CancelledError:
        sys.exit("stopped")


def _allow_many_sockets() -> None:
    """As many as the system lets this account have, here and in what is started from here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
