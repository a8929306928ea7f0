"""The way back into a talk that another process gave away: no memory here may keep it (P16, I13).

Two doors over one store stand for two processes: each has its own memory of the talks.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.door import Door
from bot.hot import HotTalks
from bot.house import House
from flows.conversation import ConversationId
from storage.bus import LocalBus
from storage.store import Sender
from tests.bot.test_socket import errors, only_case, texts
from tests.bot.test_words import COOKIE, WORD, leave_words, page
from tests.house import HARBOUR, LANTERN, chatting, served

Client = TestClient[web.Request, web.Application]


class SharedBus(LocalBus):
    """Carries between the two as Redis does when it is up; ``deaf`` as when it is not."""

    state = "up"
    deaf = False

    def publish(self, topic: str, payload: str = "") -> None:
        if not self.deaf:
            super().publish(topic, payload)


@pytest.fixture
def bus() -> SharedBus:
    return SharedBus()


def process(house: House, bus: SharedBus) -> House:
    """The same house in a process of its own."""
    door = Door(house.tenancies, house.door.tools, bus)
    return replace(house, bus=bus, door=door)


@pytest.fixture
async def first(house: House, bus: SharedBus) -> AsyncIterator[Client]:
    async with served(process(house, bus)) as client:
        yield client


@pytest.fixture
async def second(house: House, bus: SharedBus) -> AsyncIterator[Client]:
    async with served(process(house, bus)) as client:
        yield client


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_page_whose_talk_went_to_another_process_can_not_resume(
    first: Client, second: Client, bus: SharedBus, *, deaf: bool
) -> None:
    bus.deaf = deaf
    left = await leave_words(first)
    async with page(second) as back:
        assert (await back.act("word", word=WORD))[0]["type"] == "ack"
        async with chatting(first, headers=COOKIE) as old:
            told = await old.hello(resume=left.token)
            assert (errors(told), texts(told)) == (["resume-unknown"], [])


async def test_what_an_old_page_still_writes_is_not_taken_into_the_talk(
    first: Client, second: Client, house: House, bus: SharedBus
) -> None:
    bus.deaf = True
    async with page(first) as old:
        for value in ("yes", "me"):
            await old.act("choice", value=value)
        await old.act("words", word=WORD)
        async with page(second) as back:
            await back.act("word", word=WORD)
            await back.act("choice", value="yes")
            told = await old.act("text", text="he writes as if he were her")
            assert "ack" not in [frame["type"] for frame in told]
            assert "Came back" not in texts(told)
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    lines = await house.tenancies[HARBOUR].store.lines(case.conversation)
    assert "he writes as if he were her" not in [line.text for line in lines]


async def test_the_one_who_came_back_writes_on_in_either_process(
    first: Client, second: Client, bus: SharedBus
) -> None:
    bus.deaf = True
    await leave_words(first)
    async with page(second) as back:
        await back.act("word", word=WORD)
        await back.act("choice", value="yes")
        async with chatting(first, headers=COOKIE) as here:
            token = back.token
            assert (await here.hello(resume=token))[0]["type"] == "welcome"
            assert (await here.act("text", text="I am back"))[0]["type"] == "ack"
        told = await back.act("person")
        assert told[0]["type"] == "ack"


async def test_a_talk_that_was_left_in_the_other_process_takes_nothing_more(
    first: Client, second: Client, bus: SharedBus
) -> None:
    bus.deaf = True
    async with page(first) as here:
        await here.act("choice", value="yes")
        async with chatting(second, headers=COOKIE) as there:
            await there.hello(resume=here.token)
            await there.act("exit")
        told = await here.act("text", text="after the exit")
    assert errors(told) == ["resume-unknown"]


def test_one_sender_at_a_time_has_a_talk_and_keeps_the_next_one() -> None:
    talks, old, new = HotTalks(), Sender("web", b"old"), Sender("web", b"new")
    here, behind = ConversationId("here"), ConversationId("behind another door")
    talks.belongs(HARBOUR, old, here)
    talks.belongs(HARBOUR, new, here)
    assert talks.talk_of(HARBOUR, old) is None
    assert talks.talk_of(LANTERN, new) is None
    talks.belongs(HARBOUR, new, behind)
    talks.forget(HARBOUR, here)
    assert talks.talk_of(HARBOUR, new) == behind
