"""What a typed text names: a choice in any language, a way out, or nothing but itself."""

from typing import get_args

import pytest

from bot.house import House
from bot.understanding import COMMANDS, Understanding
from flows.conversation import Conversation, ConversationId, FlowId, Owner, Safety, StepId
from flows.edition import Edition
from flows.effects import Hear
from flows.engine import advance
from flows.events import DID, ChoiceMade, ChoicesMade, ExitTaken, Moment, Skipped, StopSaid
from locales.words import Command
from tests.house import HARBOUR, NOW


@pytest.fixture
def understanding(house: House) -> Understanding:
    return house.door.tools.understanding


@pytest.fixture
def edition(house: House) -> Edition:
    return house.tenancies[HARBOUR].edition


def at(edition: Edition, flow: str, step: str, **changes: object) -> Conversation:
    return Conversation(
        id=ConversationId("talk-of-noor"),
        tenant=HARBOUR,
        channel="web",
        edition=edition.id,
        language="en",
        flow=FlowId(flow),
        step=StepId(step),
        safety=Safety.SAFE,
    ).evolve(**changes)


@pytest.mark.parametrize("typed", ["Yes", "yes.", " TAK ", "ہاں", "1"])
def test_a_label_in_any_language_is_its_choice(
    understanding: Understanding, edition: Edition, typed: str
) -> None:
    talk = at(edition, "entry", "danger-now")
    assert understanding.read(edition, talk, typed) == ChoiceMade("yes", typed)


@pytest.mark.parametrize(
    ("step", "typed", "answer"),
    [
        ("safe-to-talk", "Yes I am alone", "yes"),
        ("safe-to-talk", "i can talk", "yes"),
        ("safe-to-talk", "tak, jestem sama", "yes"),
        ("safe-to-talk", "not safe", "no"),
        ("danger-now", "I'm not safe", "yes"),
        ("danger-now", "nie jestem bezpieczna", "yes"),
        ("danger-now", "main mehfooz nahi hun", "yes"),
    ],
)
def test_the_words_people_use_are_the_choice_they_mean(
    understanding: Understanding, edition: Edition, step: str, typed: str, answer: str
) -> None:
    assert understanding.read(edition, at(edition, "entry", step), typed) == ChoiceMade(
        answer, typed
    )


@pytest.mark.parametrize("typed", ["yes he is here", "no no he is not here now", "9", "1234", ""])
def test_a_sentence_stays_a_sentence(
    understanding: Understanding, edition: Edition, typed: str
) -> None:
    assert understanding.read(edition, at(edition, "entry", "danger-now"), typed) is None


@pytest.mark.parametrize(
    ("age", "answer"),
    [
        ("15", "under-16"),
        ("im 15", "under-16"),
        ("15 years old", "under-16"),
        ("mam 15 lat", "under-16"),
        ("i am sixteen", "16-or-17"),
        ("under 18", "16-or-17"),
        ("nie mam 18", "16-or-17"),
        ("18", "18-or-over"),
        ("I'm 34, I think", "18-or-over"),
        ("2", "16-or-17"),
    ],
)
def test_an_age_is_read_as_an_age_and_not_as_a_place_in_the_list(
    understanding: Understanding, edition: Edition, age: str, answer: str
) -> None:
    talk = at(edition, "victim", "age")
    assert understanding.read(edition, talk, age) == ChoiceMade(answer, age)


def test_one_of_several_is_a_choice_of_one(understanding: Understanding, edition: Edition) -> None:
    talk = at(edition, "victim", "needs")
    typed = "Help for my children"
    assert understanding.read(edition, talk, typed) == ChoicesMade(("children",), typed)


def test_with_a_worker_only_leaving_is_understood(
    understanding: Understanding, edition: Edition
) -> None:
    talk = at(edition, "entry", "danger-now", owner=Owner.WORKER)
    assert understanding.read(edition, talk, "yes") is None
    assert understanding.read(edition, talk, "skip") is None
    assert understanding.read(edition, talk, "stop") == StopSaid()
    assert understanding.read(edition, talk, "exit") == ExitTaken()


def test_a_way_out_is_understood_at_every_question(
    understanding: Understanding, edition: Edition
) -> None:
    for flow in edition.flows.values():
        for step in flow.steps.values():
            if step.is_question:
                talk = at(edition, flow.id, step.id)
                assert understanding.read(edition, talk, "exit") == ExitTaken(), step.id
                assert understanding.read(edition, talk, "skip") == Skipped(), step.id


def test_every_typed_command_is_written_as_the_engine_writes_it(edition: Edition) -> None:
    assert set(COMMANDS) == set(get_args(Command))
    for event in COMMANDS.values():
        turn = advance(edition, at(edition, "entry", "danger-now"), event, Moment(NOW, True))
        heard = next(effect for effect in turn.effects if isinstance(effect, Hear))
        assert heard.did == DID[type(event)]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("1, 9", ("talk", "money")),
        ("2 and 3", ("safe-place", "home-security")),
        ("2 i 3", ("safe-place", "home-security")),
        ("1 اور 6", ("talk", "legal")),
        ("१ और ६", ("talk", "legal")),
        ("6,6", ("legal",)),
        ("12", ("not-sure",)),
    ],
)
def test_the_numbers_of_several_choices_are_those_choices(
    understanding: Understanding, edition: Edition, typed: str, chosen: tuple[str, ...]
) -> None:
    talk = at(edition, "victim", "needs")
    assert understanding.read(edition, talk, typed) == ChoicesMade(chosen, typed)


@pytest.mark.parametrize("typed", ["1, 99", "1 or so", "0", "2 children and 1 dog"])
def test_a_list_with_anything_else_in_it_stays_words(
    understanding: Understanding, edition: Edition, typed: str
) -> None:
    assert understanding.read(edition, at(edition, "victim", "needs"), typed) is None


def test_two_numbers_name_nothing_where_one_choice_counts(
    understanding: Understanding, edition: Edition
) -> None:
    assert understanding.read(edition, at(edition, "entry", "danger-now"), "1, 2") is None


@pytest.mark.parametrize(
    ("language", "typed", "choice"),
    [
        ("en", "no dont call me", "no"),
        ("en", "please not", "no"),
        ("en", "yes please", ""),
        ("en", "no problem", ""),
        ("en", "i dont know", ""),
        ("en", "maybe", ""),
        ("pl", "nie dzwońcie do mnie", "no"),
        ("ur", "مجھے کال نہ کریں", "no"),
        ("so", "fadlan ha i soo wicin", "no"),
        ("tr", "lütfen sakın aramayın beni", "no"),
        ("ar", "لا تتصلوا بي", "no"),
    ],
)
def test_a_refusal_of_contact_is_heard_in_any_words(
    understanding: Understanding, edition: Edition, language: str, typed: str, choice: str
) -> None:
    talk = at(edition, "victim", "contact", language=language)
    assert understanding.read(edition, talk, typed) is None
    assert understanding.lean(edition, talk, typed) == choice


def test_a_yes_is_the_one_way_there_is(understanding: Understanding, edition: Edition) -> None:
    talk = at(edition, "grown-up", "call")
    assert understanding.lean(edition, talk, "yes in the evening") == "call"
    assert understanding.lean(edition, talk, "no he is home then") == "no"


def test_no_other_question_leans(understanding: Understanding, edition: Edition) -> None:
    assert understanding.lean(edition, at(edition, "victim", "hurt"), "no not really") == ""
