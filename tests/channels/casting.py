"""What several tests of messaging begin with: Noor in the talk, what was heard, a case claimed."""

from handoff.desk import Claim, Move
from handoff.reference import Reference
from handoff.staff import Staff
from handoff.transcript import Speaker
from tests.channels.phone import Phone, Room
from tests.house import HARBOUR, on_shift


async def into_the_talk(noor: Phone) -> None:
    await noor.say("/start")
    await noor.press("Continue")
    await noor.press("Yes")
    await noor.press("I am, for myself")


async def heard(room: Room, noor: Phone) -> list[str]:
    talk = await noor.talk()
    lines = await room.place.tenancy.store.lines(talk.id)
    return [line.text for line in lines if line.speaker is Speaker.VISITOR]


async def claimed(room: Room, noor: Phone) -> tuple[Reference, Staff]:
    await noor.say("/start")
    await noor.press("Continue")
    await noor.press("Yes")
    amira = await on_shift(room.house, "amira")
    reference = Reference((await noor.talk()).reference)
    await room.house.door.move(HARBOUR, Move("claim", reference, amira, Claim()))
    await room.sent()
    return reference, amira
