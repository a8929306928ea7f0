"""Who is answered first, who is on shift, and what a reference looks like."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.urgency import Level
from handoff.queue import rank
from handoff.reference import ALPHABET, BODY, make_reference, read_reference
from tests.handoff.cast import AMIRA, NOW, staff


def test_an_emergency_is_never_overtaken() -> None:
    long_waiting = rank(NOW - timedelta(days=30), Level.HIGH)
    assert rank(NOW, Level.EMERGENCY) < long_waiting


def test_time_overtakes_a_head_start() -> None:
    high = rank(NOW, Level.HIGH)
    assert rank(NOW - timedelta(minutes=29), Level.USUAL) > high
    assert rank(NOW - timedelta(minutes=31), Level.USUAL) < high


def test_a_console_unheard_of_is_nobody_on_shift() -> None:
    assert AMIRA.is_on_shift(NOW)
    assert not staff("ben", seen_ago=timedelta(minutes=3)).is_on_shift(NOW)


NUMBERS = st.integers(min_value=0, max_value=2**64)


@given(NUMBERS)
def test_a_reference_is_read_back_however_it_is_spelled(chance: int) -> None:
    reference = make_reference(chance)
    assert read_reference(reference) == reference
    assert read_reference(f" {reference.lower().replace('-', ' ')} ") == reference


@given(NUMBERS, st.integers(0, BODY), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(chance: int, place: int, wrong: str) -> None:
    letters = list(make_reference(chance).replace("-", ""))
    if letters[place] == wrong:
        return
    letters[place] = wrong
    assert read_reference("".join(letters)) is None


@given(NUMBERS, st.integers(0, BODY - 1))
def test_two_swapped_neighbours_are_noticed(chance: int, place: int) -> None:
    letters = list(make_reference(chance).replace("-", ""))
    if letters[place] == letters[place + 1]:
        return
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    assert read_reference("".join(letters)) is None


def test_what_cannot_be_a_reference_is_none() -> None:
    assert read_reference("AEIO-UAEI") is None
    assert read_reference("") is None
