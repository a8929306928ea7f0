"""``advance``: every event is answered in every state, danger first, and unsafe means silent."""

import pytest

from flows.answers import Given
from flows.conversation import END, Conversation, Ended, FlowId, Owner, Safety, StepId
from flows.effects import (
    Ask,
    CancelContact,
    EndSession,
    Hear,
    OpenCase,
    OpenDoor,
    QueueCase,
    RaiseAlarm,
    Relay,
    Say,
    ShowNumbers,
)
from flows.engine import advance, begin, begin_at_door
from flows.events import (
    CaseClosed,
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    Event,
    ExitTaken,
    LanguageChanged,
    Moment,
    NobodyAnswered,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    TextReceived,
    WentBack,
    WorkerJoined,
    WorkerLeft,
    WorkerReplied,
    WorkerWithdrew,
)
from flows.flow import About
from flows.turn import Turn
from flows.urgency import Severity
from tests.flows.proving import (
    DANGER_FOUND,
    NOBODY,
    NOTHING_FOUND,
    STAFFED,
    edition,
    explored,
    talk_of,
)

USING_ABUSE = FlowId("using-abuse")
SAFE = (ChoiceMade("yes"), ChoiceMade("me"))
TO_VICTIM = (*SAFE, ChoiceMade("no"), ChoiceMade("me"))
GROWN = ChoiceMade("18-or-over")
WORDS = TextReceived("a few words", NOTHING_FOUND)
DANGER = TextReceived("he will kill me", DANGER_FOUND)
EVENTS: tuple[Event, ...] = (
    *(WORDS, DANGER, ChoiceMade("yes"), ChoiceMade("no such value"), ChoicesMade(("home",))),
    *(ChoicesMade(()), Skipped(), WentBack(), PersonWanted(), NumbersWanted(), ExitTaken()),
    *(StopSaid(), LanguageChanged("ur"), DoorChanged(FlowId("third-party")), WorkerJoined()),
    *(WorkerReplied("Hello."), WorkerLeft(), WorkerWithdrew(), CaseClosed(), NobodyAnswered()),
)


def after(*events: Event, moment: Moment = STAFFED, talk: Conversation | None = None) -> Turn:
    """The last turn of a talk in which these events came in."""
    turn = begin(edition(), talk or talk_of(edition()), moment)
    for event in events:
        turn = advance(edition(), turn.talk, event, moment)
    return turn


def says(turn: Turn) -> list[str]:
    return [effect.key for effect in turn.effects if isinstance(effect, Say)]


def asks(turn: Turn) -> list[str]:
    return [f"{e.flow}.{e.step}" for e in turn.effects if isinstance(e, Ask)]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_every_state_answers_every_event(event: Event) -> None:
    for talk in explored().talks:
        turn = advance(edition(), talk, event, NOBODY)
        assert turn.talk.urgency.reasons[: len(talk.urgency.reasons)] == talk.urgency.reasons
        # Whatever a visitor does is written down first of all (I1).
        if talk.ended is None and not isinstance(
            event,
            WorkerJoined
            | WorkerReplied
            | WorkerLeft
            | WorkerWithdrew
            | CaseClosed
            | NobodyAnswered,
        ):
            assert any(isinstance(effect, Hear) for effect in turn.effects)


def test_a_talk_begins_with_the_limits_and_one_question() -> None:
    turn = after()
    assert says(turn) == ["entry.leaving.say", "entry.keeping.say"]
    assert asks(turn) == ["entry.safe-to-talk"]
    assert turn.talk.asked == 1
    assert not turn.talk.is_case_open


def test_with_nobody_here_the_truth_comes_before_the_first_question() -> None:
    assert "entry.nobody-here.say" in says(after(moment=NOBODY))
    unknown = Moment(NOBODY.now, staffed=False)
    assert "entry.nobody-here-unknown.say" in says(after(moment=unknown))


def test_the_first_answer_opens_the_case() -> None:
    assert OpenCase() in after(ChoiceMade("yes")).effects
    assert OpenCase() not in after(*SAFE).effects


def test_a_door_that_is_known_is_not_asked() -> None:
    turn = after(*SAFE, ChoiceMade("no"), talk=talk_of(edition(), door="third-party"))
    assert asks(turn) == ["third-party.relation"]
    assert turn.talk.answers["entry.brings-you"].values == ("someone",)


def test_an_emergency_answer_is_queued_and_alarms_in_its_own_turn() -> None:
    turn = after(*SAFE, ChoiceMade("yes"))
    assert [type(e) for e in turn.effects if isinstance(e, RaiseAlarm | QueueCase)] == [
        RaiseAlarm,
        QueueCase,
    ]
    assert turn.talk.owner is Owner.QUEUE
    assert says(turn) == ["entry.first-in-line.say"]


def test_words_of_danger_are_answered_with_the_truth_about_who_is_here() -> None:
    turn = after(*TO_VICTIM, DANGER)
    assert "replies.danger-heard" in says(turn)
    assert ShowNumbers("victim", ("danger",)) in turn.effects
    assert "replies.danger-heard-nobody-here" in says(after(*TO_VICTIM, DANGER, moment=NOBODY))


def test_a_second_word_of_danger_alarms_once_and_says_it_once() -> None:
    turn = after(*TO_VICTIM, DANGER, DANGER)
    assert not any(isinstance(effect, RaiseAlarm) for effect in turn.effects)
    assert "replies.danger-heard" not in says(turn)


def test_back_keeps_the_answers_and_the_urgency() -> None:
    turn = after(*TO_VICTIM, GROWN, ChoiceMade("recent"), WentBack())
    assert turn.talk.key == "victim.hurt"
    assert turn.talk.answers["victim.hurt"].values == ("recent",)
    assert turn.talk.urgency.severity is Severity.SEVERE
    again = advance(edition(), turn.talk, ChoiceMade("no"), STAFFED)
    assert again.talk.urgency.severity is Severity.SEVERE


def test_back_at_the_first_question_asks_it_again() -> None:
    assert asks(after(WentBack())) == ["entry.safe-to-talk"]


def test_back_does_not_lead_out_of_a_door() -> None:
    turn = after(*TO_VICTIM, WentBack())
    assert asks(turn) == ["victim.age"]


def test_back_leads_from_the_young_peoples_questions_to_the_age() -> None:
    turn = after(*TO_VICTIM, ChoiceMade("yes"), WentBack())
    assert asks(turn) == ["victim.age"]


def test_back_from_the_end_asks_the_last_question_again() -> None:
    turn = after(*TO_VICTIM, *[Skipped()] * 11)
    assert turn.talk.step == END
    assert asks(advance(edition(), turn.talk, WentBack(), STAFFED)) == [turn.talk.path[-1]]


@pytest.mark.parametrize("event", [ChoiceMade("no"), ChoiceMade("not-sure"), Skipped(), WORDS])
def test_only_a_plain_yes_is_safe(event: Event) -> None:
    turn = after(event)
    assert turn.talk.safety is Safety.UNSAFE
    assert asks(turn) == ["entry.quiet"]
    assert says(turn) == []


def test_words_of_danger_at_the_safety_question_alarm_unseen() -> None:
    turn = after(DANGER)
    assert turn.talk.is_silent
    assert turn.talk.owner is Owner.QUEUE
    assert any(isinstance(effect, RaiseAlarm) for effect in turn.effects)
    assert says(turn) == []
    assert not any(isinstance(e, ShowNumbers) for e in turn.effects)


def test_a_quiet_page_goes_on_only_by_its_own_choice() -> None:
    assert asks(after(ChoiceMade("no"), ChoiceMade("yes"))) == ["entry.quiet"]
    assert asks(after(ChoiceMade("no"), Skipped())) == ["entry.quiet"]
    turn = after(ChoiceMade("no"), ChoiceMade("carry-on"))
    assert turn.talk.safety is Safety.SAFE
    assert asks(turn) == ["entry.who-types"]


def test_a_quiet_page_saves_words_and_shows_numbers_only_when_asked() -> None:
    saved = after(ChoiceMade("no"), DANGER)
    assert says(saved) == ["replies.quiet-saved"]
    asked = after(ChoiceMade("no"), NumbersWanted())
    assert any(isinstance(effect, ShowNumbers) for effect in asked.effects)


def test_somebody_who_is_made_to_write_goes_quiet() -> None:
    turn = after(ChoiceMade("yes"), ChoiceMade("made-to"))
    assert turn.talk.is_silent
    assert turn.talk.urgency.severity is Severity.SERIOUS


def test_exit_says_nothing_and_nothing_follows() -> None:
    turn = after(*SAFE, ExitTaken())
    assert turn.effects[1:] == (EndSession(Ended.EXIT),)
    for event in EVENTS:
        assert advance(edition(), turn.talk, event, STAFFED).effects == ()


def test_stop_cancels_what_was_agreed() -> None:
    turn = after(*SAFE, StopSaid())
    assert CancelContact() in turn.effects
    assert turn.talk.ended is Ended.STOP


def test_asking_for_a_person_queues_and_tells_the_truth() -> None:
    assert says(after(PersonWanted())) == ["replies.person-wanted"]
    behind = Moment(STAFFED.now, staffed=True, ahead=2)
    turn = advance(edition(), after(*SAFE).talk, PersonWanted(), behind)
    assert says(turn) == ["replies.person-wanted-behind", "replies.ahead"]
    assert says(advance(edition(), after(*SAFE).talk, PersonWanted(), NOBODY)) == [
        "replies.person-wanted-nobody-here"
    ]


def test_a_language_change_keeps_every_answer() -> None:
    before = after(*SAFE)
    turn = advance(edition(), before.talk, LanguageChanged("ur"), STAFFED)
    assert turn.talk.language == "ur"
    assert turn.talk.answers == before.talk.answers
    assert advance(edition(), turn.talk, LanguageChanged("xx"), STAFFED).talk.language == "ur"


def test_another_door_ends_this_talk_and_opens_one_that_carries_nothing() -> None:
    turn = after(*TO_VICTIM, DoorChanged(USING_ABUSE))
    assert turn.talk.ended is Ended.DOOR
    assert OpenDoor(USING_ABUSE) in turn.effects
    other = begin_at_door(edition(), talk_of(edition(), door="using-abuse"), STAFFED)
    assert asks(other) == ["entry.danger-now"]
    assert other.talk.answers == {}
    assert says(other) == ["entry.leaving.say", "entry.keeping.say"]


def test_another_door_with_nobody_here_tells_the_truth_too() -> None:
    other = begin_at_door(edition(), talk_of(edition(), door="victim"), NOBODY)
    assert "entry.nobody-here.say" in says(other)


def test_another_door_waits_until_it_is_known_to_be_safe() -> None:
    turn = after(DoorChanged(USING_ABUSE))
    assert turn.talk.ended is None
    assert asks(turn) == ["entry.safe-to-talk"]
    further = after(DoorChanged(USING_ABUSE), *SAFE, ChoiceMade("no"))
    assert asks(further) == ["using-abuse.age"]


def test_a_late_press_is_kept_and_answers_nothing() -> None:
    turn = after(*TO_VICTIM, ChoiceMade("made-to"))
    assert "replies.not-now" in says(turn)
    assert "victim.age" not in turn.talk.answers
    assert any(isinstance(e, Hear) and e.values == ("made-to",) for e in turn.effects)


def test_the_tenth_question_queues_the_case() -> None:
    talk = after(*TO_VICTIM).talk.evolve(asked=9)
    turn = advance(edition(), talk, Skipped(), STAFFED)
    assert turn.talk.owner is Owner.QUEUE
    assert any(isinstance(e, QueueCase) and e.why == "tenth question" for e in turn.effects)


def test_words_at_the_end_are_kept_without_a_question() -> None:
    end = after(*TO_VICTIM, *[Skipped()] * 11)
    turn = advance(edition(), end.talk, WORDS, STAFFED)
    assert turn.talk == end.talk
    assert [type(e) for e in turn.effects] == [Hear]


def test_a_step_that_a_later_edition_dropped_waits_for_a_person() -> None:
    talk = after(*TO_VICTIM).talk.evolve(step=StepId("dropped"), owner=Owner.QUEUE)
    turn = advance(edition(), talk, ChoiceMade("yes"), STAFFED)
    assert "replies.waiting" in says(turn)


def test_skipping_is_recorded_as_declined_and_not_as_unasked() -> None:
    talk = after(*TO_VICTIM, Skipped()).talk
    assert talk.answers["victim.age"].given is Given.SKIPPED
    assert "victim.hurt" not in talk.answers


class TestBesideAWorker:
    """In *worker* the flow rests; danger and silence do not."""

    held = (*TO_VICTIM, WorkerJoined())

    def test_a_worker_pauses_the_flow(self) -> None:
        turn = after(*self.held, WORDS)
        assert turn.talk.key == "victim.age"
        assert [type(e) for e in turn.effects] == [Hear]
        assert advance(edition(), turn.talk, Skipped(), STAFFED).talk.key == "victim.age"

    def test_a_workers_words_are_relayed(self) -> None:
        assert Relay("Hello.") in after(*self.held, WorkerReplied("Hello.")).effects

    def test_words_of_danger_still_alarm(self) -> None:
        turn = after(*self.held, DANGER)
        assert any(isinstance(e, RaiseAlarm) for e in turn.effects)
        assert says(turn) == []

    def test_a_press_that_says_danger_still_alarms(self) -> None:
        turn = after(*SAFE, WorkerJoined(), ChoiceMade("yes"))
        assert any(isinstance(effect, RaiseAlarm) for effect in turn.effects)
        assert turn.talk.key == "entry.danger-now"

    def test_a_press_that_says_unsafe_still_makes_the_page_quiet(self) -> None:
        turn = after(PersonWanted(), WorkerJoined(), ChoiceMade("no"))
        assert turn.talk.is_silent
        assert asks(turn) == ["entry.quiet"]

    def test_the_flow_goes_on_where_it_was_when_the_worker_leaves(self) -> None:
        turn = after(*self.held, WorkerLeft())
        assert turn.talk.owner is Owner.QUEUE
        assert says(turn) == ["replies.worker-left"]
        assert asks(advance(edition(), turn.talk, Skipped(), STAFFED)) == ["victim.hurt"]

    def test_nothing_is_shown_when_the_worker_may_not_go_on_and_no_words_answer_for_it(
        self,
    ) -> None:
        """R17. What they write next is for a person, and for no question of before."""
        turn = after(*self.held, WorkerWithdrew())
        assert (turn.talk.owner, turn.effects) == (Owner.QUEUE, ())
        wrote = advance(edition(), turn.talk, WORDS, STAFFED)
        assert wrote.talk.answers == turn.talk.answers

    def test_a_closed_case_ends_the_talk(self) -> None:
        turn = after(*self.held, CaseClosed())
        assert turn.talk.ended is Ended.CLOSED
        assert EndSession(Ended.CLOSED) in turn.effects

    def test_a_quiet_page_is_told_nothing_of_workers(self) -> None:
        quiet = after(ChoiceMade("no"), WorkerJoined())
        assert says(quiet) == []
        assert says(advance(edition(), quiet.talk, WorkerLeft(), STAFFED)) == []
        on = advance(edition(), quiet.talk, ChoiceMade("carry-on"), STAFFED)
        assert says(on) == ["replies.worker-here"]


def test_the_danger_questions_reason_stays_with_its_words_and_time() -> None:
    (reason,) = after(*SAFE, ChoiceMade("soon")).talk.urgency.reasons
    assert (reason.source, reason.words, reason.said_at) == (
        "entry.danger-now",
        "soon",
        STAFFED.now,
    )
    assert any(s.about is About.DANGER for s in edition().flows[edition().entry].steps.values())
