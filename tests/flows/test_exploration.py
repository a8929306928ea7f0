"""The explored set is the whole: a random walk on the real engine never leaves it (P1 to P11)."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.conversation import Ended
from flows.engine import advance, begin, begin_at_door
from flows.events import ChoiceMade, ChoicesMade, Event, WentBack
from flows.inputs import ALARMING, MOMENTS, OLDER, inputs
from tests.flows.proving import edition, explored, harbour, talk_of

WALKS, STEPS = (500, 100) if os.environ.get("JOURNEYS") == "full" else (50, 40)
"""2,000 moves in the normal run, 50,000 in the full one."""


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.randoms(use_true_random=False))
def test_a_random_walk_on_the_real_engine_never_leaves_the_explored_states(chance) -> None:  # type: ignore[no-untyped-def]
    doors = [None, *sorted(edition().doors)]
    door, moment = chance.choice(doors), chance.choice(MOMENTS)
    start = begin_at_door if door and chance.random() < 0.3 else begin
    talk = start(edition(), talk_of(edition(), door=door), moment).talk
    assert explored().has(talk)
    for _ in range(STEPS):
        events = [*inputs(edition(), talk), *[(WentBack(), moment)] * 3]
        event, moment = chance.choice(events)
        after = advance(edition(), talk, event, moment).talk
        assert explored().has(after), (talk.key, event)
        # A talk that has ended goes nowhere: walk on from where it stood.
        talk = talk if after.ended else after


def test_answers_that_matter_again_after_back_are_in_the_explored_states() -> None:
    choices = [
        ChoiceMade(value)
        for value in ("yes", "me", "no", "me", "18-or-over", "not-sure", "no", "at-times")
    ]
    talk = begin(edition(), talk_of(edition()), MOMENTS[0]).talk
    events: list[Event] = [
        *choices,
        ChoicesMade(("home",)),
        WentBack(),
        WentBack(),
        WentBack(),
        WentBack(),
    ]
    for event in events:
        talk = advance(edition(), talk, event, MOMENTS[0]).talk
        assert explored().has(talk)
    assert talk.key == "victim.hurt"
    assert talk.answers["victim.own-life"].values == ("at-times",)


def test_a_choice_that_was_put_over_a_question_is_in_the_explored_states() -> None:
    talk = begin(edition(), talk_of(edition()), MOMENTS[0]).talk
    pressed = [ChoiceMade(value) for value in ("yes", "me", "no", "me", "18-or-over", "no")]
    events: list[Event] = [*pressed, OLDER, ChoiceMade("adult"), WentBack(), ALARMING, WentBack()]
    asked = []
    for event in events:
        talk = advance(edition(), talk, event, MOMENTS[0]).talk
        assert explored().has(talk), event
        asked.append(talk.key)
    # Behind the choice the talk goes on where it was put over, in an emergency too.
    choice, neck, own_life, children = (
        f"victim.{step}" for step in ("which-team", "neck", "own-life", "children")
    )
    assert asked[-6:] == [neck, choice, own_life, choice, children, choice]


def test_every_step_of_every_flow_is_reached() -> None:
    said = {
        key.rsplit(".", 1)[0]
        for move in explored().moves
        for effect in move.turn.effects
        if (key := getattr(effect, "key", ""))
    }
    asked = {talk.key for talk in explored().talks}
    quiet = f"{edition().entry}.{edition().quiet.id}"
    for flow in edition().flows.values():
        for step in flow.steps.values():
            key = f"{flow.id}.{step.id}"
            assert key in (asked if step.is_question else said) or key == quiet


def test_all_ways_of_ending_are_reached() -> None:
    assert {talk.ended for talk in explored().talks} == {None, *Ended}


def test_the_path_to_a_state_leads_there_on_the_real_engine() -> None:
    """Every first way that has no *back* in it is real, from the beginning to its state."""
    found = explored()
    for number, move in found.first_moves.items():
        chain = [move]
        while chain[0].source != -1:
            chain.insert(0, found.first_moves[chain[0].source])
        if any(isinstance(link.event, WentBack) for link in chain):
            continue
        talk = chain[0].turn.talk
        for link in chain[1:]:
            for each in filter(None, (link.through, link)):
                assert each.event is not None
                before = talk.evolve(asked=max(talk.asked, each.before.asked))
                talk = advance(edition(), before, each.event, each.moment).talk
        assert found.numbers[found.state_of(talk)] == number


def test_the_library_as_it_is_breaks_nothing() -> None:
    from tests.flows.proving import proof_of

    assert [str(found) for found in proof_of(edition())] == []
    assert harbour().languages == ("en", "ur")
