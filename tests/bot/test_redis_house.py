"""A house that was given a Redis, and what becomes of it when that is wrong, dead or frozen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import open_house
from bot.house import House
from bot.presence import Presence, talk_topic
from bot.settings import Settings
from flows.conversation import ConversationId
from storage.between import open_between
from storage.bus import Bus, LocalBus
from storage.counters import LocalCounters
from storage.errors import BadAddress
from storage.redis_bus import RedisBus
from tests.house import HARBOUR, KEYS, LANTERN, MovableClock, chatting, screener, served
from tests.redis_server import RedisServer, redis_address, redis_server, until

NOOR = ConversationId("noor")
SOON = 20.0


@asynccontextmanager
async def opened(folder: Path, redis_url: str) -> AsyncIterator[House]:
    settings = Settings(
        database_url=f"sqlite:///{folder / 'house.db'}", secret_keys=KEYS, redis_url=redis_url
    )
    async with open_house(settings, MovableClock(), screener=screener()) as house:
        yield house


async def talks(house: House) -> None:
    """Noor can open a talk, write, and is answered."""
    async with served(house) as client:
        async with chatting(client) as noor:
            assert (await noor.hello())[0]["type"] == "welcome"
            assert (await noor.act("choice", value="yes"))[0]["type"] == "ack"
            assert (await noor.act("person"))[0]["type"] == "ack"
        ready = await client.get("/readyz")
        assert ready.status == 200
        assert await ready.json() == {
            "ready": True,
            "store": "ok",
            "schema": "ok",
            "bus": house.bus.state,
        }


async def test_without_an_address_a_house_is_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, "") as house:
        assert isinstance(house.bus, LocalBus)
        assert isinstance(house.counters, LocalCounters)


async def test_a_house_is_ready_with_its_redis(tmp_path: Path) -> None:
    async with redis_address() as url, opened(tmp_path, url) as house:
        assert isinstance(house.bus, RedisBus)
        await until(lambda: house.bus.state == "up")
        await talks(house)


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_a_house_whose_redis_dies_serves_on(tmp_path: Path, fault: str) -> None:
    async with redis_server() as server, opened(tmp_path, server.url) as house:
        await until(lambda: house.bus.state == "up")
        await server.kill() if fault == "kill" else server.freeze()
        async with asyncio.timeout(SOON):
            await talks(house)
            await until(lambda: house.bus.state == "down")
            await talks(house)


async def test_a_house_with_a_wrong_password_serves_and_says_so(tmp_path: Path) -> None:
    async with redis_server(password="the true one") as server:
        url = f"redis://:not-that@127.0.0.1:{server.port}/0"
        with capture_logs() as logs:
            async with asyncio.timeout(SOON), opened(tmp_path, url) as house:
                await talks(house)
                await until(lambda: any(entry["event"] == "redis-down" for entry in logs))
                assert house.bus.state == "down"
    assert {e["code"] for e in logs if e["event"] == "redis-down"} == {"wrong-password"}
    assert "not-that" not in str(logs)


async def test_a_house_with_an_address_that_is_none_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="REDIS_URL"):
        async with opened(tmp_path, "localhost"):
            pass


@asynccontextmanager
async def two_presences(
    server: RedisServer,
) -> AsyncIterator[tuple[tuple[Bus, Presence], tuple[Bus, Presence]]]:
    """Presence as two processes have it."""
    tenants = [HARBOUR, LANTERN]
    async with open_between(server.url, tenants) as a, open_between(server.url, tenants) as b:
        await until(lambda: a.bus.state == b.bus.state == "up")
        yield (a.bus, Presence(a.bus)), (b.bus, Presence(b.bus))


async def test_each_side_is_seen_from_the_other_process_until_its_last_page_goes() -> None:
    async with redis_server() as server, two_presences(server) as ((_, here), (_, there)):
        with here.visitor_at(HARBOUR, NOOR):
            with here.visitor_at(HARBOUR, NOOR), there.worker_at(HARBOUR, NOOR):
                await until(lambda: there.visitor_is_here(HARBOUR, NOOR))
                await until(lambda: here.worker_is_here(HARBOUR, NOOR))
                assert here.visitor_is_here(HARBOUR, NOOR)
                assert not there.visitor_is_here(LANTERN, NOOR)
            await until(lambda: not here.worker_is_here(HARBOUR, NOOR))
            assert there.visitor_is_here(HARBOUR, NOOR)
        await until(lambda: not there.visitor_is_here(HARBOUR, NOOR))
        assert not here.visitor_is_here(HARBOUR, NOOR)


async def test_who_is_nudged_by_a_coming_finds_it_so() -> None:
    async with redis_server() as server, two_presences(server) as ((_, here), (bus, there)):
        with bus.subscribe(talk_topic(HARBOUR, NOOR)) as nudges, here.visitor_at(HARBOUR, NOOR):
            async with asyncio.timeout(SOON):
                await nudges.next()
            await until(lambda: there.visitor_is_here(HARBOUR, NOOR))


async def test_without_redis_only_what_is_here_is_here() -> None:
    async with redis_server() as server, two_presences(server) as ((_, here), (_, there)):
        await server.kill()
        with here.visitor_at(HARBOUR, NOOR):
            assert here.visitor_is_here(HARBOUR, NOOR)
            assert not there.visitor_is_here(HARBOUR, NOOR)
        assert not here.visitor_is_here(HARBOUR, NOOR)
