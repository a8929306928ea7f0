"""A page whose network lets no socket through talks by posts: the same frames and promises."""

import asyncio
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.webchat import posted
from bot.drain import DRAIN
from bot.house import House
from handoff.desk import Claim, Move, Reply
from tests.bot.test_socket import only_case, texts
from tests.house import HARBOUR, Frame, on_shift

Client = TestClient[web.Request, web.Application]

LINE = f"/c/{HARBOUR}/line"
COOKIE = {"Cookie": f"n={'a' * 43}"}
ASKED = "Is it all right for you to write here now?"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posted, "HELD", 0.2)


def act(kind: str, **more: Any) -> Frame:
    return {"type": kind, "id": str(uuid4()), **more}


async def post(client: Client, *frames: Any, headers: dict[str, str] = COOKIE) -> list[Any]:
    answer = await client.post(LINE, data=orjson.dumps(list(frames)), headers=headers)
    assert answer.status == 200, await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"
    told: list[Any] = orjson.loads(await answer.read())
    return told


class Poster:
    """A page that posts: it goes on after what it has."""

    def __init__(self, client: Client) -> None:
        self.client, self.token, self.after = client, "", 0

    async def say(self, *frames: Frame) -> list[Any]:
        hello: Frame = {"type": "hello", "language": "en"}
        if self.token:
            hello = {"type": "hello", "resume": self.token, "after": self.after}
        told = await post(self.client, hello, *frames)
        for frame in told:
            self.token = frame.get("resume", self.token)
            self.after = max(self.after, frame.get("seq", 0))
        return told


async def test_a_talk_goes_by_posts_and_each_answer_has_all_that_is_new(client: Client) -> None:
    page = Poster(client)
    first = await page.say()
    assert first[0]["type"] == "welcome"
    assert ASKED in texts(first)
    assert "Who is typing?" in texts(await page.say(act("choice", value="yes")))
    kinds = [frame["type"] for frame in await page.say(act("choice", value="me"))]
    assert kinds[0] == "welcome"
    assert "ack" in kinds
    assert "message" in kinds


async def test_what_was_answered_into_the_void_is_told_again_and_taken_once(
    client: Client, house: House
) -> None:
    page = Poster(client)
    await page.say()
    token, after = page.token, page.after
    frame = act("choice", value="yes")
    first = await page.say(frame)
    page.token, page.after = token, after  # That answer never came.
    again = await page.say(frame)
    acks = [[f["seq"] for f in told if f["type"] == "ack"] for told in (first, again)]
    assert acks[0] == acks[1]
    assert texts(again)[-1] == texts(first)[-1]
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    lines = await house.tenancies[HARBOUR].store.lines(case.conversation)
    assert sum(line.inbox is not None for line in lines) == 1


async def test_several_things_said_at_once_are_taken_in_their_order(client: Client) -> None:
    page = Poster(client)
    await page.say()
    told = await page.say(act("choice", value="yes"), act("choice", value="me"))
    seqs = [frame["seq"] for frame in told if frame["type"] == "ack"]
    assert seqs == sorted(seqs)
    assert len(seqs) == 2


async def test_a_post_with_nothing_to_tell_is_held_until_a_worker_writes(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "HELD", 20.0)
    amira = await on_shift(house, "amira")
    page = Poster(client)
    await page.say()
    for value in ("yes", "me"):
        await page.say(act("choice", value=value))
    reference = await only_case(house)
    held = asyncio.create_task(page.say())
    await asyncio.sleep(0.1)
    await house.door.move(HARBOUR, Move("m1", reference, amira, Claim()))
    async with asyncio.timeout(5):
        await held
    held = asyncio.create_task(page.say())
    await asyncio.sleep(0.1)
    assert not held.done()
    await house.door.move(HARBOUR, Move("m2", reference, amira, Reply("I am here.")))
    async with asyncio.timeout(5):
        assert "I am here." in texts(await held)


async def test_between_two_posts_the_page_still_counts_as_here(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "LINGER", 0.2)
    page = Poster(client)
    await page.say()
    await page.say(act("choice", value="yes"))
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    assert house.presence.visitor_is_here(HARBOUR, case.conversation)
    await asyncio.sleep(0.4)
    assert not house.presence.visitor_is_here(HARBOUR, case.conversation)


async def test_exit_ends_it_and_nothing_follows(client: Client) -> None:
    page = Poster(client)
    await page.say()
    told = await page.say(act("exit"))
    assert told[-1]["type"] == "ack"
    assert [f.get("code") for f in await page.say()] == ["resume-unknown"]


@pytest.mark.parametrize("stranger", [{}, {"Cookie": f"n={'b' * 43}"}])
async def test_a_token_without_its_browser_opens_nothing(
    client: Client, stranger: dict[str, str]
) -> None:
    page = Poster(client)
    await page.say()
    client.session.cookie_jar.clear()
    told = await post(client, {"type": "hello", "resume": page.token, "after": 0}, headers=stranger)
    assert [frame.get("code") for frame in told] == ["resume-unknown"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_a_page_of_somebody_elses_is_refused(client: Client, origin: str) -> None:
    answer = await client.post(LINE, data=b"[]", headers=COOKIE | {"Origin": origin})
    assert answer.status == 403


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"[", b"\xff", b"[1" + b",1" * 60 + b"]"])
async def test_what_is_no_list_of_frames_is_refused(client: Client, body: bytes) -> None:
    assert (await client.post(LINE, data=body, headers=COOKIE)).status == 400


async def test_what_is_no_frame_is_named_and_the_rest_is_taken(client: Client) -> None:
    page = Poster(client)
    await page.say()
    told = await page.say({"type": "text"}, act("choice", value="yes"))
    assert [f["code"] for f in told if f["type"] == "error"] == ["id-missing"]
    assert sum(frame["type"] == "ack" for frame in told) == 1
    told = await post(client, 7, "text", None)
    assert {frame["type"] for frame in told} == {"error"}


async def test_an_unknown_house_is_not_there(client: Client) -> None:
    assert (await client.post("/c/nowhere/line", data=b"[]")).status == 404


async def test_while_stopping_a_post_is_sent_to_another_process(client: Client) -> None:
    page = Poster(client)
    await page.say()
    assert client.server is not None
    app: Any = client.server.app  # type: ignore[attr-defined]
    app[DRAIN].is_on = True
    answer = await client.post(LINE, data=b"[]", headers=COOKIE)
    assert answer.status == 503
    assert answer.headers["Connection"] == "close"
