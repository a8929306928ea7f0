"""Talks in memory: one turn at a time, let go of in order, and never somebody else's."""

import asyncio

import pytest

from bot import hot
from bot.hot import HotTalks
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
