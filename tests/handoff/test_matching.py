"""Who takes whom next: nobody in danger is passed over, and nobody is kept waiting for ever."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation import Ended
from handoff.case import Case
from handoff.matching import KEPT_FOR, WAITS_FOR, Free, fits, in_turn, wanted_of
from handoff.reference import make_reference
from handoff.skills import OwnLimit, Skills, as_content, capacity_of
from tests.handoff.cast import EMERGENCY, NOW, case

POLISH = Skills(languages=frozenset({"pl"}))
WOMAN = Skills(gender="woman")
MINUTE = timedelta(minutes=1)


def waits(number: int = 1, *, minutes: int = 1, **changes: Any) -> Case:
    since = NOW - minutes * MINUTE
    return case(reference=make_reference(number), waiting_since=since, rank_at=since, **changes)


def intake(**places: str) -> dict[str, Any]:
    fields = {
        place.replace("_", "."): {"question": "q", "status": "answered", "values": value.split()}
        for place, value in places.items()
    }
    return {"door": "victim", "fields": fields}


def given_to(skills: Skills, *cases: Case, others: tuple[Skills, ...] = ()) -> list[Case]:
    return list(in_turn(cases, Free(skills, others, NOW)))


def test_what_is_wanted_is_what_was_chosen() -> None:
    asked = intake(
        wishes_worker="woman bsl people-like-me", wishes_else="wait", needs="papers talk"
    )
    wanted = wanted_of(case(intake=asked, language="pl"))
    assert (wanted.language, wanted.gender, wanted.signs, wanted.by_and_for, wanted.waits) == (
        "pl",
        "woman",
        True,
        True,
        True,
    )
    assert wanted.specialisms == {"immigration"}
    assert wanted_of(case(intake=intake(wishes_worker="woman man"))).gender == ""
    assert wanted_of(case(intake={"door": "young-people"})).specialisms == {"young-people"}


@pytest.mark.parametrize(
    ("skills", "asked"),
    [
        (POLISH, {"language": "pl"}),
        (WOMAN, {"intake": intake(wishes_worker="woman")}),
        (Skills(languages=frozenset({"bsl"})), {"intake": intake(wishes_worker="bsl")}),
        (Skills(services=frozenset({"lgbt"})), {"intake": intake(wishes_worker="people-like-me")}),
        (
            Skills(specialisms=frozenset({"sexual-violence"})),
            {"intake": intake(needs="sexual-harm")},
        ),
    ],
)
def test_a_case_is_left_to_a_colleague_who_fits_it_but_not_for_long(
    skills: Skills, asked: dict[str, Any]
) -> None:
    wanted = wanted_of(case(**asked))
    assert fits(skills, wanted, spoken="en")
    assert not fits(Skills(), wanted, spoken="en")
    fresh, plain = waits(1, **asked), waits(2)
    assert given_to(Skills(), fresh, plain, others=(skills,)) == [plain]
    assert given_to(skills, fresh, plain, others=(Skills(),)) == [fresh, plain]
    # Where nobody who is here fits, whoever is here answers.
    assert given_to(Skills(), fresh, others=(Skills(),)) == [fresh]
    aged = waits(1, minutes=KEPT_FOR // MINUTE, **asked)
    assert given_to(Skills(), aged, others=(skills,)) == [aged]


def test_who_chose_to_wait_for_somebody_is_asked_by_anybody_after_half_an_hour() -> None:
    asked = intake(wishes_worker="woman", wishes_else="wait")
    soon = waits(minutes=20, intake=asked)
    assert given_to(Skills(), soon) == []
    assert given_to(WOMAN, soon) == [soon]
    late = waits(minutes=WAITS_FOR // MINUTE, intake=asked)
    assert given_to(Skills(), late) == [late]


def test_who_has_left_comes_after_who_is_here_unless_they_are_in_danger() -> None:
    left, here = waits(1, ended=Ended.EXIT), waits(2)
    assert given_to(Skills(), left, here) == [here, left]
    danger = waits(3, ended=Ended.EXIT, urgency=EMERGENCY)
    assert given_to(Skills(), danger, left, here) == [danger, here, left]


SOME = st.builds(
    Skills,
    languages=st.frozensets(st.sampled_from(["pl", "ur", "bsl"])),
    gender=st.sampled_from(["", "woman", "man"]),
    specialisms=st.frozensets(st.sampled_from(["immigration", "housing"])),
)
CASES = st.lists(
    st.builds(
        waits,
        st.integers(1, 10_000),
        minutes=st.integers(0, 90),
        language=st.sampled_from(["en", "pl", "ur"]),
        urgency=st.sampled_from([EMERGENCY, case().urgency]),
        intake=st.builds(
            intake,
            wishes_worker=st.sampled_from(["woman", "man", "bsl", "anyone"]),
            wishes_else=st.sampled_from(["wait", "anyone"]),
            needs=st.sampled_from(["papers", "safe-place", "talk"]),
        ),
    ),
    max_size=8,
)


@given(SOME, st.lists(SOME, max_size=3), CASES)
def test_nobody_is_made_up_passed_over_in_danger_or_kept_for_ever(
    mine: Skills, others: list[Skills], cases: list[Case]
) -> None:
    given_cases = given_to(mine, *cases, others=tuple(others))
    assert all(case in cases for case in given_cases)
    in_danger = [case for case in cases if case.urgency.is_emergency]
    assert given_cases[: len(in_danger)] == in_danger
    for waiting in cases:
        since = waiting.waiting_since
        assert since is not None
        if waiting not in given_cases:
            assert NOW - since < WAITS_FOR
            wanted = wanted_of(waiting)
            fit = any(fits(other, wanted, spoken="en") for other in others)
            assert wanted.waits or fit


@pytest.mark.parametrize(
    ("given_to_them", "own", "so"), [(None, None, 4), (6, None, 6), (6, 2, 2), (1, 3, 1), (0, 5, 0)]
)
def test_a_limit_of_ones_own_lowers_and_never_raises(
    given_to_them: int | None, own: int | None, so: int
) -> None:
    assert capacity_of(4, Skills(capacity=given_to_them), OwnLimit(at_once=own)) == so


def test_a_row_comes_back_from_its_register_as_it_was() -> None:
    row = Skills(languages=frozenset({"ur", "pl"}), gender="woman", capacity=3)
    assert Skills.model_validate(as_content(row)) == row
