"""What comes in by the webhook: proved, taken once, in any order, never lost and never told of."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.channels.messenger import chat as chats
from bot.channels.messenger import visit
from bot.channels.messenger.taking import QUARANTINE
from bot.channels.telegram.polling import poll
from bot.channels.telegram.updates import LARGEST
from bot.inbound import NotSaved
from flows.conversation import ConversationId, Owner
from handoff.transcript import Speaker
from storage.errors import StoreBusy
from storage.store import Change
from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.phone import NOTES, Phone, Room, replaced, room_of
from tests.house import SOON, MovableClock


@pytest.fixture
async def logs() -> AsyncIterator[StringIO]:
    said, before = StringIO(), structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    yield said
    structlog.configure(**before)


async def into_the_talk(noor: Phone) -> None:
    await noor.say("/start")
    await noor.press("Continue")
    await noor.press("Yes")
    await noor.press("I am, for myself")


async def heard(room: Room, noor: Phone) -> list[str]:
    talk = await noor.talk()
    lines = await room.place.tenancy.store.lines(talk.id)
    return [line.text for line in lines if line.speaker is Speaker.VISITOR]


@pytest.mark.parametrize(
    ("secret", "path"),
    [("", ""), ("wrong", ""), (None, "0" * 64), (None, "notes"), ("é" * 3, "")],
)
async def test_what_is_not_telegram_s_gets_the_same_answer_and_nothing_happens(
    room: Room, noor: Phone, secret: str | None, path: str
) -> None:
    update = noor.message("hello")
    if secret and not secret.isascii():
        secret = secret.encode().decode("latin-1")
    assert await room.post(update, secret=secret, path=path) == 200
    assert (await room.chat()).version == 0
    assert room.api.calls.total() == 0


async def test_a_repeat_is_answered_and_not_applied_again(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    update = noor.message("my own words")
    for _ in range(3):
        assert await room.post(update) == 200
    await room.sent()
    assert (await heard(room, noor)).count("my own words") == 1


async def test_repeats_at_once_are_one(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    update = noor.message("my own words")
    assert await asyncio.gather(*(room.post(update) for _ in range(8))) == [200] * 8
    assert (await heard(room, noor)).count("my own words") == 1


async def test_ids_that_begin_anew_lower_down_are_taken(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    for id, words in ((900_000_000, "one of mine"), (12, "two of mine"), (13, "three of mine")):
        assert await noor.say(words, id=id) == 200
    assert (await heard(room, noor))[-3:] == ["one of mine", "two of mine", "three of mine"]


async def test_permuted_and_repeated_updates_are_each_taken_once(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    updates = [noor.message(f"words {n} of mine") for n in range(12)]
    mixed = updates * 2
    random.Random(7).shuffle(mixed)
    for update in mixed:
        assert await room.post(update) == 200
    assert sorted(w for w in await heard(room, noor) if w.startswith("words")) == sorted(
        f"words {n} of mine" for n in range(12)
    )


async def test_nothing_follows_an_exit_whatever_comes_late(room: Room, noor: Phone) -> None:
    await into_the_talk(noor)
    early = noor.message("he found the phone", late=60)
    stale = noor.pressing("Continue", nth=0)
    first = noor.message("seen before")
    await room.post(first)
    await noor.say("exit")
    room.clock.move(timedelta(hours=25))
    await room.sent()
    sent = room.api.calls["sendMessage"]
    for update in (early, stale, first, early):
        assert await room.post(update) == 200
    await room.sent()
    assert room.api.calls["sendMessage"] == sent
    cases = await room.place.tenancy.store.cases(room.place.tenancy.queues, limit=50)
    told = [
        line.text
        for case in cases
        for line in await room.place.tenancy.store.lines(case.conversation)
    ]
    assert told.count("he found the phone") == 1


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


async def test_a_body_that_is_too_large_is_answered_and_not_read(room: Room) -> None:
    assert await room.post(b'{"update_id": 1, "x": "' + b"x" * LARGEST) == 200


async def test_nothing_of_an_update_is_logged(room: Room, noor: Phone, logs: StringIO) -> None:
    await into_the_talk(noor)
    await noor.say("canary words")
    await room.post(replaced(noor.message("canary"), text=7, caption="canary words"))
    room.api.broken = 1
    await noor.say("canary words again")
    for secret in ("canary", str(noor.number), TOKEN, room.api.base):
        assert secret not in logs.getvalue()


async def test_what_cannot_be_kept_is_not_acknowledged_and_is_taken_when_it_comes_again(
    room: Room, noor: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await into_the_talk(noor)
    update, store = noor.message("words of mine"), room.place.tenancy.store

    async def busy(_change: Change) -> None:
        raise StoreBusy

    with monkeypatch.context() as broken:
        broken.setattr(store, "commit", busy)
        assert await room.post(update) == 503
    assert await room.post(update) == 200
    assert (await heard(room, noor)).count("words of mine") == 1


@pytest.mark.parametrize("place", ["before the row", "after the row"])
async def test_a_process_that_dies_between_commit_and_answer_loses_and_doubles_nothing(
    room: Room, noor: Phone, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    await into_the_talk(noor)
    update = noor.message("words of mine")

    async def dies(*_: object) -> None:
        raise NotSaved

    name = "keep" if place == "before the row" else "arm"
    with monkeypatch.context() as broken:
        broken.setattr(visit.Visit, name, dies)
        assert await room.post(update) == 503
    assert await room.post(update) == 200
    await room.sent()
    assert (await heard(room, noor)).count("words of mine") == 1
    talk = await noor.talk()
    assert (await room.chat()).sent == talk.last_seq


async def test_a_stranger_whose_greeting_could_not_be_sent_is_greeted_when_it_comes_again(
    room: Room, noor: Phone
) -> None:
    room.api.storm = 1
    update = noor.message("he is here, help")
    assert await room.post(update) == 503
    room.place.pace._next = 0.0  # noqa: SLF001 - the wait is over.
    assert await room.post(update) == 200
    assert noor.texts == ["Hello. Press Continue, or write here."]
    assert (await heard(room, noor)).count("he is here, help") == 1


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
