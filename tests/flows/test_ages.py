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
        ("im 15 scared of him", 15),
        ("im 14 i am scared", 14),
        ("i'm 13 and am being hit", 13),
        ("i am 14 tired of this", 14),
        ("im 15 pls help x", 15),
        ("im 15 hit 3 times", 15),
        ("im 15 married to a man i dont know", 15),
        ("im 16 years old and married", 16),
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
    [
        ("15 lat", 15),
        ("not 18 yet", 17),
        ("१३", 13),
        ("twelve", 12),
        ("13 or 14", None),
        ("18 and not safe", 18),
        ("18 not sure why you ask", 18),
        ("im 18 under a lot of stress", 18),
        ("18 n scared", 18),
        ("16 and not safe at home", 16),
    ],
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
