"""What an edition finds by a key: of an answer, of a text, and of what is gone (P9)."""

from tests.flows.proving import edition


def test_an_answers_key_and_a_texts_key_find_the_same_step() -> None:
    step = edition().step_at("entry.danger-now")
    assert step is not None
    assert step.id == "danger-now"
    assert edition().step_at("entry.danger-now.ask") is step
    assert edition().step_at("entry.danger-now.choices.yes") is step


def test_a_key_of_no_flow_or_of_a_dropped_step_finds_nothing() -> None:
    assert edition().step_at("gone.danger-now") is None
    assert edition().step_at("entry.gone") is None
    assert edition().step_at("entry.") is None
    assert edition().step_at("") is None
    assert edition().flow_of("replies.waiting") is None


def test_a_dropped_steps_key_still_names_its_flow() -> None:
    flow = edition().flow_of("entry.gone.ask")
    assert flow is not None
    assert flow.id == "entry"
