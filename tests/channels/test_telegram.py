"""Telegram passes the contract of every channel; what is its own stands beneath."""

import asyncio
from io import StringIO
from pathlib import Path

import pytest

from bot.channels.messenger import chat as chats
from bot.channels.messenger.taking import QUARANTINE
from bot.channels.telegram.polling import poll
from flows.conversation import ConversationId, Owner
from storage.errors import StoreBusy
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.casting import heard, into_the_talk
from tests.channels.contract_receiving import ReceivingContract
from tests.channels.contract_sending import SendingContract
from tests.channels.contract_talk import TalkContract
from tests.channels.phone import NOTES, Phone, Room, replaced, room_of
from tests.house import SOON, MovableClock


class TestTelegram(TalkContract, ReceivingContract, SendingContract):
    """Everything that a channel promises."""


async def test_a_group_is_left_without_a_word(room: Room, noor: Phone) -> None:
    group = {"id": -55, "type": "group"}
    for kind in ("message", "channel_post", "my_chat_member"):
        assert await room.post(noor.update(kind, {"chat": group, "text": "hello"})) == 200
    await room.messaging.telegram.end()
    assert room.api.left == [-55, -55, -55]
    assert room.api.calls["sendMessage"] == 0


async def test_ids_that_begin_anew_lower_down_are_taken(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    for id, words in ((900_000_000, "one of mine"), (12, "two of mine"), (13, "three of mine")):
        assert await noor.say(words, id=id) == 200
    assert (await heard(room, noor))[-3:] == ["one of mine", "two of mine", "three of mine"]


async def test_a_broken_update_is_set_aside_and_a_person_takes_over(
    room: Room, noor: Phone, logs: StringIO
) -> None:
    await into_the_talk(noor)
    poison = replaced(noor.message("it is me"), text={"not": "a text of mine"})
    for _ in range(2):
        assert await room.post(poison) == 200
    assert (await noor.talk()).owner is Owner.QUEUE
    (kept,) = await room.place.tenancy.store.registered(QUARANTINE)
    assert "a text of mine" in kept.content["raw"]
    assert "a text of mine" not in logs.getvalue()
    assert "update-set-aside" in logs.getvalue()


async def test_a_stranger_s_broken_update_makes_a_case_too(room: Room, noor: Phone) -> None:
    poison = replaced(noor.message("x"), date="yesterday")
    assert await room.post(poison) == 200
    assert (await noor.talk()).owner is Owner.QUEUE
    assert noor.texts == ["Hello. Press Continue, or write here."]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"update_id": true}', b'{"update_id": 1}', b"\xff\xfe", b"[" * 9999],
)
async def test_a_body_that_is_none_is_answered(room: Room, body: bytes) -> None:
    assert await room.post(body) == 200


async def test_nothing_of_an_update_is_logged(room: Room, noor: Phone, logs: StringIO) -> None:
    await into_the_talk(noor)
    await noor.say("canary words")
    await room.post(replaced(noor.message("canary"), text=7, caption="canary words"))
    room.api.broken = 1
    await noor.say("canary words again")
    for secret in ("canary", str(noor.number), TOKEN, room.api.base):
        assert secret not in logs.getvalue()


async def test_polling_moves_on_only_past_what_was_taken(
    room: Room, noor: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.AGAIN_AFTER", 0.01)
    start, words = noor.message("/start", id=70), noor.message("words of mine", id=71)
    room.api.waiting.extend([start, words])
    failures = iter([True, False])

    real = chats.amend

    async def sometimes(*given: object) -> object:
        if next(failures, False):
            raise StoreBusy
        return await real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(chats, "amend", sometimes)
    carrier = room.place.carrier
    asking = asyncio.create_task(poll(room.messaging.telegram, room.place, carrier))  # type: ignore[arg-type]
    async with asyncio.timeout(SOON):
        await room.api.emptied.wait()
    asking.cancel()
    assert room.api.offsets[:3] == [None, None, 71]
    assert (await heard(room, noor)) == ["words of mine"]


async def test_each_bot_has_an_address_and_a_secret_of_its_own(
    tmp_path: Path, api: BotApi, clock: MovableClock
) -> None:
    async with room_of(tmp_path, api, clock) as room:
        assert list(room.messaging.telegram.places) == [NOTES]
        assert room.place.door == "any"
        assert ConversationId("") == (await room.chat()).talk
