"""An age in a text: somebody's own, in several languages, and never somebody else's (P17)."""

import pytest

from flows.ages import answered_age, own_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("im hidin in my room im 13", 13),
        ("I’m 15 and scared", 15),
        ("i am sixteen", 16),
        ("mam 14 lat i się boję", 14),
        ("میں 13 سال کی ہوں", 13),
        ("main 14 saal ki hun", 14),
        ("my daughter 9 and me im 34", 34),
    ],
)
def test_an_own_age_is_heard_anywhere_in_a_text(text: str, age: int) -> None:
    assert own_age(text) == age


@pytest.mark.parametrize(
    "text",
    [
        "my son is 13",
        "she is 15 years old",
        "i'm 12 weeks pregnant",
        "im 10 minutes away",
        "he has 13 knives",
        "call me at 15",
        "",
    ],
)
def test_nobody_elses_age_and_no_other_number_is_taken_for_it(text: str) -> None:
    assert own_age(text) is None


@pytest.mark.parametrize(
    ("text", "age"),
    [("15 lat", 15), ("not 18 yet", 17), ("१३", 13), ("twelve", 12), ("13 or 14", None)],
)
def test_an_answer_to_how_old_is_read_whole(text: str, age: int | None) -> None:
    assert answered_age(text) == age


@pytest.mark.parametrize(
    "text",
    [
        "main 10 saal se uske saath hun",
        "am 10 ani de căsnicie",
        "tenho 10 anos de casada",
        "im 10 years married",
    ],
)
def test_years_of_something_are_no_age(text: str) -> None:
    assert own_age(text) is None


@pytest.mark.parametrize("text", ["18 değilim", "18 se kam", "तेरह।"])
def test_a_not_may_stand_behind_the_number_and_a_danda_is_no_letter(text: str) -> None:
    age = answered_age(text)
    assert age is not None
    assert age < 18
