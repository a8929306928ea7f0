"""A call back is one open thing of a case, counted once due and once made (R7, R40)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from handoff.call_back import (
    FARTHEST,
    GRACE,
    KIND,
    NoCallBack,
    NoTime,
    Result,
    book,
    count,
    finish,
    read_call_back,
    standing_call_backs,
)
from handoff.entry import Entry
from handoff.reference import make_reference
from tests.handoff.cast import AMIRA, NOW

SOON = NOW + timedelta(hours=1)


def sheet(content: Mapping[str, Any], number: int = 1, case: int = 7) -> Entry:
    return Entry(make_reference(case), number, f"m{number}", KIND, NOW, AMIRA.id, content)


def test_a_booking_is_open_and_then_overdue_until_something_came_of_it() -> None:
    booked = read_call_back(sheet(book(SOON, NOW, is_read=False)))
    assert booked.is_open
    assert not booked.is_overdue(SOON)
    assert booked.is_overdue(SOON + GRACE)
    done = read_call_back(sheet(finish(booked, Result.NO_ANSWER), 2))
    assert (done.is_open, done.result) == (False, Result.NO_ANSWER)
    assert not done.is_overdue(SOON + GRACE)
    with pytest.raises(NoCallBack):
        finish(done, Result.MADE)
    with pytest.raises(NoCallBack):
        finish(None, Result.MADE)


@pytest.mark.parametrize("due_at", [NOW - timedelta(hours=1), NOW + FARTHEST + timedelta(days=1)])
def test_nothing_is_booked_in_the_past_or_far_away(due_at: Any) -> None:
    with pytest.raises(NoTime):
        book(due_at, NOW, is_read=False)


def test_no_sheet_holds_a_number_or_a_word() -> None:
    assert set(book(SOON, NOW, is_read=False)) == {"do", "due_at", "is_read"}


def test_due_and_made_are_counted_and_a_moved_one_is_due_once() -> None:
    first = sheet(book(SOON, NOW, is_read=False))
    moved = sheet(book(SOON + GRACE, NOW, is_read=False), 2)
    made = sheet(finish(read_call_back(moved), Result.MADE), 3)
    assert next(count(first, None))[1]["moved"] == "no"
    assert next(count(moved, first))[1]["moved"] == "yes"
    [(kind, values)] = count(made, moved)
    assert (kind, values["result"], values["in-time"]) == ("call-back-made", "made", "yes")
    [(_, again)] = count(sheet(book(SOON, NOW, is_read=False), 4), made)
    assert again["moved"] == "no"


def test_of_many_cases_the_last_sheet_of_each_stands() -> None:
    one = sheet(book(SOON, NOW, is_read=False))
    done = sheet(finish(read_call_back(one), Result.MADE), 2)
    other = sheet(book(SOON, NOW, is_read=False), case=8)
    stands = standing_call_backs([done, other, one])
    assert list(stands.values()) == [done, other]
