"""The proofs of safety can fail: the engine is spoiled after a silence, and the proof says so."""

from dataclasses import replace

import pytest

from flows.conversation import Conversation, Owner, Safety
from flows.edition import Edition
from flows.effects import RaiseAlarm, Say, ShowNumbers
from flows.engine import advance
from flows.events import CameBack, ChoiceMade, Event, Moment, Skipped
from flows.turn import Turn
from tests.flows.proving import Spoil, caught


def _no_silence(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return advance(e, talk, event, replace(now, after_silence=False))


def _loud_again(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_asked = turn.talk.safety is Safety.ASK_AGAIN and turn.talk.urgency.is_emergency
    return turn.then(ShowNumbers("victim", ("danger",))) if is_asked else turn


def _unheeded(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_kept = now.after_silence and isinstance(event, ChoiceMade)
    return turn.now(urgency=talk.urgency) if is_kept else turn


def _never_told(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    return advance(e, talk.evolve(owed=()), event, now)


def _skip_is_safe(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_asked = talk.safety is Safety.ASK_AGAIN and isinstance(event, Skipped)
    return turn.now(safety=Safety.SAFE) if is_asked else turn


def _word_tells(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_other = isinstance(event, CameBack) and event.by_other and not talk.ended
    return turn.then(Say("replies.danger-heard")) if is_other else turn


def _word_queues(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    is_other = isinstance(event, CameBack) and event.by_other
    is_bot = talk.owner is Owner.BOT and not talk.ended
    return turn.now(owner=Owner.QUEUE) if is_other and is_bot else turn


def _unalarmed(e: Edition, talk: Conversation, event: Event, now: Moment, turn: Turn) -> Turn:
    if not isinstance(event, CameBack):
        return turn
    return Turn(turn.talk, tuple(f for f in turn.effects if not isinstance(f, RaiseAlarm)))


DEFECTS: dict[str, tuple[Spoil, str, str]] = {
    "a silence is ignored": (_no_silence, "P15", "a silence is ignored"),
    "numbers show while safety is asked again": (_loud_again, "P3", "shows while it is unsafe"),
    "danger pressed after a silence is not heeded": (_unheeded, "P3", "raises no alarm"),
    "danger heard in a silence is never answered": (_never_told, "P3", "never answered"),
    "safety asked again and skipped is safe": (_skip_is_safe, "P5", "counts as safe"),
    "a second word tells of itself": (_word_tells, "P16", "sees more"),
    "a second word leads elsewhere": (_word_queues, "P16", "shows later"),
    "a second word raises no alarm": (_unalarmed, "P16", "raises no alarm"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_an_engine_spoiled_in_safety_is_caught_by_its_proof(name: str) -> None:
    spoil, rule, part = DEFECTS[name]
    found = caught(spoil, rule, part)
    assert found, name
    assert "; path: begin" in found[0]
