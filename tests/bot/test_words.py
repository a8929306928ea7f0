"""Coming back with a word: only this browser, only the right word, and both words look the same."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.house import House
from bot.words import WordsUnfit, plain, read_words
from flows.conversation import Owner
from flows.urgency import Level
from handoff.case import Case
from handoff.desk import Claim, Move
from tests.bot.test_pages import begun, post
from tests.bot.test_socket import errors, only_case, texts
from tests.house import HARBOUR, Chat, Frame, MovableClock, chatting, on_shift

Client = TestClient[web.Request, web.Application]

WORD, OTHER = "blue kettle", "red kettle"
COOKIE = {"Cookie": f"n={'a' * 43}"}
ELSEWHERE = {"Cookie": f"n={'b' * 43}"}
ASKED = "Is it all right for you to write here now?"


@asynccontextmanager
async def page(client: Client, headers: dict[str, str] = COOKIE) -> AsyncIterator[Chat]:
    """A page of Noor's browser, or of another, that has just begun."""
    async with chatting(client, headers=headers) as chat:
        await chat.hello(language="en")
        yield chat


async def leave_words(client: Client, **words: str) -> Chat:
    """A talk in Noor's browser up to the danger question, with words; its page is then closed."""
    async with page(client) as noor:
        for value in ("yes", "me"):
            await noor.act("choice", value=value)
        told = await noor.act("words", **({"word": WORD, "other": OTHER} | words))
        assert told[0]["type"] == "ack"
        return noor


async def the_case(house: House) -> Case:
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    return case


def without_chance(frames: list[Frame]) -> list[Any]:
    """Frames but for what is random in all of them."""
    told = [frame for frame in frames if frame["type"] != "beat"]
    return [{k: v for k, v in frame.items() if k not in ("resume", "id")} for frame in told]


def stored_in(folder: Path) -> str:
    """All that the database's files hold."""
    return str(b"".join(file.read_bytes() for file in folder.glob("house.db*")))


@pytest.mark.parametrize(
    ("word", "other"),
    [("abc", ""), ("", ""), ("a b c", ""), (WORD, "Blue Kettle"), (WORD, "abc"), ("x" * 101, "")],
)
def test_words_that_are_short_or_alike_are_refused(word: str, other: str) -> None:
    with pytest.raises(WordsUnfit):
        read_words(word, other)


def test_a_word_is_the_same_however_it_is_spaced_or_spelt() -> None:
    assert plain(" Blue  KETTLE ") == plain("blue\u00a0kettle") == plain("\uff42lue kettle")


def test_a_word_never_shows_where_it_is_printed() -> None:
    assert "kettle" not in repr(read_words(WORD, OTHER))


async def test_the_right_word_brings_back_to_the_safety_question_and_then_to_all_of_it(
    client: Client,
) -> None:
    first = await leave_words(client)
    async with page(client) as back:
        ack, welcome, *told = await back.act("word", word="BLUE kettle")
        assert (ack["type"], welcome["type"]) == ("ack", "welcome")
        assert welcome["talk"] == first.seen[0]["talk"]
        assert welcome["resume"] not in {first.token, back.seen[0]["resume"]}
        assert texts(told) == ["Came back", ASKED]
        seen = next(f["seq"] for f in told if f.get("text") == ASKED)
        assert welcome["after"] == seen - len(texts(told))
        ack, welcome, *told = await back.act("choice", value="yes", seen=seen)
        assert "after" not in welcome
        assert "Who is typing?" in texts(told)
        assert texts(told)[-1] == "Is anyone in danger right now?"


async def test_the_page_before_has_no_way_back_any_more(client: Client) -> None:
    first = await leave_words(client)
    async with page(client) as back:
        await back.act("word", word=WORD)
    async with chatting(client, headers=COOKIE) as old:
        assert errors(await old.hello(resume=first.token)) == ["resume-unknown"]


async def test_a_page_that_is_still_open_is_let_go_and_hears_nothing_of_it(client: Client) -> None:
    """Whoever sits at the old page must not read on, least of all under the other word (P16)."""
    async with page(client) as old:
        await old.act("choice", value="yes")
        await old.act("words", word=WORD, other=OTHER)
        async with page(client) as back:
            await back.act("word", word=OTHER)
            await back.act("choice", value="yes")
            await back.act("text", text="this is for nobody else")
        told = await old.settled_after_death()
    assert "this is for nobody else" not in texts(told)
    assert "Came back" not in texts(told)


async def test_a_word_without_an_id_is_named_and_the_talk_goes_on(client: Client) -> None:
    async with page(client) as noor:
        await noor.put({"type": "word", "word": WORD})
        assert errors(await noor.settled()) == ["id-missing"]
        assert (await noor.act("choice", value="yes"))[0]["type"] == "ack"


async def test_a_wrong_word_and_a_stranger_get_the_same_and_the_talk_goes_on(
    client: Client,
) -> None:
    await leave_words(client)
    told = []
    for headers, word in ((COOKIE, "green kettle"), (ELSEWHERE, WORD), (ELSEWHERE, "x")):
        async with page(client, headers) as chat:
            await chat.act("word", word=word)
            await chat.act("choice", value="yes")
            told.append([f | {"talk": ""} for f in without_chance(chat.seen)])
    assert told[0] == told[1] == told[2]
    assert "word-unknown" in orjson.dumps(told).decode()


async def test_before_the_word_whoever_returns_gets_what_a_stranger_gets(client: Client) -> None:
    await leave_words(client)
    async with page(client) as back, page(client, ELSEWHERE) as stranger:
        one, two = ([f | {"talk": ""} for f in without_chance(c.seen)] for c in (back, stranger))
        assert one == two


@pytest.mark.parametrize("end", ["exit", "stop"])
async def test_a_talk_that_was_ended_opens_with_no_word(client: Client, end: str) -> None:
    first = await leave_words(client)
    async with chatting(client, headers=COOKIE) as noor:
        await noor.hello(resume=first.token)
        await noor.act(end)
    async with page(client) as back:
        assert errors(await back.act("word", word=WORD)) == ["word-unknown"]


async def test_after_a_while_no_word_opens_it(client: Client, clock: MovableClock) -> None:
    await leave_words(client)
    clock.move(timedelta(minutes=31))
    async with page(client) as back:
        assert errors(await back.act("word", word=WORD)) == ["word-unknown"]


@pytest.mark.parametrize(("word", "level"), [(WORD, Level.USUAL), (OTHER, Level.EMERGENCY)])
async def test_the_second_word_alarms_the_desk_alone(
    client: Client, house: House, word: str, level: Level
) -> None:
    amira = await on_shift(house, "amira")
    await leave_words(client)
    async with page(client) as back:
        await back.act("word", word=word)
        await back.act("choice", value="yes")
        case = await the_case(house)
        waits = Owner.QUEUE if word == OTHER else Owner.BOT
        assert (case.urgency.level, case.owner) == (level, waits)
        sources = [reason.source for reason in case.urgency.reasons]
        assert sources == ([] if word == WORD else ["said.other-word"])
        # Their own case does not stand before them in the line, wherever the desk has it.
        for _ in range(2):
            assert "person is before you" not in "".join(texts(await back.act("person")))
        await house.door.move(HARBOUR, Move("m1", case.reference, amira, Claim()))
        assert (await the_case(house)).urgency.level is level


async def test_what_the_two_words_bring_is_alike_byte_for_byte(
    client: Client,
) -> None:
    """Two talks that are the same but for the word by which each was come back to."""
    seen = []
    for cookie, word in (("c", WORD), ("d", OTHER)):
        headers = {"Cookie": f"n={cookie * 43}"}
        async with page(client, headers) as noor:
            for value in ("yes", "me"):
                await noor.act("choice", value=value)
            await noor.act("words", word=WORD, other=OTHER)
        async with page(client, headers) as back:
            await back.act("word", word=word)
            await back.act("choice", value="yes")
            for value in ("no", "me", "18-or-over", "no"):
                await back.act("choice", value=value)
            await back.act("person")
            seen.append([f | {"talk": ""} for f in without_chance(back.seen)])
    assert seen[0] == seen[1]


async def test_words_are_chosen_only_where_it_is_safe_and_something_was_said(
    client: Client,
) -> None:
    async with page(client) as noor:
        assert "words" not in noor.messages[-1]["allowed"]
        assert "word" in noor.messages[-1]["allowed"]
        assert texts(await noor.act("words", word=WORD)) == [ASKED]
        told = await noor.act("choice", value="yes")
        assert "words" in next(f for f in told if f["type"] == "message")["allowed"]
        await noor.act("choice", value="made-to")
        assert "word" not in noor.messages[-1]["allowed"]
    async with page(client) as back:
        assert errors(await back.act("word", word=WORD)) == ["word-unknown"]


async def test_a_word_that_is_chosen_anew_replaces_the_one_before(client: Client) -> None:
    first = await leave_words(client)
    async with chatting(client, headers=COOKIE) as noor:
        await noor.hello(resume=first.token, after=first.last_seq)
        await noor.act("words", word="green lamp")
    async with page(client) as back:
        assert errors(await back.act("word", word=WORD)) == ["word-unknown"]
        assert (await back.act("word", word="green lamp"))[0]["type"] == "ack"


async def test_no_word_stands_in_the_talk_the_log_or_the_database(
    client: Client, house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await leave_words(client)
    async with page(client) as back:
        await back.act("word", word="a wrong kettle")
        await back.act("word", word=OTHER)
        await back.act("choice", value="yes")
        said = orjson.dumps(back.seen).decode()
    lines = await house.tenancies[HARBOUR].store.lines((await the_case(house)).conversation)
    assert "Chose a word to come back" in {line.text for line in lines}
    for text in (said, "".join(line.text for line in lines), caplog.text, stored_in(tmp_path)):
        assert not re.search("kettle", text, re.IGNORECASE)


async def test_words_that_are_unfit_are_refused_and_the_talk_goes_on(noor: Chat) -> None:
    await noor.hello()
    await noor.act("choice", value="yes")
    assert errors(await noor.act("words", word="abc")) == ["words-unfit"]
    assert (await noor.act("choice", value="me"))[0]["type"] == "ack"


async def test_plain_forms_keep_a_word_and_open_by_it(client: Client) -> None:
    body = await begun(client)
    assert "I have a word" in body
    assert "Come back later" not in body
    body = await post(client, body, choice="yes")
    body = await post(client, body, do="words", word=WORD, other="")
    assert "Your word is kept." in body
    body = await begun(client)
    body = await post(client, body, do="word", word="green kettle")
    assert "Nothing here opens with that word." in body
    body = await post(client, body, do="word", word=WORD)
    assert ASKED in body
    assert "Your word is kept." not in body
    body = await post(client, body, choice="yes")
    assert "Who is typing?" in body
    assert "Your word is kept." in body
