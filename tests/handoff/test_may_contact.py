"""One function says whether somebody may be contacted now, and why not (P19)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handoff.may_contact import (
    ContactEnded,
    ContactOver,
    DoNotContact,
    NoMessage,
    NoTimes,
    NotThen,
    OtherWay,
    TheySaidNo,
    TimesToRead,
    Way,
    check_contact,
    is_within,
)
from handoff.refusals import Refusal

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
SATURDAY = MONDAY + timedelta(days=5)


def field(*values: str, words: str = "", status: str = "answered") -> dict[str, Any]:
    at = MONDAY.isoformat()
    return {"question": "q", "status": status, "values": list(values), "words": words, "at": at}


def intake(*, ended: bool = False, **places: dict[str, Any]) -> Mapping[str, Any]:
    """Noor may be called on weekday mornings this week, unless a place says otherwise."""
    fields = {
        "contact.channel": field("call"),
        "contact.address": field(words="07700 900123", status="own-words"),
        "contact.times": field("mornings"),
        "contact.until": field("week"),
        **{f"contact.{name}": value for name, value in places.items()},
    }
    return {"fields": fields, "contact_ended": ended}


def test_what_they_agreed_to_is_allowed() -> None:
    assert check_contact(intake(), "call", MONDAY).address == "07700 900123"


DECLINED = field(status="declined")
NOT_ASKED = {"question": "q", "status": "not-asked"}


@pytest.mark.parametrize(
    ("told", "way", "at", "why"),
    [
        ({}, "call", MONDAY, DoNotContact),
        (intake(channel=field("no")), "call", MONDAY, TheySaidNo),
        (intake(channel=DECLINED), "call", MONDAY, TheySaidNo),
        (intake(channel=NOT_ASKED), "call", MONDAY, DoNotContact),
        (intake(channel=field(words="ask me", status="own-words")), "call", MONDAY, DoNotContact),
        (intake(address=DECLINED), "call", MONDAY, DoNotContact),
        (intake(ended=True), "call", MONDAY, ContactEnded),
        (intake(), "call", MONDAY + timedelta(days=7), ContactOver),
        (intake(), "text", MONDAY, OtherWay),
        (intake(channel=field("text")), "call", MONDAY, OtherWay),
        (intake(), "voicemail", MONDAY, NoMessage),
        (intake(voicemail=DECLINED), "voicemail", MONDAY, NoMessage),
        (intake(), "call", MONDAY + timedelta(hours=4), NotThen),
        (intake(), "call", SATURDAY, NotThen),
        (intake(times=DECLINED), "call", MONDAY, NoTimes),
        (intake(times=NOT_ASKED), "call", MONDAY, TimesToRead),
        (intake(times=field(words="after nine", status="own-words")), "call", MONDAY, TimesToRead),
    ],
)
def test_everything_else_is_refused_with_its_reason(
    told: Mapping[str, Any], way: Way, at: datetime, why: type[Refusal]
) -> None:
    with pytest.raises(why) as refused:
        check_contact(told, way, at)
    assert type(refused.value) is why


def test_own_words_are_judged_by_a_person_and_by_nobody_else() -> None:
    told = intake(times=field(words="after nine", status="own-words"))
    assert check_contact(told, "call", MONDAY, is_read=True).is_agreed
    with pytest.raises(NotThen):
        check_contact(intake(), "call", SATURDAY, is_read=True)


@pytest.mark.parametrize("at", [MONDAY + timedelta(hours=n) for n in range(7 * 24)])
def test_no_choice_lets_anybody_ring_by_night_or_at_a_weekend_that_was_not_chosen(
    at: datetime,
) -> None:
    is_weekend, is_day = at.weekday() >= 5, 8 <= at.hour < 21
    assert is_within(("weekends",), at) == (is_weekend and is_day)
    assert is_within(("mornings", "evenings"), at) == (
        not is_weekend and (8 <= at.hour < 12 or 17 <= at.hour < 21)
    )
    assert is_within(("mornings", "weekends"), at) == (8 <= at.hour < 12)


def test_the_times_are_those_of_london_in_summer_too() -> None:
    summer = datetime(2026, 7, 6, 11, 30, tzinfo=UTC)
    assert not is_within(("mornings",), summer)
    assert is_within(("mornings",), summer - timedelta(hours=4))
