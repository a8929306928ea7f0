"""``make bench``: all contenders in one run on this machine, ratios first."""

import argparse

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.contender import contender
from benchmarks.load import Figures, open_talks, pace, saturate
from benchmarks.parts import Part, parts

NAMES = {
    "echo": "A1: bare aiohttp echo",
    "sqlite": "A2: echo, SQLite FULL, one group commit",
    "house": "Front Door, whole, SQLite FULL",
}


async def measure(kind: str, *, talks: int, at_once: int, rounds: int) -> Figures:
    """The best of some rounds of one contender: the machine is shared, and noise only slows."""
    with contender(kind) as server:
        found = [
            await saturate(server, await open_talks(server, talks), at_once) for _ in range(rounds)
        ]
    return max(found, key=lambda figures: figures.turns_a_second)


async def measure_paced(talks: int, turns_a_second: float) -> Figures:
    """A turn's time in the house at a steady rate."""
    with contender("house") as server:
        return await pace(server, await open_talks(server, talks), talks, turns_a_second)


def show(console: Console, found: dict[str, Figures], at_once: int) -> None:
    """One table of contenders."""
    table = Table("contender", "of A1", "turns/s", "p50 ms", "p99 ms", box=None)
    for kind, figures in found.items():
        table.add_row(
            NAMES[kind],
            f"{figures.turns_a_second / found['echo'].turns_a_second:.3f}",
            f"{figures.turns_a_second:,.0f}",
            f"{figures.p50:.2f}",
            f"{figures.p99:.2f}",
        )
    title = f"\n[bold]{at_once} talks at once[/bold], intakes of twelve turns"
    console.print(title, table, sep="\n")


def show_parts(console: Console, found: list[Part]) -> None:
    """What single parts cost."""
    table = Table("part", "figure", "must", "aim", box=None)
    for part in found:
        table.add_row(part.name, part.figure, part.must, part.aim)
    console.print("\n[bold]Parts[/bold]", table, sep="\n")


async def run(talks: int, rounds: int) -> None:
    """Everything, in order."""
    console = Console()
    for at_once in (50, 500):
        found = {
            kind: await measure(kind, talks=max(talks, at_once), at_once=at_once, rounds=rounds)
            for kind in NAMES
        }
        show(console, found, at_once)
    for rate in (1000.0, 2500.0):
        paced = await measure_paced(500, rate)
        console.print(
            f"500 talks, {rate:,.0f} turns/s asked for, {paced.turns_a_second:,.0f} had: "
            f"p50 {paced.p50:.2f} ms, p99 {paced.p99:.2f} ms"
        )
    show_parts(console, await parts())


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--talks", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    uvloop.run(run(chosen.talks, chosen.rounds))


if __name__ == "__main__":
    main()
