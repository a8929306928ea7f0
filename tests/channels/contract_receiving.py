"""What comes in by the webhook: proved, taken once, in any order, never lost and never told of."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.channels.messenger import visit
from bot.channels.telegram.updates import LARGEST
from bot.inbound import NotSaved
from storage.errors import StoreBusy
from storage.store import Change
from tests.channels.casting import heard, into_the_talk
from tests.channels.phone import Phone, Room


class ReceivingContract:
    """Authenticity, repeats, order, lateness, size, and death at any point."""

    @pytest.mark.parametrize(
        ("secret", "path"),
        [("", ""), ("wrong", ""), (None, "0" * 64), (None, "notes"), ("é" * 3, "")],
    )
    async def test_what_is_not_telegram_s_gets_the_same_answer_and_nothing_happens(
        self, room: Room, noor: Phone, secret: str | None, path: str
    ) -> None:
        update = noor.message("hello")
        if secret and not secret.isascii():
            secret = secret.encode().decode("latin-1")
        assert await room.post(update, secret=secret, path=path) == 200
        assert (await room.chat()).version == 0
        assert room.api.calls.total() == 0

    async def test_a_repeat_is_answered_and_not_applied_again(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        update = noor.message("my own words")
        for _ in range(3):
            assert await room.post(update) == 200
        await room.sent()
        assert (await heard(room, noor)).count("my own words") == 1

    async def test_repeats_at_once_are_one(self, room: Room, noor: Phone) -> None:
        await into_the_talk(noor)
        update = noor.message("my own words")
        assert await asyncio.gather(*(room.post(update) for _ in range(8))) == [200] * 8
        assert (await heard(room, noor)).count("my own words") == 1

    async def test_permuted_and_repeated_updates_are_each_taken_once(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        updates = [noor.message(f"words {n} of mine") for n in range(12)]
        mixed = updates * 2
        random.Random(7).shuffle(mixed)
        for update in mixed:
            assert await room.post(update) == 200
        assert sorted(w for w in await heard(room, noor) if w.startswith("words")) == sorted(
            f"words {n} of mine" for n in range(12)
        )

    async def test_nothing_follows_an_exit_whatever_comes_late(
        self, room: Room, noor: Phone
    ) -> None:
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

    async def test_a_body_that_is_too_large_is_answered_and_not_read(self, room: Room) -> None:
        assert await room.post(b'{"update_id": 1, "x": "' + b"x" * LARGEST) == 200

    async def test_what_cannot_be_kept_is_not_acknowledged_and_is_taken_when_it_comes_again(
        self, room: Room, noor: Phone, monkeypatch: pytest.MonkeyPatch
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
        self, room: Room, noor: Phone, monkeypatch: pytest.MonkeyPatch, place: str
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
        self, room: Room, noor: Phone
    ) -> None:
        room.api.storm = 1
        update = noor.message("he is here, help")
        assert await room.post(update) == 503
        room.place.pace._next = 0.0  # noqa: SLF001 - the wait is over.
        assert await room.post(update) == 200
        assert noor.texts == ["Hello. Press Continue, or write here."]
        assert (await heard(room, noor)).count("he is here, help") == 1
