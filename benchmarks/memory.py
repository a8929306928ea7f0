"""What an open conversation costs in memory while nobody writes, above a bare socket."""

from collections.abc import AsyncIterator

from benchmarks.contender import Contender, contender, until_idle
from benchmarks.load import OPENED_AT_ONCE, open_talks, saturate
from benchmarks.report import Row
from benchmarks.rooms import Production, Urls, rooms
from benchmarks.size import Size
from benchmarks.walkers import Talk

WARM_UP = 100
"""Sockets that are opened before any is counted."""

TURNS = 6
"""Half an intake: a talk is idle in the middle, and not before it has begun."""


async def memory(size: Size, made: Production | None) -> AsyncIterator[Row]:
    """A bare socket, and the house's on both stores."""
    bare = await _of_each("echo", (), size.idle_sockets)
    yield Row("a bare WebSocket", bare, "KB")
    for store, room in rooms(made).items():
        with room() as urls:
            whole = await _of_each("house", urls, size.idle_sockets)
        name = f"{store}, an idle conversation above that"
        yield Row(name, whole - bare, "KB", 12, 4, note=f"{size.idle_sockets:,} open")


async def _of_each(kind: str, urls: Urls, count: int) -> float:
    """Kilobytes for each of so many sockets."""
    with contender(kind, *urls) as server:
        # They stay open: memory that was freed would be used again, and hide what these need.
        kept = await _begun(server, WARM_UP)
        await until_idle(server)
        before = server.memory
        kept += await _begun(server, count)
        await until_idle(server)
        return (server.memory - before) / count / 1024


async def _begun(server: Contender, count: int) -> list[Talk]:
    """So many open talks, each some turns in."""
    talks = await open_talks(server, count)
    await saturate(server, [(wire, turns[:TURNS]) for wire, turns in talks], OPENED_AT_ONCE)
    return talks
