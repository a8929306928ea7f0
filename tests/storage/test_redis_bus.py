import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import orjson
import pytest
from structlog.testing import capture_logs

from storage.bus import Subscription, topic
from storage.errors import BadAddress
from storage.redis_bus import HELD, RedisBus, Rhythm, channel_of
from storage.redis_client import open_client
from tests.contracts.cast import HARBOUR, LANTERN
from tests.redis_server import RedisServer, flush, redis_server, until

TALK = topic(HARBOUR, "talk", "1")
PLACE = topic(HARBOUR, "visitor-at", "1")
SOON = 15.0
QUICK = Rhythm(beat=0.05, missed=0.5, announce=0.1, remind_down=0.1, remind_up=0.3, portion=0.02)
NEVER_REMINDED = Rhythm(beat=0.05, missed=0.5, announce=60, remind_down=60, remind_up=600)
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def server() -> AsyncIterator[RedisServer]:
    async with redis_server() as server:
        yield server


@asynccontextmanager
async def opened(url: str, rhythm: Rhythm = QUICK) -> AsyncIterator[RedisBus]:
    client = open_client(url)
    bus = RedisBus(client, [HARBOUR, LANTERN], rhythm).start()
    try:
        yield bus
    finally:
        await bus.close()
        await client.aclose()


@asynccontextmanager
async def pair(server: RedisServer, rhythm: Rhythm = QUICK) -> AsyncIterator[tuple[RedisBus, ...]]:
    """Two buses as two processes have them; both carry."""
    async with opened(server.url, rhythm) as one, opened(server.url, rhythm) as other:
        await until(lambda: one.state == other.state == "up")
        yield one, other


async def hear(heard: Subscription, payload: str) -> None:
    async with asyncio.timeout(SOON):
        while await heard.next() != payload:
            pass


async def test_a_nudge_reaches_the_other_process_and_the_other_tenant_hears_nothing(
    server: RedisServer,
) -> None:
    async with pair(server, NEVER_REMINDED) as (one, other):
        with other.subscribe(TALK) as heard, other.subscribe(topic(LANTERN, "talk", "1")) as theirs:
            one.publish(TALK, "7")
            await hear(heard, "7")
            one.publish(topic(LANTERN, "talk", "1"), "8")
            await hear(theirs, "8")
            assert not heard._unread  # noqa: SLF001  There is no other way to see silence.


async def test_ones_own_nudge_does_not_come_back(server: RedisServer) -> None:
    async with pair(server, NEVER_REMINDED) as (one, other):
        with one.subscribe(TALK) as own, other.subscribe(TALK) as heard:
            one.publish(TALK, "7")
            await hear(heard, "7")
            other.publish(TALK, "8")
            assert [await own.next(), await own.next()] == ["7", "8"]


async def test_no_content_leaves_the_process(server: RedisServer) -> None:
    async with pair(server, NEVER_REMINDED) as (one, other):
        with other.subscribe(TALK) as heard:
            one.publish(TALK, "he is at the door")
            assert await heard.next() == ""


async def test_presence_is_heard_elsewhere_and_ends_with_its_going(server: RedisServer) -> None:
    async with pair(server) as (one, other):
        one.announce(PLACE, is_here=True)
        await until(lambda: other.is_elsewhere(PLACE))
        assert not one.is_elsewhere(PLACE)
        one.announce(PLACE, is_here=False)
        await until(lambda: not other.is_elsewhere(PLACE))


async def test_whoever_comes_up_later_is_told_who_is_here(server: RedisServer) -> None:
    async with opened(server.url) as one:
        one.announce(PLACE, is_here=True)
        async with opened(server.url) as late:
            await until(lambda: late.is_elsewhere(PLACE))


async def test_a_nudge_finds_the_presence_told_before_it(server: RedisServer) -> None:
    async with pair(server, NEVER_REMINDED) as (one, other):
        with other.subscribe(TALK) as heard:
            one.announce(PLACE, is_here=True)
            one.publish(TALK, "7")
            await hear(heard, "7")
            assert other.is_elsewhere(PLACE)


async def test_a_process_that_closes_takes_its_presence_along(server: RedisServer) -> None:
    async with opened(server.url) as one:
        async with opened(server.url) as other:
            other.announce(PLACE, is_here=True)
            await until(lambda: one.is_elsewhere(PLACE))
            other.announce(PLACE, is_here=False)
        await until(lambda: not one.is_elsewhere(PLACE))


async def test_a_killed_redis_is_replaced_by_reminders_and_taken_up_again(
    server: RedisServer,
) -> None:
    async with pair(server) as (one, other):
        await server.kill()
        with other.subscribe(TALK) as heard:
            await until(lambda: other.state == "down")
            one.publish(TALK, "lost")
            for _ in range(3):
                async with asyncio.timeout(SOON):
                    assert await heard.next() == ""
            await server.start()
            await until(lambda: one.state == other.state == "up")
            one.publish(TALK, "found")
            await hear(heard, "found")


async def test_a_frozen_redis_is_noticed_and_taken_up_again(server: RedisServer) -> None:
    async with pair(server) as (one, other):
        one.announce(PLACE, is_here=True)
        server.freeze()
        with other.subscribe(TALK) as heard:
            await until(lambda: other.state == "down")
            before = monotonic()
            for _ in range(1000):
                one.publish(TALK, "frozen")
            assert monotonic() - before < 1.0
            async with asyncio.timeout(SOON):
                assert await heard.next() == ""
            server.thaw()
            await until(lambda: one.state == other.state == "up")
            one.publish(TALK, "thawed")
            await hear(heard, "thawed")
            await until(lambda: other.is_elsewhere(PLACE))


async def test_flushing_redis_loses_nothing(server: RedisServer) -> None:
    async with pair(server) as (one, other), asyncio.timeout(SOON):
        one.announce(PLACE, is_here=True)
        with other.subscribe(TALK) as heard:
            client = open_client(server.url)
            for n in range(20):
                await flush(client)
                one.publish(TALK, str(n))
            await hear(heard, "19")
            await client.aclose()
        await until(lambda: other.is_elsewhere(PLACE))


async def test_a_reader_is_reminded_even_while_redis_carries(server: RedisServer) -> None:
    async with pair(server) as (one, _), asyncio.timeout(SOON):
        with one.subscribe(TALK) as heard:
            assert [await heard.next(), await heard.next()] == ["", ""]


async def test_what_waits_for_a_dead_redis_is_bounded() -> None:
    async with opened("redis://127.0.0.1:1/0") as bus:
        for n in range(HELD * 2):
            bus.publish(topic(HARBOUR, "talk", str(n)), "7")
        assert bus._outgoing.held == HELD  # noqa: SLF001  There is no other way to see it.


async def test_a_wrong_password_is_told_in_one_line_without_it() -> None:
    async with redis_server(password="the true one") as server:
        address = f"redis://:a-wrong-one@127.0.0.1:{server.port}/0"
        with capture_logs() as logs:
            async with opened(address) as bus:
                with bus.subscribe(TALK) as heard:
                    async with asyncio.timeout(SOON):
                        assert [await heard.next(), await heard.next()] == ["", ""]
                await until(lambda: bool(logs))
                assert bus.state == "down"
    assert [entry["code"] for entry in logs] == ["wrong-password"]
    assert "name or password in REDIS_URL" in logs[0]["meaning"]
    assert "a-wrong-one" not in str(logs)


@pytest.mark.parametrize("url", ["nonsense", "http://:secret@x", "redis://:secret@host:port/0"])
def test_what_is_no_address_is_told_at_once_without_quoting_it(url: str) -> None:
    with pytest.raises(BadAddress, match="REDIS_URL is not like") as told:
        _ = open_client(url)
    assert "secret" not in str(told.value)


LIES: list[object] = [
    b"",
    b"garbage",
    b"[]",
    b"7",
    b"null",
    b'{"from": 1}',
    b"\xff\xfe",
    b"[" * 100_000,
    {"from": "x" * 32, "n": 1, "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": "1", "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": -1, "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": True, "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": 1, "nudges": {TALK: "a lie with words"}},
    {"from": "a" * 32, "n": 1, "nudges": {TALK: 7}},
    {"from": "a" * 32, "n": 1, "nudges": [TALK]},
    {"from": "a" * 32, "n": 1, "here": {PLACE: True}, "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": 1, "here": [7], "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": 1, "moved": {PLACE: "yes"}, "nudges": {TALK: "lie"}},
    {"from": "a" * 32, "n": 1, "nudges": {TALK: "lie", topic(LANTERN, "talk", "1"): "lie"}},
    {"from": "a" * 32, "n": 1, "here": [topic(LANTERN, "visitor-at", "1")]},
    {"from": "a" * 32, "n": 1, "moved": {"x" * 500: True}, "nudges": {TALK: "lie"}},
]


async def test_a_message_that_is_none_of_ours_is_ignored_and_told_once(server: RedisServer) -> None:
    client = open_client(server.url)
    with capture_logs() as logs:
        async with opened(server.url, NEVER_REMINDED) as bus:
            await until(lambda: bus.state == "up")
            with bus.subscribe(TALK, topic(LANTERN, "talk", "1")) as heard:
                for lie in LIES:
                    said = lie if isinstance(lie, bytes) else orjson.dumps(lie)
                    await client.publish(channel_of(HARBOUR).decode(), said)
                true = {"from": "a" * 32, "n": 1, "nudges": {TALK: "true"}}
                await client.publish(channel_of(HARBOUR).decode(), orjson.dumps(true))
                async with asyncio.timeout(SOON):
                    assert await heard.next() == "true"
            assert not bus.is_elsewhere(topic(LANTERN, "visitor-at", "1"))
            assert bus.state == "up"
    await client.aclose()
    assert [entry["code"] for entry in logs] == ["no-news"]


ANSWERS = [
    b"+OK\r\n",
    b"-ERR no\r\n",
    b":7\r\n",
    b"$-1\r\n",
    b"*0\r\n",
    b"*3\r\n:1\r\n:2\r\n:3\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"\0" * 64,
    b">3\r\n$7\r\nmessage\r\n:1\r\n*0\r\n",
    b"*-5\r\n",
    b"%1\r\n+server\r\n+no\r\n",
    b"$99999999999\r\n",
    b"",
]


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_server_that_is_no_redis_stops_nothing(answer: bytes) -> None:
    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(answer * 3)
        writer.close()

    liar = await asyncio.start_server(lie, "127.0.0.1", 0)
    port = liar.sockets[0].getsockname()[1]
    with capture_logs() as logs:
        async with opened(f"redis://127.0.0.1:{port}/0") as bus, asyncio.timeout(SOON):
            with bus.subscribe(TALK) as heard:
                bus.publish(TALK, "7")
                assert [await heard.next() for _ in range(4)] == ["7", "", "", ""]
            await until(lambda: bool(logs))
            assert bus.state == "down"
    liar.close()
    assert {entry["event"] for entry in logs} == {"redis-down"}


async def test_a_liar_is_left_once_redis_has_its_address_again(server: RedisServer) -> None:
    """Though it still holds the lines that it was given while the address was its own."""
    await server.kill()

    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(b"+OK\r\n" * 3)
        writer.close()

    liar = await asyncio.start_server(lie, "127.0.0.1", server.port)
    with capture_logs() as logs:
        async with opened(server.url) as bus:
            await until(lambda: bool(logs))
            liar.close()
            await server.start()
            await until(lambda: bus.state == "up")


@asynccontextmanager
async def process(server: RedisServer) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process with a bus of Harbour's, that listens to the talk."""
    program = [sys.executable, "-m", "tests.storage.redis_process", server.url, HARBOUR, TALK]
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, cwd=ROOT)
    try:
        await reads(other, b"ready")
        yield other
    finally:
        if other.returncode is None:
            other.kill()
        await other.communicate()


async def reads(other: asyncio.subprocess.Process, wanted: bytes) -> None:
    assert other.stdout is not None
    async with asyncio.timeout(SOON):
        while (line := await other.stdout.readline()).strip() != wanted:
            assert line, f"it ended before it said {wanted!r}"


async def tells(other: asyncio.subprocess.Process, line: str) -> None:
    assert other.stdin is not None
    other.stdin.write(f"{line}\n".encode())
    await other.stdin.drain()


async def test_two_processes_nudge_each_other_and_a_killed_ones_presence_lapses(
    server: RedisServer,
) -> None:
    async with opened(server.url) as here, process(server) as other:
        await until(lambda: here.state == "up")
        with here.subscribe(TALK) as heard:
            await tells(other, f"publish {TALK} 7")
            await hear(heard, "7")
            here.publish(TALK, "8")
            await reads(other, b"heard 8")
        await tells(other, f"here {PLACE}")
        await until(lambda: here.is_elsewhere(PLACE))
        other.kill()
        await other.wait()
        now = monotonic()
        here._elsewhere.clock = lambda: now + 16  # noqa: SLF001  Its lapse, without waiting for it.
        assert not here.is_elsewhere(PLACE)
        with here.subscribe(TALK) as heard:
            async with asyncio.timeout(SOON):
                assert await heard.next() == ""
