"""Publishing is refused where an emergency has no number or a text tells a place (P13, P18)."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tenants.publishing import gaps, leak_in, notes, still_to_come
from tenants.tenant import Tenant, TenantId, load_tenant, load_tenants
from tests.tenants.conftest import Spoil

TENANTS = load_tenants()
FILES = sorted((Path(__file__).parents[2] / "tenants").rglob("*.yaml"))


def missing(tenant: Tenant) -> list[str]:
    """The routes that are missing, without the cures."""
    return [gap.what.split(". ")[0] for gap in gaps(tenant) if gap.rule == "P13"]


def test_the_three_tenants_publish_in_the_demo() -> None:
    for tenant in TENANTS.values():
        assert gaps(tenant) == []


def test_a_kind_without_a_24_hour_number_is_a_gap(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("numbers", "  samaritans: 2026-01-31\n", ""))
    assert "quay, victim: no 24-hour number for suicide at age 0 and over" in missing(tenant)
    assert "quay, using-abuse: no 24-hour number for suicide at age 0 and over" in missing(tenant)
    assert not any(gap.is_unfinished for gap in gaps(tenant))


def test_a_number_for_some_ages_leaves_a_gap_for_the_others(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("numbers", "    hours: 24h", "    ages: 16+\n    hours: 24h"))
    assert missing(tenant) == ["quay, victim: no 24-hour number for rape at age 0 to 15"]


def test_an_office_hours_number_fills_no_gap(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("numbers", "    hours: 24h", "    hours: Office hours."))
    assert missing(tenant) == ["quay, victim: no 24-hour number for rape at age 0 and over"]


def test_outside_the_demo_an_unverified_number_fills_no_gap(harbour: Spoil) -> None:
    found = gaps(load_tenant(harbour("tenant", "demo: yes", "demo: no")))
    assert [gap.what.split(" for ")[1] for gap in found] == [
        "danger at age 0 and over. Call 999, and write the day instead of 'not verified'",
        "rape at age 0 and over. Call harbour-line, and write the day instead of 'not verified'",
        "child at age 0 and over. Call 999, and write the day instead of 'not verified'",
        "danger at age 0 and over. Call 999, and write the day instead of 'not verified'",
    ]
    assert all(gap.is_unfinished for gap in found)


def test_a_gap_in_many_areas_is_one_line_and_asks_for_the_fewest_calls() -> None:
    llr = replace(TENANTS[TenantId("llr")], demo=False)
    (rape,) = [gap.what for gap in gaps(llr) if " rape " in gap.what]
    assert rape.startswith("leicester and leicestershire and rutland, victim: no 24-hour number")
    assert rape.endswith(
        ". Call rape-crisis and childline, and write the day instead of 'not verified'"
    )


def test_a_call_on_a_day_to_come_is_no_call(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("numbers", "2026-01-31", "2062-01-31"))
    (gap,) = still_to_come(tenant, date(2026, 3, 2))
    assert (gap.rule, gap.file, gap.line) == ("P13", "numbers.yaml", 3)
    assert "samaritans: was called on 2062-01-31, which is yet to come" in gap.what
    assert list(still_to_come(tenant, date(2062, 1, 30))) == []


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
    ("name", "old", "new", "line"),
    [
        ("services", "title: Counselling", "title: Counselling at 5 Pier Road", 6),
        ("services", "title: Counselling", "title: Counselling, ZZ1 1AA", 6),
        ("services", "counselling:\n", "near-zz1-1aa:\n", 5),
        ("services", "  needs: counselling", "  needs: counselling\n  note: Ring 01632 960777", 12),
        ("services", "  needs: counselling", "  needs: counselling\n  note: >\n   ZZ1\n   1AA", 12),
        ("services", "source: made up\ncouns", "source: seen at 5 Pier Road\ncouns", 4),
        ("wording", "{}", "entry.ask: {pl: ZZ1 1AA}", 1),
        ("wording", "{}", 'entry.ask:\n  pl: "Z\\x5a1 1A\\u0041"', 2),
        ("wording", "{}", "entry.ask: {pl: ＺＺ１ １ＡＡ}", 1),
        ("wording", "{}", "entry.ask: {pl: ring 01632–960–777}", 1),
        ("wording", "{}", "# they moved to ZZ1 1AA\n{}", 1),
        ("numbers", "label: Harbour line", "label: Harbour line, ZZ1 1AA", 6),
        ("numbers", "number: 01632 960001", "number: 01632 960001 at ZZ1 1AA", 7),
        ("numbers", "label: Harbour line", "label: Harbour line\n    note: or 01632 960777", 7),
        ("numbers", "label: Harbour line", "label: The refuge in the harbour", 5),
        ("areas", "[Quay, Old Quay]", "[Quay, ZZ1 1AA]", 7),
        ("tenant", "title: Harbour", "title: Harbour, ring 01632 960777", 2),
        ("hours", "saturday: closed", "saturday: closed # ZZ1 1AA", 6),
    ],
)
def test_a_tenant_that_tells_a_place_is_not_published(
    harbour: Spoil, name: str, old: str, new: str, line: int
) -> None:
    found = [gap for gap in gaps(load_tenant(harbour(name, old, new))) if gap.rule == "P18"]
    assert (found[0].file, found[0].line) == (f"{name}.yaml", line)
    assert not found[0].is_unfinished


def test_the_number_of_a_services_home_is_not_published(harbour: Spoil) -> None:
    folder = harbour("services", "  needs: counselling", "  needs: safe-accommodation")
    file = folder / "numbers.yaml"
    file.write_text(file.read_text().replace("label: Harbour line", "label: counselling"))
    assert ["rings in a place" in gap.what for gap in gaps(load_tenant(folder))] == [True]
