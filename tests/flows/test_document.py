"""A flow file with a mistake is refused with its file, its line and its cure."""

from pathlib import Path

import pytest

from flows.conversation import END, FlowId
from flows.document import FlowFileError, Sets, read_choice_sets, read_flow, read_texts
from flows.edition import make_edition
from flows.flow import About, Flow, Kind, Side, Target
from flows.urgency import Grade, Imminence, Severity
from tests.flows.proving import harbour, sources

SETS = Sets({"yes or no": {"yes": "Yes", "no": "No"}}, {"yes or no": "choices"})
GOOD = """\
flow: quay
title: The quay
side: victim
when nobody is here, ask only: [boat]

boat:
  about: harm
  ask: Is there a boat?
  why: So that we know.
  choose one: yes or no
  urgency: {yes: {severity: severe, imminence: now}}
  then: {no: goodbye, skipped: end}
  intake: boat.any

colour:
  only if: {boat: [yes]}
  ask: Which colours?
  choose any:
    red: Red
    blue: Blue

goodbye:
  say: Goodbye.
  show numbers: [danger]
  hand over: yes
  then: flow victim
"""

MISTAKES = {
    "a missing title": ("title: The quay\n", "", 1, "'title' is missing", "Add a line"),
    "an unknown side": ("side: victim", "side: victm", 3, "'victm' is not known", "'victim'"),
    "an unknown part": ("  about: harm", "  abuot: harm", 7, "'abuot'", "'about'"),
    "an unknown subject": ("about: harm", "about: harms", 7, "'harms'", "'harm'"),
    "a part twice": ("  about: harm", "  about: harm\n  about: area", 8, "twice", "Keep one"),
    "says and asks": ("  say: Goodbye.", "  say: Bye.\n  ask: Bye?", 23, "either", "Keep one"),
    "says with choices": (
        *("  say: Goodbye.", "  say: Bye.\n  choose one: yes or no", 23),
        *("cannot have 'choose one'", "Write 'ask'"),
    ),
    "no way to answer": ("  choose one: yes or no\n", "", 7, "answered in one way", "Write one"),
    "an unknown set": ("choose one: yes or no", "choose one: yes or on", 10, "'yes or on'", "yes"),
    "a jump to no step": ("no: goodbye", "no: godbye", 12, "no step 'godbye'", "'goodbye'"),
    "a jump for no answer": ("{no: goodbye", "{nope: goodbye", 12, "'nope'", "'no'"),
    "a guard on no question": ("{boat: [yes]}", "{boot: [yes]}", 16, "'quay.boot'", "quay.boat"),
    "a guard on no answer": ("{boat: [yes]}", "{boat: [yse]}", 16, "'yse' is never", "'yes'"),
    "an unknown severity": ("severity: severe", "severity: sever", 11, "'sever'", "'severe'"),
    "an urgency of no answer": ("urgency: {yes:", "urgency: {yse:", 11, "'yse'", "'yes'"),
    "a flag that is none": ("hand over: yes", "hand over: maybe", 25, "'maybe'", "yes, no"),
    "a restriction to no question": ("only: [boat]", "only: [boot]", 4, "'boot'", "'boat'"),
    "another wording of no question": (
        "  choose any:\n",
        "  in place of: boot\n  choose any:\n",
        18,
        "there is no question 'boot'",
        "boat",
    ),
    "an empty text": ("say: Goodbye.", "say: ''", 23, "missing", "Write it"),
    "no YAML": ("choose one: yes or no", "choose one: [yes", 11, "not YAML", "Mend"),
}


def read(source: str) -> Flow:
    return read_flow(source, Path("library/quay.yaml"), SETS)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_cure(name: str) -> None:
    old, new, line, problem, cure = MISTAKES[name]
    assert GOOD.count(old) == 1
    with pytest.raises(FlowFileError) as caught:
        read(GOOD.replace(old, new))
    told = str(caught.value)
    assert told.startswith(f"library/quay.yaml:{line}: "), told
    assert problem in told
    assert cure in told


def test_a_flow_without_a_step_is_refused() -> None:
    with pytest.raises(FlowFileError, match="no step"):
        read("flow: quay\ntitle: T\nside: victim\n")


def test_ages_that_are_no_range_are_refused() -> None:
    with pytest.raises(FlowFileError, match=r"Write it as 0-17"):
        read(GOOD.replace("  intake: boat.any", "  ages: {yes: young}"))


def test_a_whole_file_is_read_as_it_was_written() -> None:
    flow = read(GOOD)
    boat, colour, goodbye = flow.steps.values()
    assert (flow.side, flow.queue, flow.first) == (Side.VICTIM, "quay", "boat")
    assert (boat.kind, boat.about, boat.line) == (Kind.ONE, About.HARM, 7)
    assert boat.urgency == {"yes": Grade(Severity.SEVERE, Imminence.NOW)}
    assert boat.then == {"no": Target(goodbye.id), "skipped": Target(END)}
    assert colour.kind is Kind.ANY
    assert colour.only_if == {"quay.boat": frozenset({"yes"}), "staffed": frozenset({"yes"})}
    assert goodbye.hands_over
    assert goodbye.after == Target(flow=FlowId("victim"))
    assert goodbye.only_if == {}
    assert flow.texts["quay.boat.why"] == "So that we know."
    assert [option.key for option in boat.options] == ["choices.yes", "choices.no"]
    assert [option.key for option in colour.options] == [
        "quay.colour.choose.red",
        "quay.colour.choose.blue",
    ]


def test_yes_no_and_on_stay_words() -> None:
    sets = read_choice_sets("s: {yes: Yes, no: No, on: On}", Path("library/choices.yaml"))
    assert list(sets["s"]) == ["yes", "no", "on"]


def test_a_counted_text_keeps_its_singular_beside_it() -> None:
    texts = read_texts('ahead: {one: "{count} is", other: "{count} are"}', Path("replies.yaml"))
    assert texts == {"ahead#one": "{count} is", "ahead": "{count} are"}


PUBLISHED = {
    "a jump into a flow that is not published": (
        *("victim.yaml", "flow young-people", "flow young-peple"),
        *("library/victim.yaml:11: there is no flow 'young-peple'", "'young-people'"),
    ),
    "an entry without a quiet page": (
        *("entry.yaml", "  about: quiet\n", ""),
        *("library/entry.yaml:1: the entry has no step about quiet", "about: quiet"),
    ),
    "an entry without the danger question": (
        *("entry.yaml", "danger-now:\n  about: danger\n", "danger-now:\n"),
        *("library/entry.yaml:1: the entry has no step about danger", "about: danger"),
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_only_the_whole_edition_shows_is_told_alike(name: str) -> None:
    file, old, new, told, cure = PUBLISHED[name]
    spoiled = {**sources(), file: sources()[file].replace(old, new)}
    with pytest.raises(FlowFileError) as caught:
        make_edition(spoiled, harbour())
    assert str(caught.value).startswith(told)
    assert cure in str(caught.value)


def test_an_edition_without_an_entry_is_refused() -> None:
    rest = {name: text for name, text in sources().items() if name != "entry.yaml"}
    with pytest.raises(FlowFileError, match="the entry is missing"):
        make_edition(rest, harbour())


def test_the_same_sources_make_the_same_name_and_others_another() -> None:
    first, again = make_edition(sources(), harbour()), make_edition(sources(), harbour())
    other = {**sources(), "victim.yaml": sources()["victim.yaml"] + "\n# a word more\n"}
    assert first.id == again.id != make_edition(other, harbour()).id
