"""Effects to lines: the tenant's own words first, in the language they are really in."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from bot.house import House
from bot.render import Scribe, Wording
from flows.answers import Answer, Given
from flows.conversation import Conversation, ConversationId, FlowId, StepId
from flows.effects import Ask, Effect, Hear, RaiseAlarm, Relay, Say, ShowNumbers
from handoff.transcript import Expects, Line, Speaker
from tenants.areas import AreaId
from tests.house import HARBOUR, NOW


@pytest.fixture
def wording(house: House) -> Wording:
    harbour = house.tenancies[HARBOUR]
    return house.wording(harbour, harbour.edition, "ur")


def written(
    wording: Wording,
    *effects: Effect,
    inbox: bytes | None = None,
    answers: Mapping[str, Answer] = MappingProxyType({}),
) -> tuple[Line, ...]:
    talk = Conversation(
        id=ConversationId("talk-of-noor"),
        tenant=HARBOUR,
        channel="web",
        edition=wording.edition.id,
        language=wording.language,
        flow=FlowId("victim"),
        reference="7KM4-RDTX",
        answers=answers,
    )
    return Scribe(wording, talk, NOW, 7, "amira", inbox).write(effects)


def test_lines_follow_those_before_them_without_a_gap(wording: Wording) -> None:
    ask = Ask(FlowId("entry"), StepId("danger-now"))
    lines = written(wording, Say("replies.waiting"), RaiseAlarm(()), ask, Relay("سلام"))
    assert [line.seq for line in lines] == [8, 9, 10]
    assert {line.at for line in lines} == {NOW}


def test_a_question_comes_with_its_reason_and_its_choices(wording: Wording) -> None:
    (line,) = written(wording, Ask(FlowId("entry"), StepId("danger-now")))
    assert line.expects is Expects.ONE
    assert line.step == "entry.danger-now"
    assert [choice.value for choice in line.choices] == ["yes", "soon", "no", "not-sure"]
    assert line.choices[0].label == "ہاں"
    assert line.why


def test_only_what_came_in_carries_its_id_and_only_a_worker_a_name(wording: Wording) -> None:
    heard, said, relayed = written(
        wording, Hear("hello"), Say("replies.waiting"), Relay("hello"), inbox=b"id"
    )
    assert (heard.speaker, heard.inbox, heard.by) == (Speaker.VISITOR, b"id", "")
    assert (said.speaker, said.inbox, said.by) == (Speaker.BOT, None, "")
    assert (relayed.speaker, relayed.inbox, relayed.by) == (Speaker.WORKER, b"id", "amira")


def test_a_choice_is_written_by_its_label_and_words_as_they_were(wording: Wording) -> None:
    at = (FlowId("entry"), StepId("danger-now"))
    pressed, typed = written(wording, Hear("", ("yes",), *at), Hear("yes?", ("yes",), *at))
    assert (pressed.text, typed.text) == ("ہاں", "yes?")
    assert pressed.values == typed.values == ("yes",)


def test_a_text_without_a_translation_is_said_to_be_english(wording: Wording) -> None:
    current = dict(wording.current) | {"replies.waiting": "A text of this morning."}
    (line,) = written(replace(wording, current=current), Say("replies.waiting"))
    assert (line.text, line.language) == ("A text of this morning.", "en")


def test_the_tenants_own_words_go_first(wording: Wording) -> None:
    own = MappingProxyType({"replies.waiting": {"ur": "ہمارے اپنے الفاظ"}})
    tenant = replace(wording.tenant, wording=own)
    (line,) = written(replace(wording, tenant=tenant), Say("replies.waiting"))
    assert (line.text, line.language) == ("ہمارے اپنے الفاظ", "ur")


def test_the_tenants_own_words_name_its_own_numbers_too(wording: Wording) -> None:
    own = MappingProxyType({"numbers.llr-line.label": {"ur": "ہماری اپنی لائن"}})
    theirs = replace(wording, tenant=replace(wording.tenant, wording=own))
    (line,) = written(theirs, ShowNumbers("victim"))
    assert "ہماری اپنی لائن" in line.text
    assert "ہماری اپنی لائن" not in written(wording, ShowNumbers("victim"))[0].text


def test_the_reference_is_said_as_it_is_written(wording: Wording) -> None:
    (line,) = written(wording, Say("victim.placed.say"))
    assert "7KM4-RDTX" in line.text


def test_numbers_of_the_other_side_are_never_shown(wording: Wording) -> None:
    victim, using = written(wording, ShowNumbers("victim"), ShowNumbers("using-abuse"))
    local, respect = "0808 802 0028", "0808 802 4040"
    assert local in victim.text
    assert local not in using.text
    assert respect in using.text
    assert respect not in victim.text


@pytest.mark.parametrize(
    ("key", "value", "is_shown"),
    [
        ("victim.area", "rutland", True),
        ("victim.area", "leicester", False),
        ("victim.area", "elsewhere", True),
        ("third-party.area", "leicester", False),
        ("victim.needs", "leicester", True),
    ],
)
def test_a_number_of_another_area_than_the_one_named_is_not_shown(
    wording: Wording, key: str, value: str, *, is_shown: bool
) -> None:
    numbers = tuple(
        replace(number, areas=frozenset({AreaId("rutland")})) if number.id == "llr-line" else number
        for number in wording.tenant.numbers
    )
    there = replace(wording, tenant=replace(wording.tenant, numbers=numbers))
    answers = {key: Answer(Given.CHOSEN, NOW, (value,))}
    (line,) = written(there, ShowNumbers("victim"), answers=answers)
    assert ("0808 802 0028" in line.text) is is_shown


def test_a_sentence_ends_as_its_language_ends_one(house: House, wording: Wording) -> None:
    (line,) = written(wording, ShowNumbers("victim", ("danger",)))
    assert "۔ " in line.text
    harbour = house.tenancies[HARBOUR]
    hindi = house.wording(harbour, harbour.edition, "hi")
    (line,) = written(hindi, ShowNumbers("victim", ("danger",)))
    assert "। " in line.text
    assert ". " not in line.text
