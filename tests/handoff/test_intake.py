"""The structured intake of a talk: declined, in own words, unknown and not asked stay apart."""

from datetime import UTC, datetime

from flows.answers import Answer, Given
from flows.conversation import Conversation, FlowId
from flows.engine import advance, begin
from flows.events import (
    ChoiceMade,
    Event,
    ExitTaken,
    PersonWanted,
    Skipped,
    TextReceived,
)
from flows.turn import Turn
from handoff.case import Outcome
from handoff.counting import count_beginning, count_turn
from handoff.intake import Intake, kept_intake, make_intake, values_of
from handoff.safe_contact import SafeContact, safe_contact
from tests.flows.proving import NOTHING_FOUND, STAFFED, edition, talk_of
from tests.handoff.cast import AMIRA, NOW, case

TO_VICTIM = (ChoiceMade("yes"), ChoiceMade("me"), ChoiceMade("no"), ChoiceMade("me"))


def talk_after(*events: Event) -> Conversation:
    talk = begin(edition(), talk_of(edition()), STAFFED).talk
    for event in events:
        talk = advance(edition(), talk, event, STAFFED).talk
    return talk


def test_every_status_is_its_own() -> None:
    given = (ChoiceMade("18-or-over"), ChoiceMade("not-sure"), ChoiceMade("no"), Skipped())
    talk = talk_after(*TO_VICTIM, *given)
    told = make_intake(edition(), advance(edition(), talk, words("my mother"), STAFFED).talk)
    fields = Intake.model_validate(told).fields
    assert fields["risk.hurt"].status == "unknown"
    assert fields["risk.own-life"].status == "declined"
    assert fields["risk.dependants"].status == "own-words"
    assert fields["risk.dependants"].words == "my mother"
    assert fields["needs"].status == "not-asked"
    assert fields["person.age-band"].values == ["18-or-over"]
    assert fields["person.age-band"].question == "victim.age"


def words(text: str) -> TextReceived:
    return TextReceived(text, NOTHING_FOUND)


def test_a_flow_that_was_passed_through_keeps_its_answers() -> None:
    talk = talk_after(*TO_VICTIM, ChoiceMade("under-16"))
    assert talk.flow == "young-people"
    assert values_of(make_intake(edition(), talk), "person.age-band") == ("under-16",)


def contacted(channel: Answer, *, ended: bool = False) -> SafeContact:
    answers = {
        "victim.contact": channel,
        "victim.contact-address": Answer(Given.SAID, NOW, words="the number"),
        "victim.contact-times": Answer(Given.CHOSEN, NOW, ("mornings",)),
        "victim.voicemail": Answer(Given.CHOSEN, NOW, ("yes",)),
    }
    talk = talk_of(edition(), flow=FlowId("victim"), answers=answers)
    return safe_contact(make_intake(edition(), talk, contact_ended=ended))


def test_an_agreed_contact_is_obeyed_as_it_was_said() -> None:
    found = contacted(Answer(Given.CHOSEN, NOW, ("call",)))
    assert found == SafeContact("call", "the number", ("mornings",), "", may_leave_voicemail=True)
    assert found.is_agreed


def test_no_skipped_or_ended_means_no_contact() -> None:
    assert not contacted(Answer(Given.CHOSEN, NOW, ("no",))).is_agreed
    assert not contacted(Answer(Given.SKIPPED, NOW)).is_agreed
    assert not contacted(Answer(Given.CHOSEN, NOW, ("call",)), ended=True).is_agreed
    assert not safe_contact({}).is_agreed


def facts_of(talk: Conversation, event: Event) -> dict[str, dict[str, str]]:
    turn = advance(edition(), talk, event, STAFFED)
    return {fact.kind: dict(fact.values) for fact in count_turn(talk, turn, None, None, now=NOW)}


def test_turns_are_counted_without_a_word_of_theirs() -> None:
    start = talk_after()
    assert facts_of(start, PersonWanted()).keys() == {"case-opened", "case-queued"}
    assert facts_of(talk_after(*TO_VICTIM[:2]), ChoiceMade("yes"))["alarm-raised"] == {
        "sources": "entry.danger-now"
    }
    assert facts_of(talk_after(*TO_VICTIM[:3]), ChoiceMade("me"))["door-taken"] == {
        "flow": "victim"
    }
    ended = facts_of(talk_after(*TO_VICTIM), ExitTaken())["talk-ended"]
    assert (ended["how"], ended["last-step"]) == ("exit", "victim.age")


def test_domestic_sexual_and_third_party_are_flags_of_their_own() -> None:
    answers = {"victim.needs": Answer(Given.CHOSEN, NOW, ("sexual-harm", "legal"))}
    before = talk_after(*TO_VICTIM)
    turn = Turn(before.evolve(answers=answers), ())
    (found,) = count_turn(before, turn, None, None, now=NOW)
    assert found.kind == "flags"
    assert found.values == {"third-party": "no", "sexual": "yes", "using-abuse": "no"}
    assert list(count_turn(turn.talk, turn, None, None, now=NOW)) == []


def test_a_tab_that_is_closed_behind_the_door_was_counted_by_its_flag() -> None:
    about_another = facts_of(talk_after(*TO_VICTIM[:3]), ChoiceMade("someone"))
    assert about_another["door-taken"] == {"flow": "third-party"}
    assert about_another["flags"]["third-party"] == "yes"
    assert "flags" not in facts_of(talk_after(*TO_VICTIM[:3]), ChoiceMade("me"))


def test_a_beginning_says_whether_it_was_out_of_hours() -> None:
    sunday, monday = (datetime(2026, 11, day, 11, tzinfo=UTC) for day in (22, 23))
    found = [count_beginning(talk_of(edition()), at).values for at in (sunday, monday)]
    assert [values["out-of-hours"] for values in found] == ["yes", "no"]


def test_the_desks_moves_are_counted_once_each() -> None:
    talk = talk_after(*TO_VICTIM)
    turn = advance(edition(), talk, ExitTaken(), STAFFED)
    waiting, held = case(), case(holder=AMIRA.id)
    closed = held.evolve(closed_at=NOW, outcome=Outcome.SUPPORTED, first_reply_at=NOW)

    def kinds(was: object, now_is: object) -> list[str]:
        found = count_turn(talk, turn, was, now_is, now=NOW)  # type: ignore[arg-type]
        return [fact.kind for fact in found if fact.kind != "talk-ended"]

    assert kinds(waiting, held) == ["case-claimed"]
    assert kinds(held, waiting) == ["case-given-back"]
    assert kinds(held, closed) == ["first-reply", "case-closed"]
    assert kinds(closed, closed) == []


def test_a_beginning_is_counted_with_its_door_and_language() -> None:
    fact = count_beginning(talk_of(edition(), door="victim"), NOW)
    assert fact.values == {
        "channel": "web",
        "language": "en",
        "staffed": "yes",
        "out-of-hours": "no",
        "door": "victim",
    }


def test_a_stored_case_holds_what_is_listed_and_counted_and_nothing_else() -> None:
    needs, older = Answer(Given.CHOSEN, NOW, ("money",)), Answer(Given.CHOSEN, NOW, ("talk",))
    talk = talk_after(*TO_VICTIM)
    talk = talk.evolve(
        answers={
            "using-abuse.what-you-want": older,
            **talk.answers,
            "victim.needs": needs,
            "victim.area": Answer(Given.CHOSEN, NOW, ("harbour",)),
            "victim.neck": Answer(Given.SAID, NOW, words="by the neck"),
            "gone.before": Answer(Given.SKIPPED, NOW),
        }
    )
    whole, kept = make_intake(edition(), talk), kept_intake(edition(), talk)
    assert kept["fields"].keys() == {"needs", "person.area", "gone.before"}
    assert all(whole["fields"][place] == field for place, field in kept["fields"].items())
    assert values_of(kept, "needs") == ("money",)
    assert {**whole, "fields": {}} == {**kept, "fields": {}}
