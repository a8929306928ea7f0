"""What was told is not asked again, and people hear of those who will answer them (R5, P2)."""

import pytest

from flows.answers import Answer, Given
from flows.conversation import Conversation, FlowId
from flows.engine import advance, begin
from flows.events import ChoiceMade, Event, Moment, TextReceived
from flows.flow import Side
from flows.known import answering, is_story_told, queue_of, told_band
from flows.urgency import Grade, Imminence, Reason, Severity, Urgency
from tests.flows.proving import NOBODY, NOTHING_FOUND, NOW, STAFFED, edition, talk_of

SAFE = (ChoiceMade("yes"), ChoiceMade("me"))
STORY = TextReceived("he shouts at us", NOTHING_FOUND)
SEVENTEEN = TextReceived("im 17", NOTHING_FOUND, age=17)
DANGER = Reason("screening.threat", "kill", Grade(Severity.SEVERE, Imminence.NOW), NOW)


def after(*events: Event, talk: Conversation | None = None, moment: Moment = STAFFED) -> str:
    """The key of the question that stands after these."""
    return _talk_after(*events, talk=talk, moment=moment).key


def _talk_after(
    *events: Event, talk: Conversation | None = None, moment: Moment = STAFFED
) -> Conversation:
    stands = begin(edition(), talk or talk_of(edition()), moment).talk
    for event in events:
        stands = advance(edition(), stands, event, moment).talk
    return stands


@pytest.mark.parametrize(
    ("door", "question"),
    [
        ("me", "victim.which-team"),
        ("someone", "young-people.what-happens"),
        ("my-behaviour", "young-people.what-happens"),
        ("feedback", "feedback.what-kind"),
    ],
)
def test_an_age_that_was_told_at_the_beginning_goes_along_to_each_door(
    door: str, question: str
) -> None:
    assert after(*SAFE, SEVENTEEN, ChoiceMade(door)) == question


def test_an_age_in_danger_still_meets_the_limits_and_the_choice() -> None:
    told = after(*SAFE, ChoiceMade("yes"), SEVENTEEN, ChoiceMade("me"))
    assert told == "victim.which-team"


def test_a_story_that_was_told_is_not_asked_for_again() -> None:
    to_age = (*SAFE, ChoiceMade("no"), STORY, ChoiceMade("me"))
    assert after(*to_age, ChoiceMade("under-16")) == "young-people.own-life"
    pressed = (*SAFE, ChoiceMade("no"), ChoiceMade("me"))
    assert after(*pressed, ChoiceMade("under-16")) == "young-people.what-happens"


def test_an_age_that_nobody_leaves_a_choice_to_is_not_carried_along() -> None:
    pressed = {"entry.how-old": Answer(Given.CHOSEN, NOW, ("18-or-over",))}
    assert told_band(edition(), talk_of(edition(), answers=pressed)) is None


def test_a_story_counts_where_it_has_been_asked_for() -> None:
    told = {"entry.brings-you": Answer(Given.SAID, NOW, words="he shouts")}
    before = talk_of(edition(), answers=told, step="danger-now")
    assert not is_story_told(edition(), before)
    assert is_story_told(edition(), before.evolve(flow="victim", step="age"))


def test_in_the_entry_those_of_a_known_door_answer() -> None:
    talk = talk_of(edition(), door=FlowId("using-abuse"), step="danger-now")
    assert answering(edition(), talk).side is Side.USING_ABUSE
    assert queue_of(edition(), talk) == "using-abuse"
    assert answering(edition(), talk.evolve(door=None)).side is Side.SHARED


def test_in_danger_a_complaint_waits_where_danger_is_watched_for() -> None:
    talk = talk_of(edition(), flow="feedback", step="what-happened")
    assert queue_of(edition(), talk) == "feedback"
    assert queue_of(edition(), talk.evolve(urgency=Urgency((DANGER,)))) == "victim"


def test_a_child_who_types_in_danger_is_not_asked_where_they_are() -> None:
    child = (ChoiceMade("yes"), ChoiceMade("child"), ChoiceMade("yes"))
    assert after(*child) == "grown-up.call"
    assert after(*child, moment=NOBODY) == "grown-up.call"
