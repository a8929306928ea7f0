"""Whoever comes back after a silence sees one question first, on both kinds of the page."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.door import Door
from bot.drain import DRAIN
from bot.house import House
from bot.inbound import Inbound, NotSaved, Receipt
from flows.conversation import ConversationId, Safety
from handoff.desk import Claim, Move, Reply
from handoff.refusals import NotSafeToRead
from tests.bot.test_pages import begun, post
from tests.bot.test_socket import only_case, reach_danger, step_of, texts
from tests.house import HARBOUR, Chat, MovableClock, chatting, on_shift

Client = TestClient[web.Request, web.Application]

LONG = timedelta(minutes=12)
WORDS = "he has a key of mine"
ASKED = "Is it all right for you to write here now?"


@pytest.fixture
async def plain_page(client: Client) -> str:
    """A plain page that waits for a person, with words of hers on it."""
    page = await begun(client)
    for value in ("yes", "me"):
        page = await post(client, page, choice=value)
    return await post(client, page, text=WORDS)


async def talk_id(house: House) -> ConversationId:
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    return case.conversation


async def test_after_a_silence_one_question_is_all_that_comes(
    noor: Chat, clock: MovableClock
) -> None:
    await reach_danger(noor)
    clock.move(LONG)
    told = await noor.act("text", text="I am here again")
    assert told[0]["type"] == "ack"
    (asked,) = [frame for frame in told if frame["type"] == "message"]
    assert (asked["text"], asked["silent"]) == (ASKED, True)
    assert "skip" in asked["allowed"]
    assert "limits" not in asked["allowed"]


async def write_after_a_silence(noor: Chat, clock: MovableClock) -> None:
    """Words before it and words after it."""
    await reach_danger(noor)
    await noor.act("text", text="I do not know")
    clock.move(LONG)
    await noor.act("text", text="are you there")


async def test_a_shorter_silence_asks_nothing(noor: Chat, clock: MovableClock) -> None:
    await reach_danger(noor)
    clock.move(timedelta(minutes=9))
    assert ASKED not in texts(await noor.act("choice", value="no"))


async def test_nothing_of_before_is_sent_until_it_is_safe_and_then_all_of_it(
    noor: Chat, client: Client, clock: MovableClock
) -> None:
    await write_after_a_silence(noor, clock)
    async with chatting(client) as page:
        assert texts(await page.hello(resume=noor.token, after=0)) == ["are you there", ASKED]
        ack, welcome, *told = await page.act("choice", value="yes")
        assert (ack["type"], welcome["type"]) == ("ack", "welcome")
        lines = [frame for frame in told if frame["type"] == "message"]
        assert [frame["seq"] for frame in lines] == list(range(1, len(lines) + 1))
        assert {"I do not know", "are you there", ASKED} <= set(texts(told))
        assert not any(frame["silent"] for frame in lines)
        assert [frame["silent"] for frame in told if frame["type"] == "status"] == [False]


async def test_a_line_that_breaks_while_safety_is_asked_costs_nothing_of_before(
    noor: Chat, client: Client, clock: MovableClock
) -> None:
    await write_after_a_silence(noor, clock)
    async with chatting(client) as page:
        # A page that has all there is to have, and comes back on a new line.
        await page.hello(resume=noor.token, after=noor.last_seq)
        _, welcome, *told = await page.act("choice", value="yes")
        assert welcome["type"] == "welcome"
        assert "I do not know" in texts(told)


async def test_what_is_written_twice_in_a_row_makes_no_page_quiet(
    noor: Chat, clock: MovableClock
) -> None:
    await reach_danger(noor)
    before = noor.last_seq
    clock.move(LONG)
    await noor.act("text", text="I am", seen=before)
    told = await noor.act("text", text="here again", seen=before)
    assert step_of(told) == "entry.safe-to-talk"


async def test_a_reply_waits_until_she_has_said_that_it_is_safe(
    noor: Chat, house: House, clock: MovableClock
) -> None:
    amira = await on_shift(house, "amira")
    await reach_danger(noor)
    reference = await only_case(house)
    await house.door.move(HARBOUR, Move("m1", reference, amira, Claim()))
    clock.move(LONG)
    await noor.act("text", text="sorry")
    amira = await on_shift(house, "amira")
    with pytest.raises(NotSafeToRead):
        await house.door.move(HARBOUR, Move("m2", reference, amira, Reply("Hello.")))
    case = await house.tenancies[HARBOUR].store.case(reference)
    assert case is not None
    assert case.is_asked_again
    await noor.act("choice", value="yes")
    await house.door.move(HARBOUR, Move("m3", reference, amira, Reply("Hello.")))
    assert await noor.until("message", text="Hello.")


async def test_trouble_after_a_silence_tells_nothing_and_the_next_turn_asks(
    noor: Chat, house: House, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reach_danger(noor)
    clock.move(LONG)
    with monkeypatch.context() as broken:
        broken.setattr("bot.turns.advance", None)
        told = await noor.act("text", text="hello")
    assert texts(told) == ["Saved."]
    told = await noor.act("text", text="hello again")
    assert texts(told) == [ASKED]
    talk = await house.door.talk(HARBOUR, await talk_id(house))
    assert talk is not None
    assert talk.safety is Safety.ASK_AGAIN


async def test_a_plain_form_shows_the_question_alone(
    plain_page: str, client: Client, clock: MovableClock
) -> None:
    clock.move(LONG)
    page = await post(client, plain_page, text="me again")
    assert ASKED in page
    assert WORDS not in page
    assert "me again" not in page
    assert WORDS in await post(client, page, choice="yes")


async def test_to_look_again_on_a_plain_page_asks_first_too(
    plain_page: str, client: Client, clock: MovableClock
) -> None:
    clock.move(LONG)
    asked = await post(client, plain_page, do="look")
    assert ASKED in asked
    assert WORDS not in asked
    # The same page that is sent again, or once more, shows no more than that.
    assert WORDS not in await post(client, plain_page, do="look")
    assert WORDS not in await post(client, asked, do="look")
    assert WORDS in await post(client, asked, choice="yes")


async def test_to_look_again_soon_shows_the_talk(
    plain_page: str, client: Client, clock: MovableClock
) -> None:
    clock.move(timedelta(minutes=9))
    assert WORDS in await post(client, plain_page, do="look")


@pytest.mark.parametrize("pressed", [{"text": "x" * 12_001}, {"text": ""}, {"do": "nonsense"}])
async def test_what_is_no_turn_shows_nothing_of_before_either(
    plain_page: str, client: Client, clock: MovableClock, pressed: dict[str, Any]
) -> None:
    clock.move(LONG)
    page = await post(client, plain_page, **pressed)
    assert ASKED in page
    assert WORDS not in page


@pytest.mark.parametrize("status", [200, 503])
async def test_where_nothing_can_be_kept_the_plain_page_shows_nothing_and_keeps_its_way_back(
    plain_page: str, client: Client, clock: MovableClock, status: int
) -> None:
    clock.move(LONG)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("bot.door.Door.receive", refuse)
        broken.setattr(client.app[DRAIN], "is_on", status == 503)  # It is stopping.
        page = await post(client, plain_page, status=status, do="look")
    assert WORDS not in page
    assert ASKED not in page
    assert ASKED in await post(client, page, do="look")


async def refuse(_door: Door, _inbound: Inbound) -> Receipt:
    raise NotSaved
