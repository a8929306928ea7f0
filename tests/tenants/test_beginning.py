"""A new tenant begins safe: no demo, closed, nothing verified, whoever it is like."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenants.beginning import ID, begin_tenant
from tenants.hours import next_opening
from tenants.numbers import EMERGENCY_NUMBER, numbers_for
from tenants.publishing import gaps
from tenants.tenant import Tenant, load_tenant, load_tenants, read_tenant
from tests.tenants.conftest import Spoil

LIKE = [None, *load_tenants().values()]
LANTERN = Path("lantern")


def begun(like: Tenant | None = None, title: str = "Lantern") -> Tenant:
    return read_tenant(begin_tenant("lantern", title, order=7, like=like), LANTERN)


@pytest.mark.parametrize("like", LIKE, ids=lambda like: like.id if like else "alone")
def test_it_is_no_demo_is_closed_and_shows_999_alone(like: Tenant | None) -> None:
    tenant = begun(like)
    assert (tenant.id, tenant.title, tenant.order, tenant.demo) == ("lantern", "Lantern", 7, False)
    assert next_opening(tenant.hours, datetime(2026, 3, 2, 12, tzinfo=UTC)) is None
    assert [n.id for n in numbers_for(tenant.numbers, "victim")] == [EMERGENCY_NUMBER]
    assert tenant.leave_to == "https://www.bbc.co.uk/weather"
    assert {gap.rule for gap in gaps(tenant)} == {"P13"}


def test_nothing_that_was_verified_for_another_counts(harbour: Spoil) -> None:
    harbour("numbers", "    areas: quay\n", "    areas: quay\n    verified: 2026-01-31\n")
    folder = harbour()
    for name, old, new in (
        ("numbers", "    hours: 24h", "    hours: 24h\n    verified: 2026-01-31"),
        ("services", "  source: made up", "  source: made up\n  verified: 2026-01-31"),
        ("services", "  needs: counselling", "  needs: counselling\n  status: open"),
    ):
        file = folder / f"{name}.yaml"
        file.write_text(file.read_text().replace(old, new, 1))
    tenant = begun(load_tenant(folder))
    assert {number.id for number in tenant.numbers} == {"999", "samaritans", "harbour-line"}
    assert [n for n in tenant.numbers if n.verified_on] == []
    assert [s for s in tenant.services if s.verified_on or s.status != "not checked"] == []


def test_directory_areas_flows_and_settings_are_those_of_whom_it_is_like() -> None:
    for like in load_tenants().values():
        tenant = begun(like)
        assert tenant.areas == like.areas
        assert [s.id for s in tenant.services] == [s.id for s in like.services]
        assert (tenant.flows, tenant.languages) == (like.flows, like.languages)
        assert (tenant.doors, tenant.settings) == (like.doors, like.settings)


@pytest.mark.parametrize("title", ['A "b" # c: d', "yes", "- a", "123", "{x}", "Ł ü", "'", "a: b"])
def test_a_title_is_written_so_that_it_is_read_again(title: str) -> None:
    assert begun(title=title).title == title


@pytest.mark.parametrize("id", ["Harbour", "har bour", "-a", "a-", "..", "a/b", "", "a" * 41, "ü"])
def test_what_can_be_no_id(id: str) -> None:
    assert not ID.fullmatch(id)


@pytest.mark.parametrize("id", ["a", "llr", "leicester-2012", "a" * 40])
def test_what_can_be_an_id(id: str) -> None:
    assert ID.fullmatch(id)
