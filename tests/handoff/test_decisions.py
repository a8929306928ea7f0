"""A case with a child, an adult at risk or a life in it closes after a decision (R23, R53, R54)."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from flows.answers import Answer, Given
from flows.conversation import Safety
from flows.urgency import Grade, Reason, Severity, Urgency
from handoff.case import Case
from handoff.closing import check_closing
from handoff.concerns import markers_of
from handoff.decisions import (
    AdultUndecided,
    ChildUndecided,
    Decision,
    NotDecided,
    OwnLifeUndecided,
    Undecided,
    make_decision,
    owed,
)
from handoff.entry import Entry
from handoff.risk_assessment import Assessment, Mark, Marked, NoWhy, Source
from handoff.risk_topics import Concern, Form
from tests.flows.proving import edition, talk_of
from tests.handoff.cast import AMIRA, NOW, case

TALK = talk_of(edition(), is_case_open=True, safety=Safety.SAFE)
HOUR = timedelta(hours=1)


def answered(place: str, *values: str, status: str = "answered") -> Case:
    field = {
        "question": "victim.some-question",
        "status": status,
        "values": list(values),
        "words": "",
        "at": NOW.isoformat(),
    }
    return case(intake={"version": 1, "door": "victim", "fields": {place: field}})


def wrote(marker: str) -> Case:
    reason = Reason(f"screening.{marker}", "words", Grade(Severity.SERIOUS), NOW)
    return case(urgency=Urgency((reason,)))


def decided(concern: Concern, kind: str, after: timedelta = HOUR) -> Entry:
    codes = {Concern.OWN_LIFE: "talked"}
    made = Decision(
        concern=concern,
        decided=codes.get(concern, "known"),
        told="yes",
        why="We talked.",
    )
    content = made.model_dump(mode="json")
    return Entry(case().reference, 1, "move-1", kind, NOW + after, AMIRA.id, content)


MARKED: list[tuple[Case, type[Undecided]]] = [
    (answered("person.age-band", "under-16"), ChildUndecided),
    (answered("person.age-band", "16-or-17"), ChildUndecided),
    (answered("risk.dependants", "home"), ChildUndecided),
    (answered("risk.dependants", "baby", "elsewhere"), ChildUndecided),
    (answered("risk.dependants", status="own-words"), ChildUndecided),
    (answered("risk.dependants", "adult"), AdultUndecided),
    (answered("risk.dependants-now", "no"), ChildUndecided),
    (answered("person.household", "children"), ChildUndecided),
    (answered("risk.own-life", "at-times"), OwnLifeUndecided),
    (answered("risk.own-life", status="own-words"), OwnLifeUndecided),
    (case(intake={"door": "young-people", "fields": {}}), ChildUndecided),
    (wrote("child-at-risk"), ChildUndecided),
    (wrote("suicide"), OwnLifeUndecided),
    (wrote("overdose"), OwnLifeUndecided),
]


@pytest.mark.parametrize(("marked", "refusal"), MARKED)
def test_a_marked_case_is_not_closed_without_a_decision(
    marked: Case, refusal: type[Undecided]
) -> None:
    with pytest.raises(refusal):
        check_closing(marked, TALK, ())


NOT_MARKED = [
    case(),
    answered("risk.dependants", "none"),
    answered("risk.dependants", status="declined"),
    answered("risk.own-life", "no"),
    answered("person.age-band", "18-or-over"),
    wrote("weapon"),
]


@pytest.mark.parametrize("unmarked", NOT_MARKED)
def test_a_case_without_a_marker_asks_for_no_decision(unmarked: Case) -> None:
    check_closing(unmarked, TALK, ())


def test_a_child_that_types_for_a_grown_up_and_one_who_says_an_age_are_markers() -> None:
    answer = Answer(Given.CHOSEN, NOW, ("child",))
    types = TALK.evolve(answers=MappingProxyType({"entry.who-types": answer}))
    says = Reason("said.age", "13", Grade(Severity.SERIOUS), NOW)
    for talk in (types, TALK.evolve(urgency=Urgency((says,)))):
        with pytest.raises(ChildUndecided):
            check_closing(case(), talk, ())


def test_a_decision_of_the_right_kind_lets_it_close() -> None:
    held = answered("risk.dependants", "home")
    check_closing(held, TALK, [decided(Concern.CHILD, "child-decision")])
    with pytest.raises(ChildUndecided):
        check_closing(held, TALK, [decided(Concern.OWN_LIFE, "suicide-decision")])


def test_what_is_told_after_a_decision_asks_for_another() -> None:
    held = wrote("suicide")
    before = decided(Concern.OWN_LIFE, "suicide-decision", after=-HOUR)
    with pytest.raises(OwnLifeUndecided):
        check_closing(held, TALK, [before])
    check_closing(held, TALK, [replace(before, at=NOW)])


def test_what_the_worker_recorded_in_the_assessment_counts_too() -> None:
    topics = {"low-mood": Marked(answer=Mark.YES, source=Source.PERSON)}
    assessment = Assessment(form=Form.ADULT, topics=topics).model_dump(mode="json")
    sheet = Entry(case().reference, 1, "move-1", "risk-assessment", NOW, AMIRA.id, assessment)
    assert owed(markers_of(case(), TALK, [sheet]), [sheet]) == (Concern.OWN_LIFE,)


def test_every_concern_of_a_case_is_owed_its_own_decision() -> None:
    held = answered("risk.dependants", "home", "adult")
    assert owed(markers_of(held, TALK, ()), ()) == (Concern.CHILD, Concern.ADULT)


def test_a_decision_needs_a_choice_and_a_reason() -> None:
    def make(**changes: Any) -> Decision:
        usual = {"decided": "known", "told": "yes", "why": "They know.", "steps": {}}
        return make_decision(Concern.CHILD, **(usual | changes))

    assert make().decided == "known"
    for missing in ({"decided": ""}, {"decided": "talked"}, {"told": ""}):
        with pytest.raises(NotDecided):
            make(**missing)
    with pytest.raises(NoWhy):
        make(why="")
