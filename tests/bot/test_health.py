"""Whether a process is ready, part by part: true only while a commit is possible (I17)."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot import health
from bot.drain import DRAIN
from bot.house import House
from storage.errors import DiskFull, NewerSchema
from storage.sqlite import SqliteStores

Client = TestClient[web.Request, web.Application]


async def ready(client: Client) -> tuple[int, dict[str, object]]:
    answer = await client.get("/readyz")
    return answer.status, await answer.json()


async def test_ready_tells_its_parts_apart(client: Client) -> None:
    whole = {"ready": True, "store": "ok", "schema": "ok", "bus": "alone"}
    assert await ready(client) == (200, whole)


async def test_ready_really_writes(client: Client, house: House) -> None:
    stores = house.stores
    assert isinstance(stores, SqliteStores)
    await ready(client)
    before = await stores.read(beats)
    await ready(client)
    assert await stores.read(beats) == before + 1


def beats(connection: object) -> int:
    from sqlalchemy import Connection, text

    assert isinstance(connection, Connection)
    return int(connection.scalar(text("SELECT beats FROM pulse")) or 0)


@pytest.mark.parametrize(
    ("error", "code"), [(DiskFull("(canary)"), "disk-full"), (OSError("canary"), "OSError")]
)
async def test_no_commit_means_not_ready(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    async def broken() -> None:
        raise error

    monkeypatch.setattr(house.stores, "check", broken)
    status, told = await ready(client)
    assert status == 503
    assert told == {"ready": False, "why": code, "store": code, "schema": "ok", "bus": "alone"}


async def test_a_store_that_does_not_answer_is_not_ready(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_WITHIN", 0.01)
    monkeypatch.setattr(house.stores, "check", asyncio.Event().wait)
    status, told = await ready(client)
    assert (status, told["why"], told["store"]) == (503, "no-answer", "no-answer")


async def test_a_writer_that_has_stopped_is_not_ready(client: Client, house: House) -> None:
    await house.stores.close()
    status, told = await ready(client)
    assert (status, told["store"]) == (503, "store-closed")


async def test_a_database_one_version_ahead_is_not_ready(client: Client, house: House) -> None:
    stores = house.stores
    assert isinstance(stores, SqliteStores)
    await stores.do(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    status, told = await ready(client)
    assert (status, told["why"]) == (503, NewerSchema.code)
    assert told["store"] == "ok"


async def test_a_process_that_stops_is_not_ready_from_the_first_moment(
    client: Client, house: House
) -> None:
    assert client.app is not None
    client.app[DRAIN].is_on = True
    assert await ready(client) == (503, {"ready": False, "why": "stopping"})


async def test_alive_says_nothing_of_the_store(client: Client, house: House) -> None:
    await house.stores.close()
    answer = await client.get("/healthz")
    assert (answer.status, await answer.json()) == (200, {"alive": True})
