"""What every bus does, alone in its process or not."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.bus import HELD, Bus, LocalBus, topic
from storage.redis_bus import RedisBus
from storage.redis_client import open_client
from tests.contracts.cast import HARBOUR, LANTERN
from tests.redis_server import redis_address

NUDGES = topic(HARBOUR, "talk", "1")
PLACE = topic(HARBOUR, "visitor-at", "1")
SOON = 10.0


@pytest.fixture(params=["local", "redis", "redis-away"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    if request.param == "local":
        yield LocalBus()
        return
    if request.param == "redis-away":
        async with opened("redis://127.0.0.1:1/0") as bus:
            yield bus
        return
    async with redis_address() as url, opened(url) as bus:
        yield bus


class opened:  # noqa: N801  It is used as a function.
    def __init__(self, url: str) -> None:
        self.client = open_client(url)
        self.bus = RedisBus(self.client, [HARBOUR, LANTERN])

    async def __aenter__(self) -> RedisBus:
        return self.bus.start()

    async def __aexit__(self, *_error: object) -> None:
        await self.bus.close()
        await self.client.aclose()


class TestEveryBus:
    async def test_a_nudge_reaches_every_subscriber_and_nobody_else(self, bus: Bus) -> None:
        with (
            bus.subscribe(NUDGES) as one,
            bus.subscribe(NUDGES, "other") as two,
            bus.subscribe(topic(LANTERN, "talk", "1")) as theirs,
        ):
            bus.publish(NUDGES, "7")
            assert [await one.next(), await two.next()] == ["7", "7"]
            bus.publish(topic(LANTERN, "talk", "1"), "theirs")
            assert await theirs.next() == "theirs"

    async def test_a_nudge_between_subscribing_and_waiting_is_not_lost(self, bus: Bus) -> None:
        with bus.subscribe(NUDGES) as heard:
            bus.publish(NUDGES, "now")
            async for payload in heard:
                assert payload == "now"
                break

    async def test_publishing_is_heard_in_this_process_before_it_returns(self, bus: Bus) -> None:
        with bus.subscribe(NUDGES) as heard:
            bus.publish(NUDGES, "at once")
            waiting = asyncio.ensure_future(heard.next())
            await asyncio.sleep(0)
            assert waiting.done()
            assert waiting.result() == "at once"

    async def test_a_subscriber_who_does_not_read_keeps_the_newest_nudges(self, bus: Bus) -> None:
        with bus.subscribe(NUDGES) as slow:
            for n in range(HELD + 10):
                bus.publish(NUDGES, str(n))
            assert await slow.next() == "10"

    async def test_who_has_left_hears_nothing(self, bus: Bus) -> None:
        with bus.subscribe(NUDGES) as gone:
            pass
        bus.publish(NUDGES, "late")
        waiting = asyncio.ensure_future(gone.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()

    async def test_who_is_here_is_not_elsewhere(self, bus: Bus) -> None:
        bus.announce(PLACE, is_here=True)
        assert not bus.is_elsewhere(PLACE)
        bus.announce(PLACE, is_here=False)
        bus.announce(PLACE, is_here=False)

    async def test_a_topic_of_any_kind_is_published_without_a_word(self, bus: Bus) -> None:
        for name in (
            "",
            "no tenant",
            "/",
            "a/" + "b" * 10_000,
            "ą/ż/ź",
            "\udce4/talk/1",
            f"{HARBOUR}/talk/\udce4",
        ):
            with bus.subscribe(name) as heard:
                bus.publish(name, "any \0 payload \udce4")
                assert await heard.next() == "any \0 payload \udce4"
                bus.announce(name, is_here=True)

    async def test_a_bus_knows_how_it_stands(self, bus: Bus) -> None:
        assert bus.state in ("alone", "up", "down")
