"""``frontdoor check`` over the tenants as they are, and with a text that is gone."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from bot.checking import CRITICAL, check_command, check_tenant, is_critical, read_catalogues
from flows.proofs import Walks
from locales.extraction import collect
from tests.flows.proving import harbour

KEYS = [source.key for source in collect()]


def test_every_tenant_as_it_is_breaks_nothing() -> None:
    result = CliRunner().invoke(check_command, ["--no-notes"])
    assert result.exit_code == 0, result.output
    assert [line.split(":")[0] for line in result.output.splitlines()] == [
        "llr",
        "coventry",
        "leicester-2012",
    ]


def test_an_unknown_tenant_is_refused() -> None:
    result = CliRunner().invoke(check_command, ["--tenant", "nowhere"])
    assert result.exit_code == 2
    assert "there is no tenant 'nowhere'" in result.output


def test_outside_the_demo_unread_texts_and_unverified_numbers_are_breaks() -> None:
    published = replace(harbour(), demo=False, languages=("en",))
    proof = check_tenant(published, read_catalogues(), (), Walks())
    rules = {found.rule for found in proof.breaks}
    assert {"P8", "P13"} <= rules
    assert any("native speaker" in found.what for found in proof.breaks)


@pytest.mark.parametrize("beginning", CRITICAL)
def test_each_beginning_of_a_critical_key_still_begins_one(beginning: str) -> None:
    assert any(key.startswith(beginning) for key in KEYS)


def test_a_word_of_danger_within_a_key_makes_it_no_safety_text() -> None:
    assert is_critical("victim.own-life.ask")
    assert not is_critical("numbers.danger-line.label")
