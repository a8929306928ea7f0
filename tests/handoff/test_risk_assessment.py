"""A risk assessment is a count that judgement may raise and nothing lowers (R18, R19)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.entry import Entry
from handoff.marac import Agreed, Criterion, Referral, criteria_of, make_referral
from handoff.reference import make_reference
from handoff.risk_assessment import (
    Applied,
    Assessment,
    Mark,
    Marked,
    NothingMarked,
    NoWhy,
    Pathway,
    Source,
    settle,
)
from handoff.risk_register import (
    NoReviewDay,
    Review,
    Reviewed,
    Standing,
    is_repeat,
    make_review,
    standing_of,
)
from handoff.risk_topics import TOPICS_BY_ID, Form, name_topic
from handoff.staff import StaffId
from tenants.dash import DashWording

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
LEICESTER = Applied(area="leicester", since=date(2022, 4, 1), marac=14, register_from=10, reports=3)


def made(
    yes: int,
    *,
    threshold: Applied | None = LEICESTER,
    raised_to: Pathway | None = None,
    why: str = "He knows where she sleeps.",
    police_reports: int | None = None,
) -> Assessment:
    marked = Marked(answer=Mark.YES, source=Source.PERSON)
    return Assessment(
        form=Form.ADULT,
        topics=dict.fromkeys(list(TOPICS_BY_ID)[:yes], marked),
        threshold=threshold,
        raised_to=raised_to,
        why=why,
        police_reports=police_reports,
    )


@pytest.mark.parametrize(
    ("yes", "pathway"),
    [
        (1, Pathway.NOT_REACHED),
        (9, Pathway.NOT_REACHED),
        (10, Pathway.REGISTER),
        (13, Pathway.REGISTER),
        (14, Pathway.MARAC),
        (24, Pathway.MARAC),
    ],
)
def test_a_count_leads_where_the_area_agreed(yes: int, pathway: Pathway) -> None:
    assert settle(made(yes)).pathway is pathway


def test_reports_to_the_police_lead_to_marac_whatever_the_count() -> None:
    assert settle(made(1, police_reports=2)).pathway is Pathway.NOT_REACHED
    assert settle(made(1, police_reports=3)).pathway is Pathway.MARAC


def test_without_an_agreement_a_count_leads_nowhere_and_judgement_still_does() -> None:
    assert settle(made(24, threshold=None)).pathway is Pathway.NOT_REACHED
    raised = settle(made(2, threshold=None, raised_to=Pathway.MARAC))
    assert (raised.pathway, raised.is_raised) == (Pathway.MARAC, True)


@given(
    yes=st.integers(0, 24),
    raised_to=st.sampled_from([None, *Pathway]),
    reports=st.none() | st.integers(0, 9),
)
def test_judgement_never_lowers_where_a_count_leads(
    yes: int, raised_to: Pathway | None, reports: int | None
) -> None:
    written = made(yes, raised_to=raised_to, police_reports=reports)
    if yes == 0 and raised_to is None:
        with pytest.raises(NothingMarked):
            settle(written)
        return
    settled = settle(written)
    assert settled.pathway >= settled.counted
    assert settled.pathway >= (raised_to or Pathway.NOT_REACHED)


def test_judgement_needs_its_reason() -> None:
    with pytest.raises(NoWhy):
        settle(made(3, raised_to=Pathway.REGISTER, why=" "))


def test_no_answer_and_declined_and_unknown_are_three_things() -> None:
    topics = {
        "neck": Marked(answer=Mark.UNKNOWN, source=Source.PERSON),
        "fear": Marked(answer=Mark.DECLINED, source=Source.PERSON),
    }
    one = Assessment(form=Form.ADULT, topics=topics)
    counts = [one.count(mark) for mark in Mark]
    assert (counts, one.not_gone_through) == ([0, 0, 1, 1], 22)


def test_a_topic_is_named_by_the_licence_where_there_is_one_and_else_in_our_words() -> None:
    neck = TOPICS_BY_ID["neck"]
    licensed = DashWording("made up", {"adult": {"neck": "Licensed words"}})
    assert name_topic(neck, Form.ADULT, licensed) == "Licensed words"
    assert name_topic(neck, Form.YOUNG, licensed) == name_topic(neck, Form.ADULT, None)
    assert name_topic(neck, Form.ADULT, None) == neck.words


# --- The register ------------------------------------------------------------------------------


def sheet(number: int, kind: str, content: object, days: int = 0) -> Entry:
    at = NOW + timedelta(days=days)
    dumped = content.model_dump(mode="json")  # type: ignore[attr-defined]
    return Entry(make_reference(7), number, f"move-{number}", kind, at, StaffId("amira"), dumped)


def assessed(number: int, yes: int, days: int = 0) -> Entry:
    return sheet(number, "risk-assessment", settle(made(yes)), days)


def reviewed(number: int, outcome: Reviewed, days: int = 0) -> Entry:
    review = make_review(outcome, date(2027, 1, 5), "Talked it through.", NOW.date())
    return sheet(number, "register-review", review, days)


REFERRED = Referral(criteria=[Criterion.VISIBLE], agreed=Agreed.YES)


def stand(*entries: Entry) -> Standing | None:
    return standing_of(entries, FORTNIGHT)


def test_high_and_below_the_number_for_marac_stands_on_the_register() -> None:
    assert stand(assessed(1, 9)) is None
    standing = stand(assessed(1, 11))
    assert standing is not None
    assert (standing.review_by, standing.is_for_marac) == (date(2026, 12, 8), False)
    assert not standing.is_overdue(date(2026, 12, 8))
    assert standing.is_overdue(date(2026, 12, 9))


def test_a_smaller_count_later_takes_nobody_off_and_a_review_does() -> None:
    standing = stand(assessed(1, 11), assessed(2, 1, days=3))
    assert standing is not None
    assert (standing.latest.count(), standing.since) == (1, NOW)
    assert stand(assessed(1, 11), reviewed(2, Reviewed.LEAVE)) is None
    kept = stand(assessed(1, 11), reviewed(2, Reviewed.KEEP))
    assert kept is not None
    assert kept.review_by == date(2027, 1, 5)
    again = stand(assessed(1, 11), reviewed(2, Reviewed.LEAVE), assessed(3, 12, days=30))
    assert again is not None


def test_whoever_reaches_marac_stays_until_the_referral_is_made() -> None:
    standing = stand(assessed(1, 15))
    assert standing is not None
    assert standing.is_for_marac
    later = stand(assessed(1, 15), assessed(2, 3))
    assert later is not None
    assert later.is_for_marac
    assert stand(assessed(1, 15), sheet(2, "marac-referral", REFERRED)) is None


def test_a_review_needs_a_day_to_come_and_a_reason() -> None:
    with pytest.raises(NoReviewDay):
        make_review(Reviewed.KEEP, None, "why", NOW.date())
    with pytest.raises(NoReviewDay):
        make_review(Reviewed.KEEP, date(2026, 11, 23), "why", NOW.date())
    with pytest.raises(NoWhy):
        make_review(Reviewed.LEAVE, None, "  ", NOW.date())
    assert make_review(Reviewed.LEAVE, date(2027, 1, 1), "why", NOW.date()) == Review(
        outcome=Reviewed.LEAVE, why="why"
    )


# --- MARAC -------------------------------------------------------------------------------------


def test_a_second_referral_within_a_year_is_a_repeat_and_nobody_can_leave_it_out() -> None:
    year = timedelta(days=365)
    assert is_repeat(NOW - year, NOW)
    assert not is_repeat(NOW - year - timedelta(seconds=1), NOW)
    assert not is_repeat(None, NOW)
    made_again = make_referral(REFERRED, NOW - timedelta(days=90), NOW)
    assert made_again.is_repeat
    assert made_again.last_referral == date(2026, 8, 26)
    assert made_again.criteria == [Criterion.VISIBLE, Criterion.REPEAT]
    first = make_referral(REFERRED, NOW - year - timedelta(days=1), NOW)
    assert first == REFERRED


def test_the_record_shows_the_grounds_that_it_holds() -> None:
    assert criteria_of(None, None, NOW) == set()
    assert criteria_of(settle(made(14)), None, NOW) == {Criterion.VISIBLE}
    raised = settle(made(2, raised_to=Pathway.MARAC, police_reports=3))
    assert criteria_of(raised, NOW, NOW) == {
        Criterion.JUDGEMENT,
        Criterion.ESCALATION,
        Criterion.REPEAT,
    }


def test_a_referral_without_agreement_says_why() -> None:
    with pytest.raises(NoWhy):
        make_referral(Referral(criteria=[Criterion.VISIBLE], agreed=Agreed.NO), None, NOW)
