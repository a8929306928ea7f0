"""Talks in memory: one turn at a time, let go of in order, and never somebody else's."""

import asyncio

import pytest

from bot import hot
from bot.hot import HotTalks
from bot.house import House
from bot.inbound import Arrival, Inbound, Typed
from flows.conversation import ConversationId
from storage.store import Sender
from tests.house import HARBOUR, LANTERN

NOOR, OTHER = ConversationId("talk-of-noor"), ConversationId("another-talk")
SENDER = Sender("web", b"address of Noor")


async def test_a_turn_is_held_by_one_at_a_time() -> None:
    talks, order = HotTalks(), []

    async def take(name: str, let_go: asyncio.Event) -> None:
        async with talks.turn(HARBOUR, NOOR):
            order.append(f"{name} in")
            await let_go.wait()
            order.append(f"{name} out")

    first, second = asyncio.Event(), asyncio.Event()
    second.set()
    both = asyncio.gather(take("first", first), take("second", second))
    await asyncio.sleep(0)
    first.set()
    await both
    assert order == ["first in", "first out", "second in", "second out"]


async def test_two_talks_do_not_wait_for_each_other() -> None:
    talks = HotTalks()
    async with asyncio.timeout(5), talks.turn(HARBOUR, NOOR), talks.turn(HARBOUR, OTHER):
        pass
    async with asyncio.timeout(5), talks.turn(HARBOUR, NOOR), talks.turn(LANTERN, NOOR):
        pass


async def test_the_longest_unused_is_let_go_of_with_its_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hot, "KEPT", 2)
    talks = HotTalks()
    talks.belongs(HARBOUR, SENDER, NOOR)
    talks.get(HARBOUR, OTHER)
    talks.get(HARBOUR, ConversationId("a-third"))
    assert talks.talk_of(HARBOUR, SENDER) is None


async def test_a_talk_whose_turn_is_held_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "KEPT", 1)
    talks = HotTalks()
    async with talks.turn(HARBOUR, NOOR) as held:
        talks.get(HARBOUR, OTHER)
        assert talks.get(HARBOUR, NOOR) is held


async def test_a_way_back_that_ended_is_forgotten_for_its_tenant_alone() -> None:
    talks = HotTalks()
    talks.belongs(HARBOUR, SENDER, NOOR)
    talks.belongs(LANTERN, SENDER, OTHER)
    talks.end(HARBOUR, NOOR)
    assert talks.talk_of(HARBOUR, SENDER) is None
    assert talks.talk_of(LANTERN, SENDER) == OTHER


async def test_nothing_that_a_person_wrote_shows_where_a_house_is_printed(house: House) -> None:
    """A task, an error or a debugger prints what it holds; memory holds everybody's words (I11)."""
    receipt = await house.door.open(Arrival(HARBOUR, "web", SENDER, "en", b"browser"))
    said = Inbound(HARBOUR, SENDER, "id-of-the-words", Typed("he has the spare key"), b"browser")
    await house.door.receive(said)
    kept = house.door.hot.get(HARBOUR, receipt.conversation)
    assert "spare key" in str(kept.tail)
    for held in (house, house.door, house.door.hot, kept, house.tenancies[HARBOUR]):
        assert "spare key" not in repr(held)
        assert len(repr(held)) < 200
