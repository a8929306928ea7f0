"""Opening hours hold over weekends, bank holidays, single days and both changes of the clock."""

import datetime as dt

import pytest

from tenants.hours import LONDON, Hours, is_open, is_out_of_hours, next_opening
from tenants.tenant import TenantId, load_tenant, load_tenants
from tests.tenants.conftest import Spoil

TENANTS = load_tenants()
LLR = TENANTS[TenantId("llr")].hours
COVENTRY = TENANTS[TenantId("coventry")].hours


def london(text: str, *, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture
def hours(harbour: Spoil) -> Hours:
    return load_tenant(harbour()).hours


@pytest.mark.parametrize(
    ("at", "is_staffed"),
    [
        ("2026-03-04 08:59", False),
        ("2026-03-04 09:00", True),
        ("2026-03-04 16:59", True),
        ("2026-03-04 17:00", False),
        ("2026-03-07 12:00", False),  # a Saturday
        ("2026-04-03 12:00", False),  # Good Friday
        ("2026-04-06 12:00", False),  # Easter Monday
        ("2026-12-28 12:00", False),  # stands in for Boxing Day
        ("2026-12-29 12:00", True),
    ],
)
def test_coventry_keeps_office_days_and_bank_holidays(at: str, *, is_staffed: bool) -> None:
    assert is_open(COVENTRY, london(at)) is is_staffed


def test_hours_are_local_in_summer_and_winter() -> None:
    assert is_open(LLR, utc("2026-07-01 07:30"))
    assert not is_open(LLR, utc("2026-12-01 07:30"))


def test_a_bank_holiday_has_its_own_hours_where_it_is_given_some(hours: Hours) -> None:
    assert is_open(hours, london("2026-04-03 11:00"))
    assert not is_open(hours, london("2026-04-03 13:00"))


def test_a_single_day_goes_before_weekday_and_bank_holiday(hours: Hours) -> None:
    assert not is_open(hours, london("2026-12-24 11:00"))


def test_the_next_opening_skips_weekend_and_bank_holiday() -> None:
    assert next_opening(COVENTRY, london("2026-04-02 17:30")) == london("2026-04-07 09:00")


def test_the_next_opening_is_later_the_same_day() -> None:
    assert next_opening(COVENTRY, london("2026-03-04 06:00")) == london("2026-03-04 09:00")


def test_hours_through_midnight_open_once(hours: Hours) -> None:
    monday_evening = london("2026-03-02 22:30")
    assert is_open(hours, london("2026-03-02 23:59"))
    assert is_open(hours, london("2026-03-03 00:00"))
    assert next_opening(hours, monday_evening) == london("2026-03-03 09:00")


def test_a_tenant_that_never_opens_says_so(harbour: Spoil) -> None:
    folder = harbour()
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    closed = "".join(f"{day}: closed\n" for day in days)
    (folder / "hours.yaml").write_text(closed, encoding="utf-8")
    assert next_opening(load_tenant(folder).hours, london("2026-03-02 12:00")) is None


def test_an_opening_that_the_spring_change_leaves_out_moves_on(hours: Hours) -> None:
    opening = next_opening(hours, london("2026-03-28 12:00"))
    assert opening == utc("2026-03-29 01:00")
    assert is_open(hours, utc("2026-03-29 01:00"))
    assert not is_open(hours, utc("2026-03-29 00:59"))


def test_the_hour_that_comes_twice_in_autumn_is_open_both_times(hours: Hours) -> None:
    assert is_open(hours, london("2026-10-25 01:45"))
    assert is_open(hours, london("2026-10-25 01:45", fold=1))
    opening = next_opening(hours, london("2026-10-24 12:00"))
    assert opening is not None
    # A time that comes twice equals nothing in another zone, so both are told in one.
    assert opening.astimezone(dt.UTC) == utc("2026-10-25 00:30")


def test_opening_follows_the_clock_into_winter() -> None:
    opening = next_opening(LLR, london("2026-10-24 21:00"))
    assert opening == utc("2026-10-25 08:00")


def test_moments_come_back_aware_in_london_time() -> None:
    opening = next_opening(LLR, utc("2026-07-01 22:00"))
    assert opening is not None
    assert opening.utcoffset() == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "is_out"),
    [
        ("2026-03-04 08:59", True),
        ("2026-03-04 09:00", False),
        ("2026-03-04 17:00", True),
        ("2026-03-07 12:00", True),
        ("2026-04-03 12:00", True),
    ],
)
def test_out_of_hours_is_not_nine_to_five(at: str, *, is_out: bool) -> None:
    assert is_out_of_hours(london(at)) is is_out


def test_changed_hours_have_another_version(harbour: Spoil) -> None:
    before = load_tenant(harbour()).hours.hours_version
    same = load_tenant(harbour("hours", "[22:00-24:00]", "22:00-24:00")).hours.hours_version
    after = load_tenant(harbour("hours", "2026-12-24: closed", "2026-12-24: 09:00-10:00")).hours
    assert same == before
    assert after.hours_version != before
