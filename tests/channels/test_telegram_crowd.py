"""A crowd on one bot: everything arrives in order and once, within the limits, by two processes."""

import asyncio
import os
from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta

import pytest

from bot.channels.messenger import chat as chats
from bot.channels.messenger import visit
from bot.channels.messenger.outbox import Outbox
from bot.channels.messenger.pace import Pace
from bot.delivery import send_timer
from bot.inbound import Arrival
from storage.store import Change
from tests.channels.phone import NOTES, Room
from tests.house import HARBOUR

CHATS = 1000 if os.environ.get("FAULTS") == "full" else 60
RATE, APART = 200.0, 0.1
"""Faster than Telegram allows, by the same code, so that the test ends."""


async def begun(room: Room, number: int) -> list[str]:
    """One chat whose opening waits to be sent; its lines."""
    keyring, store = room.house.keyring, room.place.tenancy.store
    (key,) = chats.keys_of(keyring, HARBOUR, NOTES.place, str(number))
    chat = chats.Chat(key, address=str(number), language="en")
    sender = chats.sender_of(keyring, HARBOUR, chat)
    opened = await room.house.door.open(Arrival(HARBOUR, "telegram", sender, "en", b"", None, key))
    await chats.amend(store, chat, visit.into(opened.conversation, is_held=False))
    await store.commit(Change(timers=(send_timer(key, room.clock()),)))
    return [line.text for line in opened.lines]


@pytest.mark.slow
async def test_a_crowd_is_served_in_order_and_once_within_the_limits(room: Room) -> None:
    object.__setattr__(room.place, "pace", Pace(rate=RATE, apart=APART))
    numbers = range(8000, 8000 + CHATS)
    lines = dict(
        zip(numbers, await asyncio.gather(*(begun(room, n) for n in numbers)), strict=True)
    )
    boxes = [Outbox(room.outbox.places, room.house.bus) for _ in range(2)]
    room.api.storm, room.api.retry_after = 3, 1
    async with asyncio.timeout(110):
        while any(len(room.api.chats[n]) < len(lines[n]) for n in numbers):
            await asyncio.gather(*(box.look() for box in boxes))
            await asyncio.gather(*(box.drained() for box in boxes))
            room.clock.move(timedelta(seconds=6))
    for number in numbers:
        shown = [message.text for message in room.api.chats[number]]
        assert len(shown) == len(lines[number])
        told = [text for text in lines[number] if text in shown]
        assert [text for text in shown if text in told] == told
    within_limits(room.api.sent_at)


def within_limits(sent_at: list[tuple[float, int]]) -> None:
    times = [at for at, _ in sent_at]
    for n, at in enumerate(times):
        # What was held up on the way may come closer together than it was sent.
        assert bisect_left(times, at + 0.5) - n <= RATE * 0.5 * 1.5 + 10
    by_chat = defaultdict(list)
    for at, chat in sent_at:
        by_chat[chat].append(at)
    for each in by_chat.values():
        assert each == sorted(each)
        assert each[-1] - each[0] >= (len(each) - 1) * APART * 0.5
