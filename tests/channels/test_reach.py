"""The desk sees which channel it is; what would not arrive is refused before it is sent."""

from datetime import timedelta

import pytest

from bot.reach import reach
from handoff.desk import Move, Reply
from handoff.refusals import ChatClosed, Refusal, SilentTooLong, TheyHaveLeft
from tests.channels.casting import claimed
from tests.channels.phone import Phone, Room
from tests.house import HARBOUR, on_shift


async def reached(room: Room, noor: Phone) -> str:
    return await reach(room.place.tenancy, await noor.talk(), room.clock())


async def test_how_they_can_be_reached_is_told_as_it_is(room: Room, noor: Phone) -> None:
    await claimed(room, noor)
    assert await reached(room, noor) == "chat"
    await noor.say("/start")
    assert await reached(room, noor) == "held"
    room.clock.move(timedelta(minutes=31))
    assert await reached(room, noor) == "too-late"
    status = {"old_chat_member": {}, "new_chat_member": {"status": "kicked"}}
    chat = {"chat": {"id": noor.number, "type": "private"}, "from": noor.person()}
    assert await room.post(noor.update("my_chat_member", chat | status)) == 200
    assert await reached(room, noor) == "closed-to-us"


async def test_somebody_on_a_page_is_in_no_chat(room: Room, noor: Phone) -> None:
    await claimed(room, noor)
    on_a_page = (await noor.talk()).evolve(chat="")
    assert await reach(room.place.tenancy, on_a_page, room.clock()) == ""


@pytest.mark.parametrize("why", ["blocked", "silent", "left"])
async def test_a_reply_that_would_not_arrive_is_refused(room: Room, noor: Phone, why: str) -> None:
    reference, amira = await claimed(room, noor)
    refusal: type[Refusal] = ChatClosed
    if why == "blocked":
        room.api.blocked.add(noor.number)
        await room.house.door.move(HARBOUR, Move("1", reference, amira, Reply("first")))
        await room.sent()
    elif why == "silent":
        refusal = SilentTooLong
        room.clock.move(timedelta(minutes=31))
        amira = await on_shift(room.house, "amira")
    else:
        refusal = TheyHaveLeft
        await noor.say("exit")
    before = room.api.calls["sendMessage"]
    with pytest.raises(refusal):
        await room.house.door.move(HARBOUR, Move("2", reference, amira, Reply("second")))
    await room.sent()
    assert room.api.calls["sendMessage"] == before
