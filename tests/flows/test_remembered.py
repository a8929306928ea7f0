"""What is remembered of a turn is what the engine says of it, whoever came before (P1 to P11)."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import engine, remembered
from flows.answers import Answer, Given
from flows.conversation import Conversation, Owner, Safety
from flows.edition import Edition, library_sources, make_edition
from flows.events import ChoiceMade, ChoicesMade, Event, Moment, WentBack
from flows.inputs import MOMENTS, inputs
from flows.remembered import Outcome
from flows.turn import Turn
from flows.walk import QUEUED_BY
from flows.watching import Watched, with_answers
from tenants.tenant import load_tenants
from tests.flows.proving import NOW, STAFFED, edition, talk_of

WALKS, STEPS = (500, 100) if os.environ.get("JOURNEYS") == "full" else (40, 30)

EDITIONS = [make_edition(library_sources(tenant), tenant) for tenant in load_tenants().values()]
WORDS = "he has my keys"


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.randoms(use_true_random=False))
def test_on_a_random_walk_memory_and_engine_agree_at_every_turn(chance: Random) -> None:
    walked = chance.choice(EDITIONS)
    door = chance.choice([None, *sorted(walked.doors)])
    start = engine.begin_at_door if door and chance.random() < 0.3 else engine.begin
    talk = start(walked, talk_of(walked, door=door), chance.choice(MOMENTS)).talk
    for number in range(STEPS):
        event, moment = chance.choice([*inputs(walked, talk), (WentBack(), chance.choice(MOMENTS))])
        moment = replace(moment, now=moment.now + timedelta(minutes=number))
        # The same in circumstances that differ in one thing: memory must not take one for another.
        for there, then in ((talk, moment), *varied(chance, walked, talk, moment), (talk, moment)):
            turn = engine.advance(walked, there, event, then)
            assert remembered.advance(walked, there, event, then) == turn, (talk.key, event)
        talk = talk if turn.talk.ended else turn.talk


def varied(
    chance: Random, walked: Edition, talk: Conversation, moment: Moment
) -> Iterator[tuple[Conversation, Moment]]:
    yield talk.evolve(door=chance.choice([None, *sorted(walked.doors)])), moment
    yield talk.evolve(asked=chance.choice([0, QUEUED_BY - 1, QUEUED_BY])), moment
    yield talk.evolve(is_case_open=not talk.is_case_open), moment
    for owner in (Owner.BOT, Owner.QUEUE):
        yield talk.evolve(owner=owner, asked=QUEUED_BY - 1, is_case_open=True), moment
    yield talk, replace(moment, staffed_apart=not moment.staffed_apart)
    yield talk.evolve(safety=chance.choice([Safety.SAFE, Safety.NOT_ASKED])), moment
    yield talk, replace(chance.choice(MOMENTS), now=moment.now)
    for key in chance.sample(sorted(talk.answers), min(2, len(talk.answers))):
        yield talk.evolve(answers={**talk.answers, key: Answer(Given.SKIPPED, NOW)}), moment
        yield talk.evolve(answers={k: a for k, a in talk.answers.items() if k != key}), moment


def fresh() -> Edition:
    return replace(edition())


def outcomes(of: Edition) -> list[Outcome]:
    return [kept for kept in of.memory.values() if isinstance(kept, Outcome)]


def test_the_engine_is_asked_once_for_all_who_answer_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    published, asked = fresh(), list[Event]()
    decide = engine.advance

    def count(edition: Edition, talk: Conversation, event: Event, moment: Moment) -> Turn:
        asked.append(event)
        return decide(edition, talk, event, moment)

    monkeypatch.setattr(engine, "advance", count)
    for _ in range(3):
        talk = engine.begin(published, talk_of(published), STAFFED).talk
        for value in ("yes", "me", "no", "me"):
            talk = remembered.advance(published, talk, ChoiceMade(value), STAFFED).talk
    assert talk.key == "victim.age"
    assert len(asked) == 4


def test_what_a_visitor_wrote_is_nowhere_in_it() -> None:
    published = fresh()
    talk = engine.begin(published, talk_of(published), STAFFED).talk
    for event in (
        ChoiceMade("yes", words=WORDS),
        ChoiceMade(WORDS),
        ChoicesMade((WORDS, "yes")),
    ):
        remembered.advance(published, talk, event, STAFFED)
    assert published.memory == {}
    talk = talk.evolve(answers={"entry.safe-to-talk": Answer(Given.SAID, NOW, words=WORDS)})
    remembered.advance(published, talk, ChoiceMade("yes"), STAFFED)
    assert outcomes(published)
    assert WORDS not in repr(published.memory)


def test_an_answer_that_is_a_reason_for_urgency_is_decided_for_each() -> None:
    published = fresh()
    talk = engine.begin(published, talk_of(published), STAFFED).talk
    for value in ("yes", "me", "yes"):
        talk = remembered.advance(published, talk, ChoiceMade(value), STAFFED).talk
    assert talk.urgency.is_emergency
    assert not any("entry.danger-now" in outcome.answered for outcome in outcomes(published))


def test_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "KEPT", 2)
    published = fresh()
    talk = engine.begin(published, talk_of(published), STAFFED).talk
    for value in ("yes", "me", "no"):
        talk = remembered.advance(published, talk, ChoiceMade(value), STAFFED).talk
        assert len(published.memory) <= 2
    assert [list(outcome.answered) for outcome in outcomes(published)] == [["entry.danger-now"]]


def test_another_edition_has_a_memory_of_its_own() -> None:
    published = fresh()
    talk = engine.begin(published, talk_of(published), STAFFED).talk
    remembered.advance(published, talk, ChoiceMade("yes"), STAFFED)
    assert published.memory
    assert replace(published).memory == {}


def test_what_is_read_of_the_answers_is_noted_and_what_is_added_is_not() -> None:
    said = Answer(Given.SAID, NOW, words=WORDS)
    watched = with_answers(Watched({"a.b": said}, {}), {"a.c": said})
    assert isinstance(watched, Watched)
    assert (watched.get("a.b"), watched.get("a.c"), watched.get("a.d")) == (said, said, None)
    assert watched.read == {"a.b": (True, ("said",)), "a.d": None}
    with pytest.raises(NotImplementedError):
        dict(watched)
