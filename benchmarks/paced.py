"""How long a turn takes while turns come in at a steady rate, over 500 connections."""

from collections.abc import AsyncIterator

from benchmarks.contender import contender
from benchmarks.load import close_talks, open_talks, pace
from benchmarks.report import Row
from benchmarks.rooms import Production, Urls, rooms
from benchmarks.size import Size

CONNECTIONS = 500
MUST = {"SQLite": 5.0, "PostgreSQL": 20.0}
"""Milliseconds, at the first rate."""

AIM = 5.0
"""Milliseconds, at the other."""


async def paced(size: Size, made: Production | None) -> AsyncIterator[Row]:
    """Both stores at every rate."""
    for store, room in rooms(made).items():
        with room() as urls:
            for row in await _on(store, urls, size):
                yield row


async def _on(store: str, urls: Urls, size: Size) -> list[Row]:
    rows = []
    with contender("house", *urls) as server:
        for rate in size.rates:
            talks = await open_talks(server, size.paced_talks)
            figures = await pace(server, talks, CONNECTIONS, rate)
            close_talks(talks)
            is_first = rate == size.rates[0]
            rows.append(
                Row(
                    f"{store}, p99 of a turn at {rate:,.0f} turns/s",
                    figures.p99,
                    "ms",
                    MUST[store] if is_first else None,
                    None if is_first else AIM,
                    note=f"p50 {figures.p50:.2f} ms; {figures.turns_a_second:,.0f} turns/s had"
                    + (f"; {figures.lost} talks cut off or not ended" if figures.lost else ""),
                )
            )
    return rows
