"""Nobody has come: the visitor hears the truth, where it is known to be safe, and nothing more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.conversation import Owner, Safety
from flows.effects import Ask, Say, ShowNumbers
from flows.engine import advance
from flows.events import (
    CameBack,
    ChoiceMade,
    Event,
    ExitTaken,
    NobodyAnswered,
    PersonWanted,
    WorkerJoined,
)
from tests.flows.proving import STAFFED, edition
from tests.flows.test_engine import DANGER, SAFE, TO_VICTIM, after, asks, says

IN_DANGER = (*SAFE, ChoiceMade("yes"))


def told(*events: Event) -> list[str]:
    return says(after(*events, NobodyAnswered()))


def test_the_truth_is_said_and_the_question_that_stood_is_put_again() -> None:
    turn = after(*IN_DANGER, NobodyAnswered())
    assert says(turn) == ["replies.no-answer-yet"]
    assert asks(turn) == ["entry.where"]
    assert turn.talk == after(*IN_DANGER).talk


def test_beside_a_worker_who_does_not_answer_it_is_said_without_a_question() -> None:
    turn = after(*TO_VICTIM, WorkerJoined(), NobodyAnswered())
    assert turn.effects == (Say("replies.no-answer-yet"),)
    assert turn.talk.owner is Owner.WORKER


@pytest.mark.parametrize(
    "events",
    [
        (ChoiceMade("no"), DANGER),
        (DANGER,),
        (*IN_DANGER, ExitTaken()),
        (*IN_DANGER, CameBack()),
    ],
    ids=["not safe", "not asked yet whether it is", "has left", "is being asked again"],
)
def test_nothing_is_said_where_it_may_not_be_safe(events: tuple[Event, ...]) -> None:
    before = after(*events)
    turn = after(*events, NobodyAnswered())
    assert turn.effects == ()
    assert turn.talk == before.talk


def test_nothing_is_said_after_a_silence_and_nothing_is_asked() -> None:
    late = replace(STAFFED, now=STAFFED.now + timedelta(hours=1), after_silence=True)
    turn = advance(edition(), after(*IN_DANGER).talk, NobodyAnswered(), late)
    assert turn.effects == ()
    assert turn.talk.safety is Safety.SAFE


def test_a_second_word_alarms_the_desk_and_shows_by_nothing_that_is_said() -> None:
    # Of such a talk the case alone is an emergency: whoever looks on must not hear of one (P16).
    assert told(*TO_VICTIM, PersonWanted()) == []
    words = [
        after(*TO_VICTIM, CameBack(by_other=other), ChoiceMade("yes")) for other in (False, True)
    ]
    first, second = (
        advance(edition(), turn.talk, NobodyAnswered(), STAFFED).effects for turn in words
    )
    assert first == second == ()


def test_no_numbers_show_that_were_not_asked_for() -> None:
    turn = after(*IN_DANGER, NobodyAnswered())
    assert not any(isinstance(effect, ShowNumbers) for effect in turn.effects)
    assert isinstance(turn.effects[-1], Ask)
