"""docs/architecture.md names every command and every setting, and none that is not there."""

import re
from pathlib import Path

from click import Context

from bot.__main__ import frontdoor
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Commands and addresses")[2]


def test_the_page_lists_every_command() -> None:
    assert set(re.findall(r"`frontdoor ([a-z]+)", TABLE)) == set(
        frontdoor.list_commands(Context(frontdoor))
    )


def test_the_page_lists_every_setting() -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", TABLE))
    assert named == {name.upper() for name in Settings.model_fields}
