"""Thresholds hold by area and from a day on; a licensed wording is whole or refused (R18, R19)."""

import datetime as dt
from pathlib import Path

import pytest

from tenants.dash import FILE as DASH
from tenants.dash import TOPICS
from tenants.tenant import TenantFileError, load_tenant
from tenants.thresholds import FILE, Threshold, Thresholds
from tests.tenants.conftest import Spoil

AREA = "quay"
WRITTEN = f"""\
areas:
  {AREA}:
    2026-06-01:
      marac: 12
      register: 8
      source: the newer agreement
    2022-04-01:
      marac: 14
      register: 10
      reports: 3
      source: the older agreement
"""


def write(harbour: Spoil, text: str, file: str = FILE) -> Path:
    folder = harbour()
    (folder / file).write_text(text)
    return folder


def at(harbour: Spoil, day: str, area: str = AREA, text: str = WRITTEN) -> Threshold | None:
    thresholds = load_tenant(write(harbour, text)).thresholds
    return thresholds.at(area, dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "marac"),
    [("2022-04-01", 14), ("2026-05-31", 14), ("2026-06-01", 12), ("2030-01-01", 12)],
)
def test_the_agreement_of_the_day_holds(harbour: Spoil, day: str, marac: int) -> None:
    found = at(harbour, day)
    assert found is not None
    assert found.marac == marac


def test_before_the_first_agreement_none_holds(harbour: Spoil) -> None:
    assert at(harbour, "2022-03-31") is None


def test_whoever_lives_nobody_knows_where_is_held_to_the_smallest_number() -> None:
    day = dt.date(2026, 1, 1)
    held = {
        area: (Threshold(area, day, marac=marac, register=6, source="made up"),)
        for area, marac in (("quay", 14), ("pier", 9), ("dock", 12))
    }
    thresholds = Thresholds(held)
    assert thresholds.at("dock", day) == held["dock"][0]
    for unknown in ("", "elsewhere"):
        assert thresholds.at(unknown, day) == held["pier"][0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f"  {AREA}:", "  atlantis:", "2: 'atlantis' is not known here"),
        ("2026-06-01", "next June", "3: 'next June' is not a date"),
        ("register: 8", "register: 13", "5: the register begins above the MARAC"),
        ("marac: 12", "marac: 25", "4: 25 topics cannot be"),
        ("      source: the newer agreement\n", "", "4: 'source' is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(harbour: Spoil, old: str, new: str, said: str) -> None:
    with pytest.raises(TenantFileError) as told:
        load_tenant(write(harbour, WRITTEN.replace(old, new)))
    assert f"harbour/{FILE}:{said}" in str(told.value)


def test_a_tenant_without_thresholds_has_none(harbour: Spoil) -> None:
    folder = harbour()
    (folder / FILE).unlink(missing_ok=True)
    assert load_tenant(folder).thresholds.at(AREA, dt.date(2026, 1, 1)) is None


def test_a_licensed_wording_is_read_where_a_tenant_holds_it(harbour: Spoil) -> None:
    words = "".join(f"  {topic}: Licensed words of {topic}\n" for topic in TOPICS)
    dash = load_tenant(write(harbour, f"licence: made up, 2026\nadult:\n{words}", DASH)).dash
    assert dash is not None
    assert (dash.licence, dash.forms["adult"]["neck"]) == (
        "made up, 2026",
        "Licensed words of neck",
    )


def test_a_licensed_wording_with_a_topic_left_out_is_refused(harbour: Spoil) -> None:
    words = "".join(f"  {topic}: words\n" for topic in TOPICS if topic != "neck")
    with pytest.raises(TenantFileError, match="'neck' is missing"):
        load_tenant(write(harbour, f"licence: made up\nadult:\n{words}", DASH))
