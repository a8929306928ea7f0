"""Whole talks by Telegram: the greeting, the flow, a worker's reply, the way out."""

from datetime import timedelta

import pytest

from flows.conversation import Ended, Owner
from handoff.desk import Claim, Move, Reply
from handoff.reference import Reference
from tests.channels.phone import Phone, Room
from tests.house import on_shift


async def into_the_talk(noor: Phone) -> None:
    await noor.say("/start")
    await noor.press("Continue")


class TalkContract:
    """Greeting, flow, worker, languages and the way out."""

    async def test_the_first_thing_is_neutral_and_the_talk_begins_with_continue(
        self, noor: Phone
    ) -> None:
        assert await noor.say("/start") == 200
        (greeting,) = noor.texts
        assert greeting == "Hello. Press Continue, or write here."
        await noor.press("Continue")
        assert noor.texts[-1].startswith("Is it all right for you to write here now?")
        assert "this page" not in " ".join(noor.texts)
        assert "Write exit, or press Exit" in " ".join(noor.texts)

    async def test_a_button_and_a_typed_word_and_a_number_answer_alike(self, noor: Phone) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        assert noor.texts[-1].startswith("Who is typing?")
        await noor.say("me")
        assert noor.texts[-1].startswith("Is anyone in danger right now?")
        await noor.say("3")
        assert (await noor.talk()).answers["entry.danger-now"].values == ("no",)

    async def test_what_a_stranger_writes_before_continue_is_kept_and_heeded(
        self, room: Room, noor: Phone
    ) -> None:
        assert await noor.say("help he is here he will kill me") == 200
        assert noor.texts == ["Hello. Press Continue, or write here."]
        talk = await noor.talk()
        assert talk.owner is Owner.QUEUE
        await noor.press("Continue")
        assert len(noor.texts) > 2

    async def test_a_worker_s_reply_arrives_and_the_chat_is_cleared_by_exit(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        amira = await on_shift(room.house, "amira")
        reference = Reference((await noor.talk()).reference)
        await room.house.door.move(
            room.place.tenancy.tenant.id, Move("1", reference, amira, Claim())
        )
        reply = Move("2", reference, amira, Reply("I am here with you."))
        await room.house.door.move(room.place.tenancy.tenant.id, reply)
        await room.sent()
        assert noor.texts[-1] == "I am here with you."
        id = (await noor.talk()).id
        await noor.press("Exit")
        assert [t.partition(".")[0] for t in noor.texts] == [
            "We have taken away what the app lets us"
        ]
        assert not [s for s in room.api.visible(noor.number) if not s.is_ours]
        talk = await room.place.tenancy.store.conversation(id)
        assert talk is not None
        assert talk.ended is Ended.EXIT
        room.clock.move(timedelta(minutes=11))
        await room.sent()
        assert room.api.visible(noor.number) == []
        assert (await room.chat()).address == ""

    async def test_start_looks_the_same_whether_or_not_somebody_wrote_before(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        await noor.say("/start")
        first, again = noor.shown[0], noor.shown[-1]
        assert first.text == again.text
        assert [name for name, _ in first.buttons] == [name for name, _ in again.buttons]
        before = len(noor.texts)
        room.clock.move(timedelta(minutes=1))
        await noor.press("Continue")
        await noor.press("Continue", nth=0)
        assert (await noor.talk()).key == "entry.who-types"
        assert len(noor.texts) == before

    async def test_after_a_silence_comes_the_greeting_and_then_the_question(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        room.clock.move(timedelta(minutes=15))
        await noor.say("me")
        assert noor.texts[-1] == noor.texts[0]
        await noor.press("Continue")
        assert "all right" in noor.texts[-1]
        assert (await noor.talk()).answers.get("entry.who-types") is None

    async def test_a_word_brings_back_and_is_taken_from_the_screen(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        await noor.say("/word bluebell")
        id = (await noor.talk()).id
        assert "bluebell" not in str(room.api.visible(noor.number))
        room.clock.move(timedelta(minutes=15))
        await noor.say("/start")
        await noor.say("bluebell")
        assert "bluebell" not in str(room.api.visible(noor.number))
        assert (await noor.talk()).id == id
        assert "all right" in noor.texts[-1]

    async def test_continue_without_the_word_begins_another_talk(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        await noor.say("/word bluebell")
        first = (await noor.talk()).id
        opening = noor.texts[1:4]
        room.clock.move(timedelta(minutes=15))
        await noor.say("/start")
        await noor.press("Continue")
        assert (await noor.talk()).id != first
        assert noor.texts[-3:] == opening[-3:] or noor.texts[-1].startswith("Is it all right")

    async def test_what_is_not_words_is_answered_and_not_kept(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        before = await noor.talk()
        kinds = ("sticker", "voice", "photo", "contact", "location", "a-kind-to-come")
        for kind in kinds:
            assert await room.post(noor.message(parts={kind: {"file_id": "secret"}})) == 200
        assert await room.post(noor.update("edited_message", noor.message("x")["message"])) == 200
        await room.sent()
        assert (
            len([t for t in noor.texts if t.startswith("This could not be read")]) == len(kinds) + 1
        )
        assert (await noor.talk()).last_seq == before.last_seq

    async def test_stop_says_that_it_has_stopped_and_clears_too(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        id = (await noor.talk()).id
        await noor.say("stop")
        (goodbye,) = noor.texts
        assert goodbye.startswith("We have stopped, and we will not contact you.")
        talk = await room.place.tenancy.store.conversation(id)
        assert talk is not None
        assert talk.ended is Ended.STOP

    @pytest.mark.parametrize(("language", "word"), [("pl", "wyjście"), ("ur", "باہر نکلیں")])
    async def test_the_way_out_is_understood_in_each_language(
        self, room: Room, noor: Phone, language: str, word: str
    ) -> None:
        noor.language = language
        await noor.say("/start")
        await noor.press({"pl": "Dalej", "ur": "آگے"}[language])
        assert len(noor.texts) > 2
        await noor.say(word)
        assert len(noor.texts) == 1
        assert (await room.chat()).talk == ""

    async def test_exit_keeps_a_call_back_that_was_asked_for_and_stop_does_not(
        self, room: Room, noor: Phone
    ) -> None:
        store = room.place.tenancy.store
        for way, is_cancelled in (("exit", False), ("stop", True)):
            await into_the_talk(noor)
            await noor.press("Yes")
            reference = Reference((await noor.talk()).reference)
            await noor.say(way)
            case = await store.case(reference)
            assert case is not None
            assert bool(case.intake.get("contact_ended")) is is_cancelled

    async def test_numbers_stay_in_their_own_order_where_writing_runs_right_to_left(
        self, room: Room, noor: Phone
    ) -> None:
        noor.language = "ur"
        await noor.say("/start")
        await noor.press("آگے")
        await noor.say("نمبر")
        await room.post(noor.message("999"))
        await room.sent()
        told = "\n".join(noor.texts)
        assert "\u2066999\u2069" in told
        assert "\u20661.\u2069" in told

    async def test_a_long_reply_arrives_in_parts_and_in_order(
        self, room: Room, noor: Phone
    ) -> None:
        await into_the_talk(noor)
        await noor.press("Yes")
        amira = await on_shift(room.house, "amira")
        reference = Reference((await noor.talk()).reference)
        await room.house.door.move(
            room.place.tenancy.tenant.id, Move("1", reference, amira, Claim())
        )
        words = " ".join(f"word{n}" for n in range(480))
        await room.house.door.move(
            room.place.tenancy.tenant.id, Move("2", reference, amira, Reply(words))
        )
        await room.sent()
        parts = [text for text in noor.texts if text.startswith("word")]
        assert len(parts) == 2
        assert " ".join(parts) == words
