"""Two web processes and a worker on one PostgreSQL and Redis: a visitor at one, staff at the other.

Either is killed in mid-sentence: what was acknowledged is there once, and the talk goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

import aiohttp
import pytest
import pytest_asyncio

from storage.redis_client import open_client
from tests.databases import migrated_database
from tests.faults import line, visiting
from tests.faults.scenarios import DANGER, words
from tests.faults.warm import token_of
from tests.faults.working import Worker
from tests.house import HARBOUR
from tests.journeys.cluster import Cluster, cluster
from tests.processes import LOOK_EVERY
from tests.redis_server import RedisServer, flush, redis_server
from tests.servers import shared_postgres

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

VISITORS, STAFFS = 0, 1
"""At which of the two each side is, as long as it lives."""

HEALED_WITHIN = 30.0
"""Seconds in which an emergency is on the desk, whatever is broken (I5)."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def redis() -> AsyncIterator[RedisServer]:
    async with redis_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(
    redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with shared_postgres() as server, migrated_database(server) as database:
        async with cluster(database, redis.url, folder) as made:
            yield made


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole process starts again here, on a machine that may be busy."""
    monkeypatch.setattr(line, "GIVES_UP_AFTER", 90.0)


async def replies(worker: Worker, reference: str, count: int) -> None:
    for number in range(count):
        await worker.reply(reference, f"{worker.name} says {number}")


@pytest.mark.parametrize(
    "killed",
    [(VISITORS,), (STAFFS,), (VISITORS, STAFFS)],
    ids=["the visitor's", "the staff's", "both"],
)
async def test_a_process_killed_in_mid_sentence_loses_and_doubles_nothing(
    both: Cluster, killed: tuple[int, ...]
) -> None:
    noor = both.page(f"noor-at-{'-and-'.join(map(str, killed))}", door=VISITORS)
    await noor.arrive()
    amira = await both.staff("amira", door=STAFFS)
    await noor.answer(**DANGER)
    reference = both.reference_of(noor)
    await amira.claim(reference)
    await amira.read(reference)
    # More than she can have written by the time that four of Noor's lines are in.
    replying = asyncio.create_task(replies(amira, reference, 24))
    await noor.put(*map(words, range(12)))
    await noor.wait(lambda: len(noor.outbox) < 8)
    assert noor.outbox
    assert not replying.done()
    for dead in killed:
        both.webs[dead].kill()
    await asyncio.gather(noor.acknowledged(), replying, goes_on(both, killed))
    await noor.act("text", text="and after it")
    await noor.wait(lambda: noor.after >= last_of(both, noor.talk))
    assert both.violations() == []


async def goes_on(both: Cluster, killed: tuple[int, ...]) -> None:
    """One goes to the other; where both are dead, everybody waits until they are back."""
    for dead in killed:
        if len(killed) == 1:
            both.fail_over(dead)
        await both.take_back(dead)


def last_of(both: Cluster, short: str) -> int:
    stored = both.read()
    talk = stored.talk_called(short)
    assert talk is not None
    return stored.talks[talk].last_seq


async def test_a_process_that_is_told_to_stop_sends_its_pages_to_the_other(both: Cluster) -> None:
    """In mid-sentence too: nobody waits until it is back, and nothing is said twice."""
    noor = both.page("noor-sent-on", door=VISITORS)
    await noor.arrive()
    await noor.put(*map(words, range(12)))
    await noor.wait(lambda: len(noor.outbox) < 12)
    both.fail_over(VISITORS)
    code = asyncio.create_task(asyncio.to_thread(both.webs[VISITORS].stop))
    await noor.acknowledged()
    assert await code == 0
    await noor.act("text", text="and after it")
    assert both.violations() == []
    await both.take_back(VISITORS)


async def test_a_worker_process_killed_in_mid_sentence_takes_nothing_along(both: Cluster) -> None:
    noor = both.page("noor-and-the-worker")
    await noor.arrive()
    await noor.put(*map(words, range(6)))
    began = both.worker.said.count("worker-began")
    both.worker.kill()
    await noor.acknowledged()
    both.worker.start()
    await both.worker.until_said("worker-began", times=began + 1)
    assert both.violations() == []


async def leave_redis(redis: RedisServer) -> None:
    """Nothing happens to it."""


async def kill_redis(redis: RedisServer) -> None:
    await redis.kill()


async def freeze_redis(redis: RedisServer) -> None:
    redis.freeze()


async def flush_redis(redis: RedisServer) -> None:
    client = open_client(redis.url)
    await flush(client)
    await client.aclose()


async def lie_as_redis(redis: RedisServer) -> asyncio.Server:
    """Somebody else answers at its address, and understands nothing."""

    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(b"*2\r\n+OK\r\n$5\r\nwords\r\n" * 4)
        writer.close()

    await redis.kill()
    return await asyncio.start_server(lie, "127.0.0.1", redis.port)


TROUBLES: dict[str, Callable[[RedisServer], Awaitable[asyncio.Server | None]]] = {
    "nothing": leave_redis,
    "killed": kill_redis,
    "frozen": freeze_redis,
    "flushed": flush_redis,
    "lying": lie_as_redis,
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_danger_at_one_is_on_the_desk_of_the_other_whatever_becomes_of_redis(
    both: Cluster, redis: RedisServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Over lines that stay open, so that nothing is told because somebody asked again."""
    monkeypatch.setattr(visiting, "PATIENCE", HEALED_WITHIN)
    await all_up(both)
    amira = await both.staff("amira", door=STAFFS)
    noor = both.page(f"noor-{name}", door=VISITORS)
    await noor.arrive()
    async with desk(both, "amira") as stream:
        liar = await TROUBLES[name](redis)
        began = monotonic()
        await noor.answer(**DANGER)
        reference = both.reference_of(noor)
        await until_alarmed(both, stream, reference)
        await amira.claim(reference)
        has = len(noor.history.seen)
        await amira.reply(reference, f"I am here, {name}")
        await noor.wait(lambda: f"I am here, {name}" in texts_of(both, has))
        assert monotonic() - began < HEALED_WITHIN
        assert {seen.line for seen in both.history.seen if seen.client == noor.name} == {1}
    noor.leave()
    await heal(redis, liar)
    await all_up(both)
    assert both.violations() == []


@asynccontextmanager
async def desk(both: Cluster, name: str) -> AsyncIterator[aiohttp.StreamReader]:
    """The console's own stream of nudges, once it has told all it knows."""
    headers = {"Cookie": f"staff={token_of(name)}"}
    async with both.session.get(
        f"{both.webs[STAFFS].url}/staff/{HARBOUR}/live", headers=headers
    ) as answer:
        await nudged(answer.content)
        yield answer.content


async def nudged(stream: aiohttp.StreamReader) -> None:
    async with asyncio.timeout(HEALED_WITHIN):
        while (await stream.readline()).strip() != b"event: queue":
            assert not stream.at_eof()


async def until_alarmed(both: Cluster, stream: aiohttp.StreamReader, reference: str) -> None:
    """The desk looks only when it is nudged, as its page does."""
    headers = {"Cookie": f"staff={token_of('amira')}"}
    queue = f"{both.webs[STAFFS].url}/staff/{HARBOUR}/queue"
    shown = ""
    while f'id="q-{reference}" class="row emergency' not in shown:
        await nudged(stream)
        async with both.session.get(queue, headers=headers) as answer:
            shown = await answer.text()


def texts_of(both: Cluster, has: int) -> set[str]:
    return {seen.frame.get("text", "") for seen in both.history.seen[has:]}


async def all_up(both: Cluster) -> None:
    """Each process hears the others by Redis: nothing tells a test when."""
    for web in both.webs:
        async with asyncio.timeout(HEALED_WITHIN):
            while (await web.readiness())[1].get("bus") != "up":  # noqa: ASYNC110  See above.
                await asyncio.sleep(LOOK_EVERY)


async def heal(redis: RedisServer, liar: asyncio.Server | None) -> None:
    if liar is not None:
        liar.close()
    await redis.kill()
    await redis.start()


async def test_nothing_that_was_said_stands_in_any_log(both: Cluster) -> None:
    """The last of this file: all the processes above have said what they had to say."""
    for process in both.processes:
        for canary in ("of hers", "says 0", "I am here", "and after it"):
            assert canary not in process.said
        assert "Traceback" not in process.said
