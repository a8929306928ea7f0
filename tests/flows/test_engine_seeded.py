"""The proofs of turns and ways can fail: the engine is spoiled, and the named proof says so."""

from dataclasses import replace

import pytest

from flows.conversation import Conversation, Owner, Safety
from flows.edition import Edition
from flows.effects import Ask, CancelContact, QueueCase, RaiseAlarm, Say
from flows.engine import advance
from flows.events import (
    DoorChanged,
    Event,
    ExitTaken,
    Moment,
    NumbersWanted,
    PersonWanted,
    Skipped,
    TextReceived,
)
from flows.turn import Turn
from flows.urgency import Urgency
from tests.flows.proving import Spoil, caught


def _exit_asks(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return turn.then(Say("replies.closed")) if isinstance(event, ExitTaken) else turn


def _exit_is_stop(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return turn.then(CancelContact()) if isinstance(event, ExitTaken) else turn


def _left_is_asked(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return turn.then(Say("replies.closed")) if talk.ended else turn


def _person_waits(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_bot = isinstance(event, PersonWanted) and talk.owner is Owner.BOT and not talk.ended
    return turn.now(owner=Owner.BOT) if is_bot else turn


def _untrue(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_asked = isinstance(event, PersonWanted) and not now.staffed and not talk.ended
    return turn.then(Say("replies.person-wanted")) if is_asked else turn


def _hears_of_others(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    """The victim side's people are told of to everybody (P2)."""
    return advance(e, talk, event, replace(now, staffed_apart=None))


def _forgets(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return turn.now(urgency=Urgency()) if isinstance(event, Skipped) else turn


def _no_alarm(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return Turn(turn.talk, tuple(f for f in turn.effects if not isinstance(f, RaiseAlarm)))


def _not_queued(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    if not isinstance(event, TextReceived):
        return turn
    return Turn(turn.talk, tuple(f for f in turn.effects if not isinstance(f, QueueCase)))


def _loud(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return turn.then(Say("replies.danger-heard")) if turn.talk.is_silent else turn


def _hides(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_asked = isinstance(event, NumbersWanted) and talk.is_silent
    return Turn(turn.talk, ()) if is_asked else turn


def _mute(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    if not isinstance(event, Skipped):
        return turn
    return Turn(turn.talk, tuple(f for f in turn.effects if not isinstance(f, Ask | Say)))


def _never_queues(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_tenth = turn.talk.asked >= 10 and isinstance(event, Skipped)
    return turn.now(owner=talk.owner) if is_tenth else turn


def _door_is_safe(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    if isinstance(event, DoorChanged) and talk.safety is Safety.NOT_ASKED and not talk.ended:
        return advance(e, talk.evolve(safety=Safety.SAFE, flow="victim", step=""), event, now)
    return turn


ENGINE_DEFECTS: dict[str, tuple[Spoil, str, str]] = {
    "exit says goodbye": (_exit_asks, "P1", "exit is answered"),
    "exit takes back an agreed contact": (_exit_is_stop, "P1", "takes back a contact"),
    "something follows exit": (_left_is_asked, "P1", "after the visitor has left"),
    "a person is not queued": (_person_waits, "P2", "does not reach the queue"),
    "a reply is not true": (_untrue, "P2", "replies.person-wanted"),
    "a reply tells of the other side's people": (
        _hears_of_others,
        "P2",
        "replies.person-wanted is said when it is not true",
    ),
    "a step tells of the other side's people": (
        _hears_of_others,
        "P2",
        "using-abuse.placed.say is said when it is not true",
    ),
    "urgency is forgotten": (_forgets, "P3", "was removed"),
    "danger raises no alarm": (_no_alarm, "P3", "no alarm"),
    "danger waits": (_not_queued, "P3", "not queued"),
    "an alarm shows while it is unsafe": (_loud, "P3", "while it is unsafe"),
    "numbers are refused on a quiet page": (_hides, "P10", "not shown"),
    "a skip is met with silence": (_mute, "P11", "silence"),
    "the tenth question does not queue": (_never_queues, "P11", "question 10"),
    "another door before it is safe": (_door_is_safe, "P3", "another door"),
}


@pytest.mark.parametrize("name", ENGINE_DEFECTS)
def test_a_spoiled_engine_is_caught_by_its_proof(name: str) -> None:
    spoil, rule, part = ENGINE_DEFECTS[name]
    found = caught(spoil, rule, part)
    assert found, name
    assert "; path: begin" in found[0]
