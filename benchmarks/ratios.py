"""All contenders in turns on one machine in one run, each as a part of the bare echo."""

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from rich.table import Table

from benchmarks.contender import Contender, contender, until_idle
from benchmarks.load import Figures, close_talks, open_talks, saturate
from benchmarks.report import Row, new_console
from benchmarks.rooms import Production, Room, nowhere
from benchmarks.size import Size

A1, A2, A3 = "A1: echo", "A2: echo, SQLite", "A3: echo, PostgreSQL"
ON_SQLITE, ON_POSTGRES = "Front Door, SQLite", "Front Door, PostgreSQL and Redis"
FEW, MANY = 50, 500
"""Connections."""

ASKED = {ON_SQLITE: (0.08, 0.20), ON_POSTGRES: (0.07, 0.16)}
"""Must and aim with few connections."""

TURNS = 12


@dataclass(frozen=True, slots=True)
class Ratio:
    """One contender beside the bare echo: by turns a second, and by its processor time a turn."""

    figures: Figures
    by_turns: float
    by_processor: float


async def ratios(size: Size, made: Production | None, *, at_once: int) -> AsyncIterator[Row]:
    """Every contender at so many connections."""
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(contender(kind, *stack.enter_context(room())))
            for name, (kind, room) in _contenders(made).items()
        }
        found = await _measure(servers, at_once, size)
    _show(found, at_once)
    for row in _rows(found, at_once):
        yield row


def _contenders(made: Production | None) -> dict[str, tuple[str, Room]]:
    found: dict[str, tuple[str, Room]] = {A1: ("echo", nowhere), A2: ("sqlite", nowhere)}
    if made is not None:
        found[A3] = "postgres", made.bare_room
    found[ON_SQLITE] = "house", nowhere
    if made is not None:
        found[ON_POSTGRES] = "house", made.room
    return found


async def _measure(servers: Mapping[str, Contender], at_once: int, size: Size) -> dict[str, Ratio]:
    """The best of some rounds of each, round by round: the machine is shared, and noise only slows.

    Its least processor time likewise.
    """
    best: dict[str, Figures] = {}
    for _ in range(size.rounds if at_once == FEW else size.crowded_rounds):
        for name, server in servers.items():
            figures = await _round(server, at_once, size)
            best[name] = figures.best_with(best.get(name, figures))
    bare = best[A1]
    return {
        name: Ratio(
            figures,
            figures.turns_a_second / bare.turns_a_second,
            bare.processor / figures.processor,
        )
        for name, figures in best.items()
    }


async def _round(server: Contender, at_once: int, size: Size) -> Figures:
    is_house = server.kind == "house"
    talks = await open_talks(server, max(size.talks, at_once) if is_house else at_once)
    try:
        repeats = 1 if is_house else size.echoes // (at_once * TURNS)
        return await saturate(server, talks, at_once, repeats=repeats)
    finally:
        close_talks(talks)
        await until_idle(server)


def _show(found: Mapping[str, Ratio], at_once: int) -> None:
    heads = ("of A1, turns/s", "of A1, processor", "turns/s", "processor us", "busy")
    table = Table("", *heads, "client us", "p50 ms", "p99 ms", "lost", box=None)
    for name, ratio in found.items():
        figures = ratio.figures
        table.add_row(
            name,
            f"{ratio.by_turns:.3f}",
            f"{ratio.by_processor:.3f}",
            f"{figures.turns_a_second:,.0f}",
            f"{figures.processor:,.1f}",
            f"{figures.busy:.0%}",
            f"{figures.client:.1f}",
            f"{figures.p50:.2f}",
            f"{figures.p99:.2f}",
            f"{figures.lost}",
        )
    new_console().print(
        f"\n[bold]{at_once} connections, intakes of twelve turns[/bold]", table, sep="\n"
    )


def _rows(found: Mapping[str, Ratio], at_once: int) -> list[Row]:
    rows = []
    for name, asked in ASKED.items():
        if name in found:
            must, aim = asked if at_once == FEW else (None, None)
            title = f"{name}, {at_once} connections, of A1 by"
            rows += [
                Row(f"{title} turns/s", found[name].by_turns, "", must, aim, is_floor=True),
                Row(f"{title} processor", found[name].by_processor, "", must, aim, is_floor=True),
            ]
    return rows
