import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.channels.webchat.ahead import MOST_AHEAD, Frames
from bot.channels.webchat.frames import Frame
from bot.channels.webchat.pace import BURST, RATE, Pace

SOON = 5.0


class Page:
    """Frames that have come already, and then those that come while a flood waits."""

    def __init__(self, *frames: Frame) -> None:
        self.coming: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.told = 0
        self.is_empty = asyncio.Event()
        self.send(frames)

    def send(self, frames: Sequence[Frame | None]) -> None:
        for frame in frames:
            self.coming.put_nowait(frame)

    async def read(self) -> Frame | None:
        if self.coming.empty():
            self.is_empty.set()
        return await self.coming.get()

    async def tell(self) -> None:
        self.told += 1


def texts(count: int) -> list[Frame]:
    return [{"type": "text", "id": str(n)} for n in range(count)]


# So slow that a frame which has to wait for it never comes while the test lasts.
NEVER = 1e-6
EXIT: Frame = {"type": "exit", "id": "x"}


def flooded(page: Page, rate: float = NEVER) -> Frames:
    return Frames(page.read, Pace(rate=rate), page.tell)


async def take(frames: Frames, count: int) -> list[Frame | None]:
    async with asyncio.timeout(SOON):
        return [await frames.next() for _ in range(count)]


@pytest.fixture(autouse=True)
async def _no_task_is_left() -> AsyncIterator[None]:
    yield
    assert [t for t in asyncio.all_tasks() if t.get_name() == "webchat: read"] == []


async def test_what_comes_at_once_is_taken_at_once_and_in_order() -> None:
    page = Page(*texts(int(BURST)))
    frames = flooded(page)
    assert await take(frames, int(BURST)) == texts(int(BURST))
    await frames.close()
    assert page.told == 0


async def test_a_flood_waits_and_is_told_so_once() -> None:
    page = Page(*texts(40))
    frames = flooded(page, rate=1000.0)
    assert await take(frames, 40) == texts(40)
    assert page.told == 1
    await frames.close()


@pytest.mark.parametrize("kind", ["exit", "stop", "person", "numbers", "choice"])
async def test_what_cannot_wait_takes_the_flood_before_it_along_in_order(kind: str) -> None:
    flood, last = texts(100), {"type": kind, "id": "last"}
    page = Page(*flood, last)
    frames = flooded(page)
    assert await take(frames, 101) == [*flood, last]
    await frames.close()


async def test_an_exit_that_comes_while_a_flood_waits_ends_the_wait() -> None:
    page = Page(*texts(25))
    frames = flooded(page)
    await take(frames, int(BURST))
    waiting = asyncio.create_task(frames.next())
    async with asyncio.timeout(SOON):
        await page.is_empty.wait()
    page.send([EXIT])
    async with asyncio.timeout(SOON):
        assert await waiting == {"type": "text", "id": "20"}
        assert [await frames.next() for _ in range(5)] == [*texts(25)[21:], EXIT]
    await frames.close()


async def test_what_cannot_wait_is_no_way_round_the_pace() -> None:
    page = Page(*[frame for text in texts(60) for frame in (text, EXIT)])
    frames = flooded(page)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await take(frames, 120)
    await frames.close()


async def test_no_more_is_held_than_so_many_frames() -> None:
    page = Page(*texts(1000))
    frames = flooded(page)
    await take(frames, int(BURST))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await frames.next()
    assert 1000 - BURST - page.coming.qsize() <= MOST_AHEAD + 1
    await frames.close()


async def test_a_page_that_has_gone_has_still_said_what_it_said() -> None:
    page = Page(*texts(30))
    page.send([None])
    frames = flooded(page, rate=1000.0)
    assert await take(frames, 31) == [*texts(30), None]
    await frames.close()


async def test_without_limits_nothing_waits() -> None:
    page = Page(*texts(500))
    frames = Frames(page.read, Pace(on=False, rate=NEVER), page.tell)
    assert await take(frames, 500) == texts(500)
    await frames.close()


def test_a_single_frame_waits_no_longer_than_a_moment() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    for _ in range(200):
        seconds, _ = pace.take()
        assert seconds <= 1 / RATE
        now[0] += seconds


def test_a_clock_that_jumps_back_neither_stops_nor_frees_anybody() -> None:
    now = [1000.0]
    pace = Pace(clock=lambda: now[0])
    for _ in range(int(BURST)):
        pace.take()
    now[0] = 0.0
    assert pace.take()[0] == pytest.approx(1 / RATE)
