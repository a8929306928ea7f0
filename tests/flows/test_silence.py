"""After a silence: what is done is kept and heeded, and safety is asked before anything is said."""

from dataclasses import replace

import pytest

from flows.conversation import Conversation, Ended, FlowId, Owner, Safety
from flows.effects import Ask, Effect, Hear, QueueCase, RaiseAlarm, Say, ShowNumbers
from flows.engine import advance, begin
from flows.events import (
    ChoiceMade,
    DoorChanged,
    Event,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    TextReceived,
    WentBack,
    WorkerJoined,
    WorkerLeft,
)
from flows.screening import Level, Marker, Screening
from flows.turn import Turn
from tests.flows.proving import (
    DANGER_FOUND,
    NOBODY,
    NOTHING_FOUND,
    STAFFED,
    edition,
    talk_of,
)

LATER = replace(STAFFED, after_silence=True)
ASKED = Ask(FlowId("entry"), edition().safety.id)
WORDS = TextReceived("a few words", NOTHING_FOUND)
DANGER = TextReceived("he will kill me", DANGER_FOUND)
OWN_LIFE = TextReceived(
    "i want to die", Screening(Level.HIGH, (Marker("suicide", Level.HIGH, "die", "rule"),), "en")
)
YES, NO = ChoiceMade("yes"), ChoiceMade("no")
TO_VICTIM = (YES, ChoiceMade("me"), NO, ChoiceMade("me"))


def talked(*events: Event) -> Conversation:
    talk = begin(edition(), talk_of(edition()), STAFFED).talk
    for event in events:
        talk = advance(edition(), talk, event, STAFFED).talk
    return talk


def back(event: Event, *before: Event) -> Turn:
    """Noor does this after a silence, at the age question of the victim's door."""
    return advance(edition(), talked(*(before or TO_VICTIM)), event, LATER)


def kinds(turn: Turn) -> list[type[Effect]]:
    return [type(effect) for effect in turn.effects]


@pytest.mark.parametrize(
    "event",
    [
        *(WORDS, ChoiceMade("18-or-over"), ChoiceMade("no such value"), Skipped(), WentBack()),
        *(LimitsWanted(), LanguageChanged("ur"), DoorChanged(FlowId("third-party"))),
    ],
    ids=lambda event: type(event).__name__,
)
def test_whatever_is_done_safety_is_asked_and_nothing_else_is_said(event: Event) -> None:
    turn = back(event)
    assert kinds(turn) == [Hear, Ask]
    assert turn.effects[-1] == ASKED
    assert turn.talk.safety is Safety.ASK_AGAIN
    assert turn.talk.key == "victim.age"
    assert "victim.age" not in turn.talk.answers


def test_a_person_is_queued_and_danger_alarms_unseen() -> None:
    assert kinds(back(PersonWanted())) == [Hear, QueueCase, Ask]
    assert kinds(back(DANGER)) == [Hear, RaiseAlarm, QueueCase, Ask]
    pressed = back(ChoiceMade("yes"), YES, ChoiceMade("me"))
    assert kinds(pressed) == [Hear, RaiseAlarm, QueueCase, Ask]


def test_numbers_that_are_asked_for_are_shown() -> None:
    assert kinds(back(NumbersWanted())) == [Hear, Say, ShowNumbers, Ask]


def test_leaving_is_as_ever() -> None:
    assert back(ExitTaken()).talk.ended is Ended.EXIT
    assert back(StopSaid()).talk.ended is Ended.STOP


def test_yes_puts_the_question_that_stood_again() -> None:
    turn = advance(edition(), back(WORDS).talk, YES, STAFFED)
    assert kinds(turn) == [Hear, Ask]
    assert turn.effects[-1] == Ask(FlowId("victim"), edition().flows[FlowId("victim")].first)
    assert turn.talk.safety is Safety.SAFE
    assert not turn.talk.is_interrupted


@pytest.mark.parametrize("event", [NO, ChoiceMade("not-sure"), Skipped(), WORDS])
def test_anything_else_is_quiet_and_carry_on_leads_to_the_same_place(event: Event) -> None:
    quiet = advance(edition(), back(WORDS).talk, event, STAFFED)
    assert quiet.talk.safety is Safety.UNSAFE
    assert quiet.effects[-1] == Ask(FlowId("entry"), edition().quiet.id)
    on = advance(edition(), quiet.talk, ChoiceMade("carry-on"), STAFFED)
    assert on.effects[-1] == Ask(on.talk.flow, on.talk.step)
    assert on.talk.key == "victim.age"


def test_who_types_is_asked_still_after_it_was_interrupted_and_not_safe() -> None:
    quiet = advance(edition(), back(WORDS, YES).talk, NO, STAFFED)
    on = advance(edition(), quiet.talk, ChoiceMade("carry-on"), STAFFED)
    assert on.talk.key == "entry.who-types"


def test_the_safety_question_itself_is_not_asked_twice() -> None:
    at_safety = talked(YES, WentBack())
    assert at_safety.key == "entry.safe-to-talk"
    asked = advance(edition(), at_safety, WORDS, LATER)
    assert advance(edition(), asked.talk, YES, STAFFED).talk.key == "entry.who-types"


@pytest.mark.parametrize(
    ("moment", "key"),
    [(STAFFED, "replies.danger-heard"), (NOBODY, "replies.danger-heard-nobody-here")],
)
def test_danger_that_was_heard_is_answered_once_it_is_safe(moment: object, key: str) -> None:
    turn = advance(edition(), back(DANGER).talk, YES, moment)  # type: ignore[arg-type]
    assert [e.key for e in turn.effects if isinstance(e, Say)][:1] == [key]
    assert ShowNumbers("victim", ("danger",)) in turn.effects
    assert turn.talk.owed == ()


def test_words_of_ending_a_life_are_answered_once_it_is_safe() -> None:
    asked = back(OWN_LIFE)
    assert ShowNumbers not in kinds(asked)
    turn = advance(edition(), asked.talk, YES, STAFFED)
    assert ShowNumbers("victim", ("suicide",)) in turn.effects


def test_a_childs_age_leads_to_their_own_limits_once_it_is_safe() -> None:
    asked = back(replace(WORDS, age=13))
    assert kinds(asked) == [Hear, Ask]
    turn = advance(edition(), asked.talk, YES, STAFFED)
    assert turn.effects[1] == Say("young-people.how-this-works.say")


def test_beside_a_worker_it_is_asked_too_and_then_they_are_named() -> None:
    asked = back(DANGER, *TO_VICTIM, WorkerJoined())
    assert asked.talk.owner is Owner.WORKER
    assert asked.effects[-1] == ASKED
    turn = advance(edition(), asked.talk, YES, STAFFED)
    assert turn.effects[1:] == (Say("replies.worker-here"),)
    left = advance(edition(), asked.talk, WorkerLeft(), STAFFED)
    assert kinds(left) == []
    on = advance(edition(), left.talk, YES, STAFFED)
    assert Say("replies.danger-heard") in on.effects


def test_what_was_never_safe_is_not_asked_again() -> None:
    quiet = talked(NO)
    assert advance(edition(), quiet, WORDS, LATER).talk.safety is Safety.UNSAFE
    first = talked()
    assert advance(edition(), first, YES, LATER).talk.safety is Safety.SAFE
