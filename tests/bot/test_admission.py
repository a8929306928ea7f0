import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.webchat import admission
from bot.channels.webchat.admission import BY_ADDRESS, BY_TENANT
from bot.house import House
from tests.house import Chat, chatting

Client = TestClient[web.Request, web.Application]


class Waits:
    """Stands where the clock would: what had to be waited for, and no waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, house: House) -> Waits:
    waits = Waits()
    monkeypatch.setattr("bot.channels.webchat.admission.sleep", waits.sleep)
    monkeypatch.setattr(house.settings, "rate_limits", "on")
    return waits


@pytest.mark.parametrize("limit", [BY_ADDRESS, BY_TENANT])
def test_a_wait_begins_after_the_free_ones_grows_and_ends(limit: admission.Limit) -> None:
    waits = [limit.wait(count) for count in range(1, 100_000, 7)]
    assert limit.wait(limit.free) == 0
    assert limit.wait(limit.free + 1) == limit.step
    assert waits == sorted(waits)
    assert waits[-1] == limit.most <= 3.0


def headers_of(client: Client) -> dict[str, str]:
    return {"Origin": f"http://{client.host}:{client.port}"}


async def opened(client: Client) -> list[object]:
    async with chatting(client) as chat:
        return list(await chat.hello())


async def test_a_flood_of_new_talks_is_slowed_down_and_every_one_is_opened(
    client: Client, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "BY_ADDRESS", admission.Limit(free=3, step=0.5, most=1.0))
    for _ in range(7):
        assert (await opened(client))[0]["type"] == "welcome"  # type: ignore[index]
    assert waits.seconds == [0, 0, 0, 0.5, 1.0, 1.0, 1.0]


async def test_a_page_without_scripts_is_slowed_down_alike(
    client: Client, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "BY_ADDRESS", admission.Limit(free=0, step=0.25, most=1.0))
    await client.get("/c/llr")
    answer = await client.post("/c/llr", data={"do": "begin"}, headers=headers_of(client))
    assert answer.status == 200
    assert waits.seconds == [0.25]


async def test_a_resumed_talk_never_waits(
    client: Client, waits: Waits, noor: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await noor.hello()
    monkeypatch.setattr(admission, "BY_ADDRESS", admission.Limit(free=0, step=0.25, most=1.0))
    async with chatting(client) as again:
        assert (await again.hello(resume=noor.token))[0]["type"] == "welcome"
    assert waits.seconds == [0]


async def test_switched_off_nothing_is_counted(
    house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def count(*_anything: object) -> int:
        raise AssertionError

    monkeypatch.setattr(type(house.counters), "count", count)
    assert (await opened(client))[0]["type"] == "welcome"  # type: ignore[index]
