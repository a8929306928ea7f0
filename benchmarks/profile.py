"""Where a turn's time goes: whole intakes through the door or the socket, by function.

On PostgreSQL trust only what a function took by itself: its driver leaps between stacks.

Run as ``python -m benchmarks.profile [--through socket] [--on postgres] [--intakes N]``.
"""

import argparse
import asyncio
import pstats
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import uvloop

from benchmarks.contender import ROOT, contender
from benchmarks.load import open_talks, saturate
from benchmarks.profiling import add_up, new_profile, profiled_threads, read
from benchmarks.rooms import Urls, production
from benchmarks.script import TURNS, walk_through_door
from benchmarks.servers import house_settings, staffed_house
from bot.house import House
from bot.serving import settle


async def through_door(args: argparse.Namespace, *urls: str) -> pstats.Stats:
    """In this process, with no socket and no page: the turn alone."""
    with TemporaryDirectory() as folder:
        settings = house_settings(Path(folder), *urls)
        async with staffed_house(settings) as house:
            settle()
            await intakes(house, args, 20)
            before = process_time()
            await intakes(house, args, args.intakes)
            tell_cost(process_time() - before, args.intakes)
        profile = new_profile()
        async with profiled_threads() as profiles, staffed_house(settings) as house:
            profile.enable()
            await intakes(house, args, args.intakes)
            profile.disable()
    return add_up([profile, *profiles])


async def intakes(house: House, args: argparse.Namespace, count: int) -> None:
    """So many whole intakes, some at any one time."""
    waiting = iter(range(count))

    async def walk() -> None:
        for _ in waiting:
            await walk_through_door(house)

    await asyncio.gather(*(walk() for _ in range(args.at_once)))


async def through_socket(args: argparse.Namespace, *urls: str) -> pstats.Stats:
    """In a server's process, over real sockets: all that a turn costs it."""
    with TemporaryDirectory() as folder:
        for is_profiled in (False, True):
            with contender("house", *urls, folder=Path(folder), is_profiled=is_profiled) as server:
                talks = await open_talks(server, args.intakes)
                if is_profiled:
                    server.begin_profile()
                    await asyncio.sleep(0.2)
                before = server.processor
                await saturate(server, talks, args.at_once)
                if not is_profiled:
                    tell_cost(server.processor - before, args.intakes)
        return read(Path(folder) / "profile")


def tell_cost(seconds: float, intakes: int) -> None:
    """What a turn cost before anybody profiled it."""
    each = seconds / (intakes * len(TURNS)) * 1e6
    print(f"{each:.0f} us of processor time a turn, unprofiled, all threads of the house")


def show(stats: pstats.Stats, top: int, intakes: int) -> None:
    """The functions that take most by themselves, and those that do with all that they call."""
    turns = intakes * len(TURNS)
    # Typed as private, but how a profile has been kept since ever: place -> calls and seconds.
    found: dict[tuple[str, int, str], Any] = stats.stats  # type: ignore[attr-defined]
    for column, title in ((2, "by itself"), (3, "with all that it calls")):
        print(f"\nMost time {title}; microseconds and calls a turn, slowed by being profiled")
        print(f"{'itself':>9}{'with all':>10}{'calls':>8}  function")
        order = sorted(found.items(), key=lambda item: item[1][column], reverse=True)
        for place, (_, calls, own, whole, _) in order[:top]:
            us = [seconds / turns * 1e6 for seconds in (own, whole)]
            print(f"{us[0]:>9.2f}{us[1]:>10.2f}{calls / turns:>8.2f}  {name_of(place)}")


def name_of(place: tuple[str, int, str]) -> str:
    """A function and where it is, from the house's own root on or from the package's."""
    file, line, function = place
    if not line:
        return function
    short = file.removeprefix(f"{ROOT}/").rpartition("site-packages/")[2].rpartition("/lib/")[2]
    return f"{function}  {short}:{line}"


async def run(args: argparse.Namespace) -> None:
    """Profile, on fresh stores."""
    async with AsyncExitStack() as stack:
        urls: Urls = ()
        if args.on == "postgres":
            made = await stack.enter_async_context(production())
            if made is None:
                return
            urls = stack.enter_context(made.room())
        work = through_door if args.through == "door" else through_socket
        show(await work(args, *urls), args.top, args.intakes)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--through", choices=("door", "socket"), default="door")
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--intakes", type=int, default=200, metavar="N")
    parser.add_argument("--at-once", type=int, default=50, metavar="N")
    parser.add_argument("--top", type=int, default=45, metavar="N")
    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
