"""The socket of the visitor's page, from its first frame to its last, on a whole house."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient

from bot.channels.webchat import socket as webchat_socket
from bot.channels.webchat.browser import sender_of
from bot.door import Door
from bot.house import House
from bot.inbound import Inbound
from bot.presence import talk_topic
from flows.conversation import ConversationId
from flows.events import ExitTaken
from handoff.desk import Claim, Move, Reply
from handoff.reference import Reference
from tests.house import HARBOUR, Chat, Frame, MovableClock, chatting, on_shift

Client = TestClient[web.Request, web.Application]


def step_of(frames: list[Frame]) -> str:
    return str(next(f["step"] for f in reversed(frames) if "step" in f))


def texts(frames: list[Frame]) -> list[str]:
    return [f["text"] for f in frames if f["type"] == "message"]


def errors(frames: list[Frame]) -> list[str]:
    return [f["code"] for f in frames if f["type"] == "error"]


async def reach_danger(noor: Chat) -> None:
    await noor.hello(language="en")
    await noor.act("choice", value="yes")
    assert step_of(await noor.act("choice", value="me")) == "entry.danger-now"


async def only_case(house: House) -> Reference:
    tenancy = house.tenancies[HARBOUR]
    (case,) = await tenancy.store.cases(tenancy.queues, limit=5)
    return case.reference


async def test_a_talk_opens_with_what_is_kept_and_one_question(noor: Chat) -> None:
    welcome, *told, status, presence = await noor.hello(language="en")
    assert welcome["type"] == "welcome"
    assert welcome["beat"] > 0
    assert [f["seq"] for f in told] == list(range(1, len(told) + 1))
    assert [f["expects"] for f in told] == ["nothing"] * (len(told) - 1) + ["one"]
    assert (status["owner"], status["silent"], status["staffed"]) == ("bot", False, False)
    assert presence == {"type": "presence", "worker": "none"}


async def test_the_ack_comes_first_and_sequences_have_no_gap(noor: Chat) -> None:
    await reach_danger(noor)
    answered = await noor.act("text", text="he is outside and he says he will kill me")
    assert answered[0]["type"] == "ack"
    seqs = [f["seq"] for f in noor.seen if "seq" in f]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_the_first_answer_opens_a_case_and_danger_queues_it(noor: Chat, house: House) -> None:
    await noor.hello()
    tenancy = house.tenancies[HARBOUR]
    assert not await tenancy.store.cases(tenancy.queues, limit=5)
    await noor.act("choice", value="yes")
    reference = await only_case(house)
    await noor.act("choice", value="me")
    told = await noor.act("choice", value="yes")
    assert [f["owner"] for f in told if f["type"] == "status"] == ["queue"]
    case = await tenancy.store.case(reference)
    assert case is not None
    assert case.urgency.is_emergency


async def test_a_page_goes_on_after_what_it_has(noor: Chat, client: Client) -> None:
    await reach_danger(noor)
    await noor.act("text", text="I do not know how to say it")
    after = noor.last_seq - 2
    async with chatting(client) as again:
        welcome, *told = await again.hello(resume=noor.token, after=after)
        assert welcome["resume"] == noor.token
        assert [f["seq"] for f in told if f["type"] == "message"] == [after + 1, after + 2]
    async with chatting(client) as whole:
        told = await whole.hello(resume=noor.token, after=0)
        messages = [f for f in told if f["type"] == "message"]
        assert [f["seq"] for f in messages] == list(range(1, noor.last_seq + 1))
        assert "I do not know how to say it" in texts(messages)


async def test_a_repeated_id_is_answered_again_and_applied_once(noor: Chat, house: House) -> None:
    await reach_danger(noor)
    id, words = str(uuid4()), "my sister is worried"
    first = await noor.act("text", id=id, text=words)
    again = await noor.act("text", id=id, text=words)
    assert again == [first[0]]
    tenancy = house.tenancies[HARBOUR]
    case = await tenancy.store.case(await only_case(house))
    assert case is not None
    lines = await tenancy.store.lines(case.conversation)
    assert [line.text for line in lines].count(words) == 1


async def test_a_repeated_id_with_other_words_is_refused_and_the_first_stay(noor: Chat) -> None:
    await reach_danger(noor)
    id = str(uuid4())
    await noor.act("text", id=id, text="he came back")
    refused = await noor.act("text", id=id, text="it is nothing")
    assert refused == [{"type": "error", "code": "id-reused", "id": id}]
    assert (await noor.act("text", text="it is nothing"))[0]["type"] == "ack"


async def test_a_repeated_id_with_another_choice_is_refused(noor: Chat) -> None:
    await reach_danger(noor)
    id = str(uuid4())
    ack = (await noor.act("choice", id=id, value="no"))[0]
    assert (await noor.act("choice", id=id, value="no")) == [ack]
    assert errors(await noor.act("choice", id=id, value="yes")) == ["id-reused"]


async def test_a_typed_way_out_that_is_sent_again_is_the_same(noor: Chat) -> None:
    await reach_danger(noor)
    id = str(uuid4())
    ack = (await noor.act("text", id=id, text="skip"))[0]
    assert ack["type"] == "ack"
    assert await noor.act("text", id=id, text="skip") == [ack]
    assert errors(await noor.act("text", id=id, text="stop")) == ["id-reused"]


async def test_an_id_is_acknowledged_as_it_was_spelled(noor: Chat) -> None:
    await noor.hello()
    id = str(uuid4()).upper()
    ack = (await noor.act("choice", id=id, value="yes"))[0]
    assert ack["id"] == id
    assert (await noor.act("choice", id=id.lower(), value="yes"))[0]["seq"] == ack["seq"]


async def test_exit_is_acknowledged_and_then_nothing_follows(noor: Chat, client: Client) -> None:
    await reach_danger(noor)
    token = noor.token
    told = await noor.act("exit")
    assert [f["type"] for f in told] == ["ack"]
    assert noor.socket.closed
    async with chatting(client) as again:
        assert errors(await again.hello(resume=token, after=0)) == ["resume-unknown"]


async def test_a_worker_is_read_live_and_answered(noor: Chat, house: House) -> None:
    await reach_danger(noor)
    amira = await on_shift(house, "amira")
    reference = await only_case(house)
    await house.door.move(HARBOUR, Move(str(uuid4()), reference, amira, Claim()))
    await noor.until("status", owner="worker")
    await house.door.move(HARBOUR, Move(str(uuid4()), reference, amira, Reply("I am Amira.")))
    reply = await noor.until("message", **{"from": "worker"})
    assert reply["text"] == "I am Amira."
    told = await noor.act("text", text="yes, no, I do not know")
    assert [f["type"] for f in told] == ["ack"]


async def test_a_reply_while_the_page_is_away_waits_for_it(
    noor: Chat, house: House, client: Client
) -> None:
    await reach_danger(noor)
    amira = await on_shift(house, "amira")
    reference = await only_case(house)
    await noor.socket.close()
    await house.door.move(HARBOUR, Move(str(uuid4()), reference, amira, Claim()))
    await house.door.move(HARBOUR, Move(str(uuid4()), reference, amira, Reply("I am here.")))
    async with chatting(client) as again:
        told = await again.hello(resume=noor.token, after=noor.last_seq)
        assert texts(told)[-1] == "I am here."


async def test_a_page_is_given_signs_of_life(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webchat_socket, "BEAT", 0.4)
    async with chatting(client) as noor:
        await noor.put({"type": "hello"})
        await noor.until("beat")


async def test_another_door_is_another_talk_from_its_first_line(noor: Chat, house: House) -> None:
    await reach_danger(noor)
    ack, *told = await noor.act("door", value="third-party")
    assert ack["type"] == "ack"
    assert told[0]["type"] == "welcome"
    assert next(f["seq"] for f in told if f["type"] == "message") == 1
    assert step_of(told) == "entry.danger-now"
    await noor.act("choice", value="no")
    amira = await on_shift(house, "amira")
    reference = await only_case(house)
    await house.door.move(HARBOUR, Move(str(uuid4()), reference, amira, Claim()))
    await noor.until("status", owner="worker")


async def test_another_door_before_it_is_known_to_be_safe_asks_that_first(noor: Chat) -> None:
    await noor.hello()
    assert step_of(await noor.act("door", value="third-party")) == "entry.safe-to-talk"


async def test_a_way_back_ends_with_its_time(
    noor: Chat, client: Client, clock: MovableClock
) -> None:
    await reach_danger(noor)
    clock.move(timedelta(minutes=31))
    assert errors(await noor.act("choice", value="no")) == ["resume-unknown"]
    async with chatting(client) as again:
        assert errors(await again.hello(resume=noor.token, after=0)) == ["resume-unknown"]


async def test_an_exit_between_two_looks_is_not_told_to_another_page(
    noor: Chat, house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that has read the talk and not yet its lines must not show what the exit wrote."""
    await reach_danger(noor)
    read, leaving, has_left = Door.talk, [str(uuid4())], asyncio.Event()

    async def talk_and_then_exit(door: Door, *which: Any, is_own: bool = False) -> Any:
        talk = await read(door, *which, is_own=is_own)
        if leaving and not is_own:
            sender = sender_of(house.keyring, HARBOUR, noor.token, "")
            await house.door.receive(Inbound(HARBOUR, sender, leaving.pop(), ExitTaken()))
            has_left.set()
        return talk

    async with chatting(client) as other:
        await other.hello(resume=noor.token, after=noor.last_seq)
        monkeypatch.setattr(Door, "talk", talk_and_then_exit)
        house.bus.publish(talk_topic(HARBOUR, (await only_talk(house))))
        await has_left.wait()
        told = [frame for page in (noor, other) * 9 for frame in await page.settled()]
        assert texts(told) == []


async def test_a_page_whose_talk_was_left_elsewhere_is_let_go(noor: Chat, client: Client) -> None:
    """Exit in one tab must not leave the talk standing in another (P1, I13)."""
    await reach_danger(noor)
    async with chatting(client) as other:
        await other.hello(resume=noor.token, after=0)
        await noor.put({"type": "exit", "id": str(uuid4())})
        async with asyncio.timeout(10):
            while (await other.socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
                pass
    async with chatting(client) as again:
        assert errors(await again.hello(resume=noor.token, after=0)) == ["resume-unknown"]


async def only_talk(house: House) -> ConversationId:
    case = await house.tenancies[HARBOUR].store.case(await only_case(house))
    assert case is not None
    return case.conversation


async def test_a_page_whose_telling_has_ended_takes_a_new_line(noor: Chat) -> None:
    """While beats go on it could not notice, and would wait for a reply for ever (I9, I16)."""
    await reach_danger(noor)
    (telling,) = [task for task in asyncio.all_tasks() if task.get_name() == "webchat: tell"]
    telling.cancel()
    assert (await noor.socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
