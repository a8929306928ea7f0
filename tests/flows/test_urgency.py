"""Urgency only grows, each point has its reason, and guards read answers by name."""

from hypothesis import given
from hypothesis import strategies as st

from flows.answers import Answer, Given, is_met
from flows.conversation import Conversation
from flows.urgency import Grade, Imminence, Level, Reason, Severity, Urgency
from tests.flows.proving import NOW, edition, talk_of

GRADES = st.builds(Grade, st.sampled_from(Severity), st.sampled_from(Imminence))
REASONS = st.builds(Reason, st.sampled_from("ab"), st.sampled_from("xyz"), GRADES, st.just(NOW))


@given(st.lists(REASONS, max_size=8), REASONS)
def test_another_reason_never_lowers_anything(reasons: list[Reason], more: Reason) -> None:
    urgency = Urgency()
    for reason in reasons:
        urgency = urgency.with_reason(reason)
    after = urgency.with_reason(more)
    assert after.severity >= urgency.severity
    assert after.imminence >= urgency.imminence
    assert after.level >= urgency.level
    assert after.reasons[: len(urgency.reasons)] == urgency.reasons


def test_the_same_words_from_the_same_place_count_once() -> None:
    reason = Reason("victim.hurt", "recent", Grade(Severity.SEVERE), NOW)
    once = Urgency().with_reason(reason)
    assert once.with_reason(reason) is once
    assert len(once.with_reason(Reason("victim.hurt", "before", Grade(), NOW)).reasons) == 2


def test_now_is_an_emergency_and_grave_or_today_is_high() -> None:
    def level(severity: Severity, imminence: Imminence) -> Level:
        return Urgency((Reason("s", "w", Grade(severity, imminence), NOW),)).level

    assert level(Severity.NONE, Imminence.NOW) is Level.EMERGENCY
    assert level(Severity.SERIOUS, Imminence.UNKNOWN) is Level.HIGH
    assert level(Severity.NONE, Imminence.TODAY) is Level.HIGH
    assert level(Severity.CONCERN, Imminence.RECENT) is Level.USUAL
    assert Urgency().level is Level.USUAL


def test_a_guard_wants_one_of_its_names_for_every_key() -> None:
    guard = {"a": frozenset({"x", "y"}), "b": frozenset({"z"})}
    assert is_met(guard, {"a": ("y", "w"), "b": ("z",)})
    assert not is_met(guard, {"a": ("y",)})
    assert not is_met(guard, {"a": ("w",), "b": ("z",)})
    assert is_met({}, {})


def test_an_answer_goes_by_its_values_or_else_by_how_it_was_given() -> None:
    assert Answer(Given.CHOSEN, NOW, ("home", "baby")).names == ("home", "baby")
    assert Answer(Given.SAID, NOW, words="at night").names == ("said",)
    assert Answer(Given.SKIPPED, NOW).names == ("skipped",)


def test_a_talk_evolves_into_one_that_differs_only_there() -> None:
    talk = talk_of(edition())
    other = talk.evolve(asked=3)
    assert other.asked == 3
    assert other.evolve(asked=talk.asked) == talk
    assert isinstance(other, Conversation)


def test_a_talk_has_no_fields_but_its_own() -> None:
    import pytest

    with pytest.raises(TypeError, match="surname"):
        talk_of(edition()).evolve(surname="x")
