"""Everybody comes back at once: each page goes on where its line broke, or the house restarted."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.contender import Contender, contender, until_idle
from benchmarks.load import OPENED_AT_ONCE, begin_talk, some_at_once
from benchmarks.report import Row
from benchmarks.rooms import Production, Urls, rooms
from benchmarks.script import TURNS, frames, hello_again
from benchmarks.size import Size
from benchmarks.wire import Broken, Wire

AT_ONCE = 200
"""On their way at any time; more would wait in the system's own line for a connection."""

OPEN_WITHIN, WITHIN = 60.0, 30.0
"""Seconds to open them all, and to come back; whoever is not back by then is an error."""

ANSWERED = TURNS[0][1]

_RESUME = re.compile(rb'"resume":"([^"]+)"')
_SEQ = re.compile(rb'"seq":(\d+)')


@dataclass(slots=True)
class Page:
    """A page whose line breaks: what it comes back with, and the last line that it had."""

    wire: Wire
    resume: bytes
    last: int


async def reconnects(size: Size, made: Production | None) -> AsyncIterator[Row]:
    """After the lines broke, and after a restart, where nothing is in memory; on both stores."""
    for store, room in rooms(made).items():
        with room() as urls:
            for row in await _on(store, urls, size.reconnects):
                yield row


async def _on(store: str, urls: Urls, count: int) -> list[Row]:
    with TemporaryDirectory(prefix="frontdoor-bench-") as name:
        folder = Path(name)
        with contender("house", *urls, folder=folder) as server:
            pages = await _open(server, count)
            title = f"{store}, {len(pages):,} reconnects after"
            _drop(pages)
            await until_idle(server)
            rows = await _timed(f"{title} broken lines", server, pages)
            _drop(pages)
            await until_idle(server)
        with contender("house", *urls, folder=folder) as server:
            rows += await _timed(f"{title} a restart", server, pages)
            _drop(pages)
    return rows


async def _open(server: Contender, count: int) -> list[Page]:
    """So many talks, each one turn in; or as many as can be opened in time."""
    pages: list[Page] = []

    async def open_one() -> None:
        wire, welcome = await begin_talk(server)
        answer = await wire.turn(frames()[0][0], ANSWERED)
        resume = _RESUME.search(welcome)
        assert resume is not None
        pages.append(Page(wire, resume[1], last_seq(answer)))

    await within(OPEN_WITHIN, some_at_once([open_one] * count, OPENED_AT_ONCE))
    return pages


async def _timed(name: str, server: Contender, pages: Sequence[Page]) -> list[Row]:
    """All of them come back: how long that takes, and how many find not what they left."""
    before = perf_counter()
    errors = {id(page): "not back in time" for page in pages}
    back = [partial(_come_back, server, page, errors) for page in pages]
    await within(WITHIN, some_at_once(back, AT_ONCE))
    seconds = perf_counter() - before
    part = len(pages) / 10_000
    return [
        Row(name, seconds, "s", 6 * part, 2.5 * part),
        Row(f"{name}, errors", len(errors), "", 0, 0, note=", ".join(sorted(set(errors.values())))),
    ]


async def _come_back(server: Contender, page: Page, errors: dict[int, str]) -> None:
    """Go on before the last line, which so must come again, with the question that stood."""
    try:
        page.wire = await Wire.connect(server.port, server.path)
        hello = hello_again(page.resume.decode(), page.last - 1)
        answer = await page.wire.turn(hello, ANSWERED)
    except (OSError, Broken) as error:
        errors[id(page)] = type(error).__name__
        return
    if b'"welcome"' in answer and last_seq(answer) == page.last:
        del errors[id(page)]
    else:
        errors[id(page)] = "wrong state"


async def within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """As much of it as is done by then."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work


def last_seq(answer: bytes) -> int:
    """The sequence of the last line in an answer."""
    return int(_SEQ.findall(answer)[-1])


def _drop(pages: Sequence[Page]) -> None:
    for page in pages:
        page.wire.close()
