import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from storage import counters
from storage.counters import LocalCounters, counter_key
from storage.keyring import Keyring
from storage.redis_client import open_client
from storage.redis_counters import RedisCounters
from tests.contracts.cast import HARBOUR, LANTERN
from tests.redis_server import RedisServer, flush, redis_server

MINUTE = timedelta(minutes=1)
KEY = f"{HARBOUR}/count/1"
SOON = 15.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[RedisServer]:
    async with redis_server() as server:
        yield server


async def test_a_window_begins_with_its_first_and_ends() -> None:
    clock = Clock()
    local = LocalCounters(clock)
    assert [await local.count(KEY, MINUTE) for _ in range(3)] == [1, 2, 3]
    clock.now += 59
    assert await local.count(KEY, MINUTE) == 4
    clock.now += 1
    assert await local.count(KEY, MINUTE) == 1


async def test_what_is_counted_apart_stays_apart() -> None:
    local = LocalCounters()
    await local.count(KEY, MINUTE)
    assert await local.count(f"{LANTERN}/count/1", MINUTE) == 1


async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MOST_KEPT", 100)
    local = LocalCounters()
    for n in range(1000):
        await local.count(f"{HARBOUR}/count/{n}", MINUTE)
    assert len(local._windows) == 100  # noqa: SLF001  There is no other way to see it.


async def test_a_key_is_led_by_its_tenant_and_shows_nobody(keyring: Keyring) -> None:
    key = counter_key(keyring, HARBOUR, "address", "198.51.100.7")
    assert key.startswith(f"{HARBOUR}/count/")
    assert "198.51" not in key
    assert key == counter_key(keyring, HARBOUR, "address", "198.51.100.7")
    others = {
        counter_key(keyring, LANTERN, "address", "198.51.100.7").removeprefix(LANTERN),
        counter_key(keyring, HARBOUR, "tenant", "198.51.100.7").removeprefix(HARBOUR),
        counter_key(keyring, HARBOUR, "address", "198.51.100.8").removeprefix(HARBOUR),
    }
    assert key.removeprefix(HARBOUR) not in others
    assert len(others) == 3


async def test_all_processes_count_together_and_every_key_ends(server: RedisServer) -> None:
    one, other = open_client(server.url), open_client(server.url)
    for counting, expected in ((one, 1), (other, 2), (one, 3)):
        assert await RedisCounters(counting).count(KEY, MINUTE) == expected
    assert 0 < await one.pttl(f"frontdoor/{KEY}") <= 60_000
    await one.aclose()
    await other.aclose()


async def test_counted_at_once_nothing_is_counted_twice(server: RedisServer) -> None:
    client = open_client(server.url)
    together = RedisCounters(client)
    counted = await asyncio.gather(*(together.count(KEY, MINUTE) for _ in range(200)))
    assert max(counted) == 200
    await client.aclose()


async def test_flushed_in_between_it_still_counts_what_this_process_saw(
    server: RedisServer,
) -> None:
    client = open_client(server.url)
    together = RedisCounters(client)
    for expected in range(1, 6):
        assert await together.count(KEY, MINUTE) == expected
        await flush(client)
    await client.aclose()


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_without_redis_this_process_counts_alone_and_nobody_waits_for_long(
    server: RedisServer, fault: str
) -> None:
    clock, client = Clock(), open_client(server.url)
    together = RedisCounters(client, LocalCounters(clock))
    assert await together.count(KEY, MINUTE) == 1
    await server.kill() if fault == "kill" else server.freeze()
    with capture_logs() as logs:
        async with asyncio.timeout(SOON):
            # Only the first of them waits for Redis at all: two seconds each would be a hundred.
            assert [await together.count(KEY, MINUTE) for _ in range(50)] == list(range(2, 52))
    assert [entry["event"] for entry in logs] == ["redis-down"]
    await server.start() if fault == "kill" else server.thaw()
    clock.now += 10
    with capture_logs() as logs:
        assert await together.count(KEY, MINUTE) >= 52
    assert [entry["event"] for entry in logs] == ["redis-up"]
    await client.aclose()


@pytest.mark.parametrize("value", ["words", "-9223372036854775000", "9223372036854775806"])
async def test_a_count_that_cannot_be_is_not_believed(server: RedisServer, value: str) -> None:
    client = open_client(server.url)
    await client.set(f"frontdoor/{KEY}", value)
    assert await RedisCounters(client).count(KEY, MINUTE) == 1
    await client.aclose()


async def test_a_key_of_another_type_is_not_believed(server: RedisServer) -> None:
    client = open_client(server.url)
    assert await client.sadd(f"frontdoor/{KEY}", "x") == 1
    assert await RedisCounters(client).count(KEY, MINUTE) == 1
    await client.aclose()


async def test_a_server_that_is_no_redis_counts_nothing() -> None:
    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(b"*2\r\n+OK\r\n$5\r\nwords\r\n" * 4)
        writer.close()

    liar = await asyncio.start_server(lie, "127.0.0.1", 0)
    client = open_client(f"redis://127.0.0.1:{liar.sockets[0].getsockname()[1]}/0")
    async with asyncio.timeout(SOON):
        together = RedisCounters(client)
        assert [await together.count(KEY, MINUTE) for _ in range(3)] == [1, 2, 3]
    await client.aclose()
    liar.close()
