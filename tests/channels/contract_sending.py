"""What goes out: in order, within the limits, once, by one process; and when it cannot."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.channels.messenger.chat import LEASE
from bot.channels.messenger.outbox import Outbox
from bot.house import House
from handoff.desk import Move, Reply
from handoff.reference import Reference
from handoff.staff import Staff
from tests.channels.bot_api import BotApi
from tests.channels.casting import claimed
from tests.channels.phone import Phone, Room, room_of
from tests.house import HARBOUR, MovableClock


async def reply(house: House, reference: Reference, by: Staff, text: str) -> None:
    await house.door.move(HARBOUR, Move(f"reply {text}", reference, by, Reply(text)))


def outcome(room: Room, code: str) -> float:
    counted = {"tenant": HARBOUR, "outcome": code}
    return room.house.meters.registry.get_sample_value("frontdoor_messages_total", counted) or 0.0


class SendingContract:
    """Order, limits, retries, unknown outcomes, one sender, and taking away."""

    async def test_replies_arrive_in_order_and_once_through_a_storm(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        for n in range(5):
            await reply(room.house, reference, amira, f"reply {n}")
        room.api.storm, room.api.lost = 2, 1
        for _ in range(8):
            await room.sent()
            room.place.pace._next = 0.0  # noqa: SLF001 - the wait is over.
            room.clock.move(timedelta(seconds=5))
        assert [t for t in noor.texts if t.startswith("reply")] == [f"reply {n}" for n in range(5)]
        assert outcome(room, "wait") >= 2

    async def test_a_bot_that_must_wait_sends_nothing_before_its_time(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        room.api.storm, room.api.retry_after = 1, 60
        await reply(room.house, reference, amira, "reply")
        await room.sent()
        before = room.api.calls["sendMessage"]
        room.clock.move(timedelta(seconds=30))
        await room.sent()
        assert room.api.calls["sendMessage"] == before
        assert room.place.pace.take("another chat", most=5.0) > 5.0

    async def test_where_nobody_can_say_it_is_sent_again_and_counted(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        room.api.broken = 1
        await reply(room.house, reference, amira, "reply")
        await room.sent()
        room.clock.move(timedelta(seconds=5))
        await room.sent()
        assert noor.texts.count("reply") == 2
        assert outcome(room, "unknown") == 1

    async def test_who_blocks_us_is_not_tried_again_until_they_write(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        room.api.blocked.add(noor.number)
        await reply(room.house, reference, amira, "reply")
        await room.sent()
        assert (await room.chat()).is_blocked
        before = room.api.calls["sendMessage"]
        for _ in range(10):
            room.clock.move(LEASE)
            await room.sent()
        assert room.api.calls["sendMessage"] == before
        room.api.blocked.clear()
        await noor.say("I am here again")
        assert not (await room.chat()).is_blocked
        assert noor.texts.count("reply") == 1

    async def test_a_process_that_dies_while_it_sends_is_followed_by_another(
        self, tmp_path: Path, api: BotApi, clock: MovableClock
    ) -> None:
        async with room_of(tmp_path, api, clock) as room:
            noor = Phone(room)
            reference, amira = await claimed(room, noor)
            await reply(room.house, reference, amira, "one")
            task = asyncio.create_task(room.outbox.look())
            await task
            for running in list(room.outbox._running.values()):  # noqa: SLF001 - it dies in the middle.
                running.cancel()
            await asyncio.gather(*room.outbox._running.values(), return_exceptions=True)  # noqa: SLF001
        async with room_of(tmp_path, api, clock) as after:
            clock.move(LEASE + timedelta(seconds=1))
            noor = Phone(after)
            await after.sent()
            assert noor.texts.count("one") == 1

    async def test_of_several_processes_one_sends(self, room: Room, noor: Phone) -> None:
        reference, amira = await claimed(room, noor)
        boxes = [Outbox(room.outbox.places, room.house.bus) for _ in range(4)]
        for n in range(3):
            await reply(room.house, reference, amira, f"reply {n}")
        for _ in range(6):
            await asyncio.gather(*(box.look() for box in boxes))
            await asyncio.gather(*(box.drained() for box in boxes))
            room.clock.move(timedelta(seconds=2))
        assert [t for t in noor.texts if t.startswith("reply")] == [f"reply {n}" for n in range(3)]

    async def test_nothing_is_sent_to_who_has_been_silent_for_too_long(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        before = len(noor.texts)
        room.api.lost = 1
        await reply(room.house, reference, amira, "reply")
        await room.sent()
        room.clock.move(timedelta(minutes=31))
        await room.sent()
        assert len(noor.texts) == before

    async def test_every_message_is_taken_away_by_hour_47(self, room: Room, noor: Phone) -> None:
        await noor.say("/start")
        await noor.press("Continue")
        room.clock.move(timedelta(hours=45))
        await room.sent()
        assert room.api.visible(noor.number)
        room.clock.move(timedelta(hours=2))
        await room.sent()
        assert room.api.visible(noor.number) == []

    async def test_what_the_app_will_not_take_away_is_not_tried_for_ever(
        self, room: Room, noor: Phone
    ) -> None:
        await noor.say("/start")
        room.api.undeletable = {s.id for s in room.api.visible(noor.number)}
        await noor.say("exit")
        tried = room.api.calls["deleteMessages"]
        assert noor.texts[-1].startswith("We have taken away")
        room.clock.move(timedelta(hours=1))
        await room.sent()
        assert room.api.calls["deleteMessages"] == tried + 1

    async def test_what_arrived_when_nobody_could_say_so_is_taken_away_too(
        self, room: Room, noor: Phone
    ) -> None:
        reference, amira = await claimed(room, noor)
        room.api.broken = 1
        await reply(room.house, reference, amira, "words of Amira's")
        await room.sent()
        assert "words of Amira's" in noor.texts
        await noor.say("exit")
        assert len(room.api.visible(noor.number)) == 1
        assert noor.texts[0].startswith("We have taken away")
