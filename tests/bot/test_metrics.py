"""What Prometheus may know: how much and how long, by tenant, kind and level; and who may ask."""

from datetime import timedelta
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, make_mocked_request
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.house import House
from bot.metrics import may_read
from flows.screening import Screener
from handoff.desk import Claim, Move
from tests.house import HARBOUR, LANTERN, Chat, MovableClock, on_shift

Client = TestClient[web.Request, web.Application]
TOKEN = "a token of sixteen characters or more"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the store at every look."""
    monkeypatch.setattr(metrics, "HOLDS", -1.0)


async def read(client: Client) -> str:
    answer = await client.get("/metrics")
    assert answer.status == 200
    return await answer.text()


async def value(client: Client, name: str, **labels: str) -> float:
    """One figure; nothing where it is not told."""
    for family in text_string_to_metric_families(await read(client)):
        for sample in family.samples:
            if sample.name == f"frontdoor_{name}" and sample.labels == labels:
                return float(sample.value)
    return 0.0


async def test_turns_are_counted_by_tenant_and_kind(client: Client, noor: Chat) -> None:
    await noor.hello()
    for _ in range(2):
        await noor.act("text", text="hello")
    assert await value(client, "turns_total", tenant=HARBOUR, kind="opened") == 1
    assert await value(client, "turns_total", tenant=HARBOUR, kind="visitor") == 2
    assert await value(client, "turns_total", tenant=LANTERN, kind="opened") == 0
    assert await value(client, "commit_seconds_count") == 3
    assert await value(client, "screening_seconds_count") == 2
    assert await value(client, "nudges_total") >= 3
    await noor.act("exit")
    assert await value(client, "turns_total", tenant=HARBOUR, kind="left") == 1


async def test_a_repeated_id_is_counted_as_no_turn(client: Client, noor: Chat) -> None:
    await noor.hello()
    id = str(uuid4())
    for _ in range(2):
        await noor.act("text", id=id, text="hello")
    assert await value(client, "turns_total", tenant=HARBOUR, kind="visitor") == 1
    assert await value(client, "commits_not_made_total", outcome="repeated") == 1


async def test_a_commit_that_fails_is_counted_by_its_code(
    client: Client, noor: Chat, house: House
) -> None:
    await noor.hello()
    await house.stores.close()
    await noor.act("text", text="hello")
    assert await value(client, "commits_not_made_total", outcome="store-closed") == 1
    # And what waits is not known then, so it is not told: nothing there is an old figure.
    assert "frontdoor_waiting_cases{" not in await read(client)


async def test_a_last_resort_is_counted(
    client: Client, noor: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("canary")

    await noor.hello()
    monkeypatch.setattr(Screener, "screen", broken)
    await noor.act("text", text="hello")
    assert await value(client, "failed_turns_total", tenant=HARBOUR) == 1


async def test_open_sockets_are_counted(client: Client, noor: Chat) -> None:
    await noor.hello()
    assert await value(client, "open_sockets") == 1
    await noor.socket.close()


async def test_who_waits_is_told_by_level_and_age_until_somebody_takes_it(
    client: Client, noor: Chat, house: House, clock: MovableClock
) -> None:
    await noor.hello()
    await noor.act("text", text="he has a knife and he is going to kill me now")
    clock.move(timedelta(seconds=90))
    waiting = {"tenant": HARBOUR, "level": "emergency"}
    assert await value(client, "waiting_cases", **waiting) == 1
    assert await value(client, "alarms_unclaimed", tenant=HARBOUR) == 1
    assert await value(client, "oldest_waiting_seconds", tenant=HARBOUR) == 90
    assert await value(client, "waiting_cases", tenant=LANTERN, level="emergency") == 0
    amira = await on_shift(house, "amira")
    store = house.tenancies[HARBOUR].store
    (case,) = await store.cases(house.tenancies[HARBOUR].queues, limit=9)
    await house.door.move(HARBOUR, Move(str(uuid4()), case.reference, amira, Claim()))
    assert await value(client, "waiting_cases", **waiting) == 0
    assert await value(client, "alarms_unclaimed", tenant=HARBOUR) == 0
    assert await value(client, "turns_total", tenant=HARBOUR, kind="staff") == 1
    text = await read(client)
    assert case.reference not in text
    assert case.conversation not in text
    assert amira.id not in text


async def test_so_many_cases_and_no_more_are_read(
    client: Client, noor: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MOST", 1)
    await noor.hello()
    await noor.act("person")
    assert await value(client, "waiting_cases_cut", tenant=HARBOUR) == 1


async def test_the_store_is_not_read_at_every_look(
    client: Client, noor: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await noor.hello()
    assert await value(client, "waiting_cases", tenant=HARBOUR, level="usual") == 0
    monkeypatch.setattr(metrics, "HOLDS", 60.0)
    await noor.act("person")
    assert await value(client, "waiting_cases", tenant=HARBOUR, level="usual") == 0


@pytest.mark.parametrize(
    ("remote", "headers", "token", "may"),
    [
        ("127.0.0.1", {}, "", True),
        ("::1", {}, "", True),
        ("::ffff:127.0.0.1", {}, "", True),
        ("127.0.0.1", {}, TOKEN, True),
        ("203.0.113.9", {}, "", False),
        ("203.0.113.9", {}, TOKEN, False),
        ("203.0.113.9", {"Authorization": "Bearer "}, "", False),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, TOKEN, False),
        ("203.0.113.9", {"Authorization": f"Basic {TOKEN}"}, TOKEN, False),
        ("203.0.113.9", {"Authorization": f"Bearer {TOKEN}"}, TOKEN, True),
        ("203.0.113.9", {"Authorization": f"bearer {TOKEN}"}, TOKEN, True),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, "", False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "", False),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, "", False),
        ("", {}, "", False),
    ],
)
def test_only_this_machine_or_the_token_may_read(
    remote: str, headers: dict[str, str], token: str, *, may: bool
) -> None:
    request = make_mocked_request("GET", "/metrics", headers=headers).clone(remote=remote)
    assert may_read(request, token) is may


async def test_a_foreigner_is_refused_at_the_door(client: Client) -> None:
    answer = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 403
    assert "frontdoor_" not in await answer.text()
