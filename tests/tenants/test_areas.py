"""An area is found in what people type, and never guessed."""

import pytest

from tenants.areas import ELSEWHERE, AreaId, area_of, areas_of, district_of
from tenants.tenant import TenantId, load_tenants

TENANTS = load_tenants()
LLR = TENANTS[TenantId("llr")].areas
COVENTRY = TENANTS[TenantId("coventry")].areas


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("leicester", "leicester"),
        ("I live in Leicester.", "leicester"),
        ("leicestershire", "leicestershire"),
        ("Leicester Forest East", "leicestershire"),
        ("LE1", "leicester"),
        ("le1 5ya", "leicester"),
        ("LE15YA", "leicester"),
        ("le11 3tu", "leicestershire"),
        ("LE113TU", "leicestershire"),
        ("LE15", "rutland"),
        ("near Oakham", "rutland"),
        ("MELTON-MOWBRAY", "leicestershire"),
        ("Ashby de la Zouch", "leicestershire"),
        ("I want to move from Coventry to Rutland", "rutland"),
    ],
)
def test_a_typed_place_or_postcode_names_its_area(typed: str, area: str) -> None:
    assert area_of(LLR, typed) == area


@pytest.mark.parametrize("typed", ["LE2", "LE3 1AA", "Leicester or Rutland", "", "here", "LE99"])
def test_what_fits_two_areas_or_none_is_not_guessed(typed: str) -> None:
    assert area_of(LLR, typed) is None


def test_a_postcode_district_in_two_areas_gives_both() -> None:
    assert areas_of(LLR, "LE2") == {"leicester", "leicestershire"}


@pytest.mark.parametrize("typed", ["Nottingham", "coventry", "somewhere elsewhere"])
def test_a_place_outside_is_known_as_outside(typed: str) -> None:
    assert areas_of(LLR, typed) == {ELSEWHERE}


def test_a_word_inside_another_word_is_no_place() -> None:
    assert areas_of(LLR, "Meltonish Ashbyx") == frozenset()


@pytest.mark.parametrize("number", range(1, 9))
def test_every_coventry_postcode_district_is_coventry(number: int) -> None:
    assert area_of(COVENTRY, f"CV{number}") == "coventry"


@pytest.mark.parametrize(
    ("typed", "district", "report"),
    [
        ("Hinckley", "hinckley-and-bosworth", "County"),
        ("LE13", "melton", "County"),
        ("Uppingham", "rutland", "Rutland"),
        ("Highfields", "leicester", "City"),
    ],
)
def test_reports_get_a_district_and_city_county_or_rutland(
    typed: str, district: str, report: str
) -> None:
    found = district_of(LLR, typed)
    area = LLR.find(area_of(LLR, typed) or AreaId(""))
    assert found is not None
    assert area is not None
    assert (found.id, area.report) == (district, report)


def test_the_seven_county_districts_stand_apart() -> None:
    county = LLR.find("leicestershire")
    assert county is not None
    assert len([district for district in county.districts if district.id != county.id]) == 7


def test_every_tenant_takes_those_who_live_mean_to_live_or_work_there() -> None:
    for tenant in TENANTS.values():
        assert len(tenant.areas.catchment) == 4
