"""What a worker enters is graded as a visitor's answers are, and nothing of it is said (R52)."""

import pytest

from flows.answers import Answer, Given
from flows.conversation import Conversation, ConversationId, FlowId, Owner
from flows.effects import OpenCase, QueueCase, RaiseAlarm
from flows.engine import advance
from flows.entered import Entered, doors_to_enter, enter, questions_to_enter
from flows.events import (
    CaseClosed,
    ChoiceMade,
    ExitTaken,
    TextReceived,
    WorkerJoined,
    WorkerLeft,
    WorkerReplied,
)
from flows.screening import Screening
from flows.turn import Turn
from flows.urgency import Level
from tests.flows.proving import DANGER_FOUND, NOTHING_FOUND, NOW, STAFFED, edition

VICTIM, USING_ABUSE = FlowId("victim"), FlowId("using-abuse")


def chosen(key: str, *values: str, found: Screening = NOTHING_FOUND) -> Entered:
    return Entered(key, Answer(Given.CHOSEN, NOW, values), found)


def entered(*given: Entered, door: FlowId = VICTIM) -> Turn:
    talk = Conversation(
        id=ConversationId("noor"),
        tenant=edition().tenant,
        channel="phone",
        edition=edition().id,
        language="en",
        flow=door,
    )
    return enter(edition(), talk, given, STAFFED)


def test_nothing_urgent_waits_in_the_queue_of_its_door() -> None:
    turn = entered(chosen("victim.hurt", "no"))
    assert turn.effects == (OpenCase(), QueueCase(VICTIM, "entered"))
    assert (turn.talk.owner, turn.talk.flow) == (Owner.QUEUE, VICTIM)
    assert turn.talk.urgency.level is Level.USUAL


def test_danger_is_graded_and_alarms_as_when_a_visitor_says_so() -> None:
    turn = entered(chosen("entry.danger-now", "yes"), chosen("victim.neck", "recent"))
    assert turn.talk.urgency.is_emergency
    assert [r.source for r in turn.talk.urgency.reasons] == ["entry.danger-now", "victim.neck"]
    assert [type(e) for e in turn.effects] == [OpenCase, RaiseAlarm, QueueCase]


def test_danger_in_what_is_typed_is_heard() -> None:
    told = Entered("victim.most-afraid", Answer(Given.SAID, NOW, words="kill me"), DANGER_FOUND)
    turn = entered(told)
    assert turn.talk.urgency.is_emergency
    assert "screening.threat-to-kill" in [r.source for r in turn.talk.urgency.reasons]


def test_the_using_abuse_door_waits_apart_and_a_young_age_goes_to_the_young() -> None:
    apart = entered(chosen("using-abuse.hurt-someone-today", "no"), door=USING_ABUSE)
    assert apart.effects[-1] == QueueCase(USING_ABUSE, "entered")
    young = entered(chosen("using-abuse.age", "under-16"), door=USING_ABUSE)
    assert young.talk.flow == "young-people"
    assert young.talk.urgency.level is Level.HIGH


@pytest.mark.parametrize("door", doors_to_enter(edition()))
def test_every_door_asks_of_danger_first_and_each_place_once(door: FlowId) -> None:
    questions = questions_to_enter(edition(), door)
    assert questions[0][0] == "entry.danger-now"
    places = [step.intake for _, step in questions if step.intake]
    assert len(places) == len(set(places))
    assert all(edition().step_at(key) is step for key, step in questions)


@pytest.mark.parametrize(
    "event",
    [
        *(WorkerJoined(), WorkerReplied("hello"), WorkerLeft(), CaseClosed(), ExitTaken()),
        *(ChoiceMade("yes"), TextReceived("hello", NOTHING_FOUND)),
    ],
)
def test_whatever_happens_to_it_nothing_is_said(event: object) -> None:
    talk = entered(chosen("victim.hurt", "no")).talk
    assert advance(edition(), talk, event, STAFFED).effects == ()  # type: ignore[arg-type]
