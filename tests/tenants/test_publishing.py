"""Publishing is refused where an emergency has no number or a text tells a place (P13, P18)."""

import re
from pathlib import Path

import pytest

from tenants.publishing import Gap, gaps, leak_in, notes
from tenants.tenant import TenantId, load_tenant, load_tenants
from tests.tenants.conftest import Spoil

TENANTS = load_tenants()
FILES = sorted((Path(__file__).parents[2] / "tenants").rglob("*.yaml"))


def test_the_three_tenants_publish_in_the_demo() -> None:
    for tenant in TENANTS.values():
        assert gaps(tenant) == []


def test_a_kind_without_a_24_hour_number_is_a_gap(harbour: Spoil) -> None:
    found = gaps(load_tenant(harbour("numbers", "  samaritans: 2026-01-31\n", "")))
    assert Gap("P13", "quay, victim: no 24-hour number for suicide at age 0 and over") in found
    assert Gap("P13", "quay, using-abuse: no 24-hour number for suicide at age 0 and over") in found


def test_a_number_for_some_ages_leaves_a_gap_for_the_others(harbour: Spoil) -> None:
    found = gaps(load_tenant(harbour("numbers", "    hours: 24h", "    ages: 16+\n    hours: 24h")))
    assert found == [Gap("P13", "quay, victim: no 24-hour number for rape at age 0 to 15")]


def test_an_office_hours_number_fills_no_gap(harbour: Spoil) -> None:
    found = gaps(load_tenant(harbour("numbers", "    hours: 24h", "    hours: Office hours.")))
    assert found == [Gap("P13", "quay, victim: no 24-hour number for rape at age 0 and over")]


def test_outside_the_demo_an_unverified_number_fills_no_gap(harbour: Spoil) -> None:
    found = gaps(load_tenant(harbour("tenant", "demo: yes", "demo: no")))
    assert [gap.what.split(" for ")[1] for gap in found] == [
        "danger at age 0 and over",
        "rape at age 0 and over",
        "child at age 0 and over",
        "danger at age 0 and over",
    ]


def test_unverified_and_stale_are_notes() -> None:
    found = notes(TENANTS[TenantId("coventry")])
    assert "number 999: not verified" in found
    assert any("safe-to-talk" in line and "2018" in line for line in found)
    assert "service sexual-violence: not verified (limited)" in found


def test_no_file_of_any_tenant_holds_a_postcode_a_street_or_an_address() -> None:
    assert len(FILES) >= 19
    for file in FILES:
        for line in file.read_text(encoding="utf-8").splitlines():
            told = "" if re.match(r" +number: ", line) else line
            assert leak_in(told) is None, f"{file.name}: {line}"


def test_no_number_belongs_to_a_refuge_or_accommodation() -> None:
    for tenant in TENANTS.values():
        for number in tenant.numbers:
            assert "refuge" not in number.label.casefold()
            assert "accommodation" not in number.label.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "Come to LE1 5YA",
        "at le15ya tonight",
        "12 Station Road",
        "12a, Old Mill Lane",
        "ring 0116 496 0123",
        "ring +44 116 496 0123",
        "write to door@harbour.example",
    ],
)
def test_a_place_or_direct_line_is_seen_in_a_text(text: str) -> None:
    assert leak_in(text)


@pytest.mark.parametrize(
    "text",
    ["LE1, LE2 and CV13", "ages 16 to 25", "in January 2024", "999 and 116 123", "Saffron Lane"],
)
def test_ordinary_words_give_nothing_away(text: str) -> None:
    assert leak_in(text) is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("services", "title: Counselling", "title: Counselling at 5 Pier Road"),
        ("services", "  needs: counselling", "  needs: counselling\n  note: Ring 01632 960777"),
        ("wording", "{}", "entry.ask: {pl: ZZ1 1AA}"),
        ("areas", "[Quay, Old Quay]", "[Quay, ZZ1 1AA]"),
    ],
)
def test_a_tenant_that_tells_a_place_is_not_published(
    harbour: Spoil, name: str, old: str, new: str
) -> None:
    found = gaps(load_tenant(harbour(name, old, new)))
    assert any(gap.rule == "P18" and "holds a" in gap.what for gap in found)
