"""Tenants are read from their folders, and a mistake names its file, its line and its cure."""

from datetime import timedelta
from pathlib import Path

import pytest

from tenants.tenant import (
    FILES,
    OPTIONAL_FILES,
    TenantFileError,
    TenantId,
    load_tenant,
    load_tenants,
)
from tests.tenants.conftest import Spoil

AGAIN = """\
  pier:
    label: The pier
    report: City
    districts:
      quay: {label: Quay, places: [Pier]}
"""

MISTAKES = [
    ("tenant", "language: en", "langauge: en", 6, "Did you mean 'language'"),
    ("tenant", "language: en", "language: ur", 6, "Known here: en, pl"),
    ("tenant", "title: Harbour", "title:", 2, "Write it after the colon"),
    ("tenant", "order: 1", "order: first", 3, "digits"),
    ("tenant", "id: harbour", "id: lantern", 1, "same"),
    ("tenant", "demo: yes", "demo: true", 4, "Known here: yes, no"),
    ("tenant", "demo: yes", "title: Again", 4, "Keep one"),
    ("tenant", "https://weather", "http://weather", 7, "whole address"),
    ("tenant", "using-abuse: using-abuse", "using-abuse: victim", 10, "queue of its own"),
    ("tenant", "veil_after: 5m", "veil_after: soon", 15, "Write it as 90s, 15m, 2h or 1d"),
    ("tenant", "veil_after: 5m", "veil_after: 0m", 15, "Write a time"),
    ("tenant", "https://weather.example/", "http://weather.example/", 7, "the whole address"),
    ("tenant", "https://weather.example/", '"https://["', 7, "the whole address"),
    ("tenant", "front_door: helpline", "front_door: pier", 21, "Name one of services.yaml"),
    ("tenant", "flows: [entry", "flows: [[entry", 9, "bracket"),
    ("services", "for: victim", "for: victims", 7, "Did you mean 'victim'"),
    ("services", "ages: 16+", "ages: 16 up", 8, "Write 16+, 0-19 or any"),
    ("services", "ages: 16+", "ages: 19-0", 8, "younger age first"),
    ("services", "areas: quay", "areas: key", 10, "Known here: quay"),
    ("services", "sexual_violence_all_ages", "sexual_violence_ages", 9, "Did you mean"),
    ("services", "  source: made up\n", "", 2, "Add a line 'source"),
    ("hours", "saturday: closed\n", "", 1, "Add a line 'saturday"),
    ("hours", "wednesday: 09:00-17:00", "wednesday: 9-5", 3, "Write 09:00-17:00, or closed"),
    ("hours", "[22:00-24:00]", "[22:00-02:00]", 1, "End at 24:00"),
    ("hours", "00:00-02:00, 09:00", "00:00-10:00, 09:00", 2, "in order"),
    ("hours", "2026-12-24", "24 December", 10, "2026-01-31"),
    ("areas", "[ZZ1]", "[ZZ1 1AA]", 7, "first half"),
    ("areas", "outside:", f"{AGAIN}outside:", 12, "another name"),
    ("areas", "[lives, works]", "[lives, sleeps]", 1, "Known here"),
    ("numbers", "  999: not verified\n", "", 2, "Add a line '999"),
    ("numbers", "samaritans: 2026-01-31", "samaritan: 2026-01-31", 3, "Did you mean 'samaritans'"),
    ("numbers", "2026-01-31", "yes", 3, "Write it as 2026-01-31"),
    ("numbers", "side: victim", "side: both", 9, "Known here: shared"),
    ("numbers", "harbour-line:", "nspcc:", 5, "another name"),
    ("wording", "{}", "entry.ask: {fr: Bonjour}", 1, "Known here: en, pl"),
    ("wording", "{}", "", 1, "Write {}"),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "cure"), MISTAKES)
def test_a_mistake_names_its_file_its_line_and_its_cure(
    harbour: Spoil, name: str, old: str, new: str, *, line: int, cure: str
) -> None:
    with pytest.raises(TenantFileError) as caught:
        load_tenant(harbour(name, old, new))
    assert str(caught.value).startswith(f"harbour/{name}.yaml:{line}: ")
    assert cure in caught.value.cure


def test_a_missing_file_is_named(harbour: Spoil) -> None:
    folder = harbour()
    (folder / "hours.yaml").unlink()
    with pytest.raises(TenantFileError, match=r"harbour/hours\.yaml:1: .* Create it"):
        load_tenant(folder)


def test_a_file_that_is_not_utf8_is_named(harbour: Spoil) -> None:
    folder = harbour()
    (folder / "wording.yaml").write_bytes(b"\xff\xfe{}")
    with pytest.raises(TenantFileError, match="UTF-8"):
        load_tenant(folder)


def test_a_tenant_is_what_its_files_say(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("wording", "{}", "entry.ask: {pl: Witaj}"))
    assert tenant.id == "harbour"
    assert tenant.demo
    assert tenant.languages == ("en", "pl")
    assert tenant.doors["using-abuse"] == "using-abuse"
    assert tenant.settings.veil_after == timedelta(minutes=5)
    assert tenant.wording == {"entry.ask": {"pl": "Witaj"}}
    assert [service.id for service in tenant.services] == ["helpline", "counselling"]


def test_the_three_tenants_stand_in_their_order() -> None:
    tenants = load_tenants()
    assert list(tenants) == ["llr", "coventry", "leicester-2012"]
    for tenant in tenants.values():
        assert tenant.demo
        assert len(set(tenant.languages)) == 12


def test_only_folders_with_a_tenant_file_are_tenants(harbour: Spoil) -> None:
    folder = harbour()
    (folder.parent / "notes").mkdir()
    assert list(load_tenants(folder.parent)) == [TenantId("harbour")]


def test_where_exit_leads_is_a_neutral_page() -> None:
    words = ("abuse", "help", "refuge", "violence")
    for tenant in load_tenants().values():
        assert not any(word in tenant.leave_to for word in words)


def test_no_folder_of_a_tenant_holds_a_file_that_nobody_reads() -> None:
    known = {Path(name).stem for name in FILES}
    optional = {Path(name).stem for name in OPTIONAL_FILES}
    root = Path(__file__).parents[2] / "tenants"
    for file in root.glob("*/tenant.yaml"):
        assert {path.stem for path in file.parent.glob("*.yaml")} - optional == known
