"""A tenant called Harbour, written fresh for each test, so that a test may spoil a file."""

from collections.abc import Callable
from pathlib import Path

import pytest

HARBOUR = {
    "tenant": """\
id: harbour
title: Harbour
order: 1
demo: yes
languages: [en, pl]
language: en
leave_to: https://weather.example/
flows: [entry, victim]
doors:
  victim: victim
  third-party: third-party
  using-abuse: using-abuse
  feedback: feedback
settings:
  veil_after: 5m
  idle_after: 15m
  ask_safety_after: 10m
  resume_within: 30m
  no_wrong_door: no
  sexual_violence_all_ages: no
  front_door: helpline
""",
    "services": """\
helpline:
  title: Helpline
  for: [victim, third-party, perpetrator]
  source: made up
counselling:
  title: Counselling
  for: victim
  ages: 16+
  all_ages_if: sexual_violence_all_ages
  areas: quay
  needs: counselling
  source: made up
""",
    "hours": """\
monday: [22:00-24:00]
tuesday: [00:00-02:00, 09:00-17:00]
wednesday: 09:00-17:00
thursday: 09:00-17:00
friday: 09:00-17:00
saturday: closed
sunday: 01:30-04:00
bank-holiday: 10:00-12:00
days:
  2026-12-24: closed
""",
    "areas": """\
catchment: [lives, works]
areas:
  quay:
    label: The quay
    report: City
    districts:
      quay: {label: Quay, places: [Quay, Old Quay], postcodes: [ZZ1]}
outside: [Inland]
""",
    "numbers": """\
national:
  999: not verified
  samaritans: 2026-01-31
own:
  harbour-line:
    label: Harbour line
    number: 01632 960001
    by: phone
    side: victim
    for: [domestic, rape]
    hours: 24h
    areas: quay
    source: made up
""",
    "wording": "{}\n",
}

Spoil = Callable[..., Path]


@pytest.fixture
def harbour(tmp_path: Path) -> Spoil:
    """Write Harbour's folder; `harbour("hours", old, new)` changes one place in one file."""

    def write(name: str = "tenant", old: str = "", new: str = "") -> Path:
        folder = tmp_path / "harbour"
        folder.mkdir(exist_ok=True)
        for stem, text in HARBOUR.items():
            changed = text.replace(old, new, 1) if stem == name and old else text
            assert stem != name or not old or changed != text
            (folder / f"{stem}.yaml").write_text(changed, encoding="utf-8")
        return folder

    return write
