"""``frontdoor check`` over the tenants as they are, and with a text that is gone."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from bot.checking import (
    CRITICAL,
    check_command,
    check_tenant,
    is_critical,
    look_up,
    read_catalogues,
    with_own,
)
from flows.wording_proofs import Wording, prove_own_wording
from locales.extraction import collect
from tests.flows.proving import edition, harbour

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
    proof = check_tenant(published, read_catalogues(), ())
    rules = {found.rule for found in proof.breaks}
    assert {"P8", "P13"} <= rules
    assert any("native speaker" in found.what for found in proof.breaks)


def test_a_helplines_own_texts_need_no_catalogue() -> None:
    """Their English is in its files, and another language of them in its wording."""
    area = replace(harbour().areas.within[0], label="The quay")
    areas = replace(harbour().areas, within=(area,))
    key = f"areas.{area.id}"
    tenant = replace(harbour(), areas=areas, wording={key: {"ur": "گھاٹ"}})
    find = with_own(tenant, look_up({}))
    assert find("en", key, "The quay") == Wording(("The quay",))
    assert find("ur", key, "The quay") == Wording(("گھاٹ",))
    assert find("pl", key, "The quay") is None
    assert find("en", key, "The old quay") is None
    assert find("en", "entry.danger-now.ask", "Is anyone in danger?") is None


def test_own_wording_of_a_number_is_known_and_of_nothing_is_a_break() -> None:
    wording = {"numbers.llr-line.label": {"ur": "لائن"}, "numbers.nobody.label": {"ur": "لائن"}}
    found = list(prove_own_wording(edition(), replace(harbour(), wording=wording)))
    assert [each.what.split()[0] for each in found] == ["numbers.nobody.label"]


@pytest.mark.parametrize("beginning", CRITICAL)
def test_each_beginning_of_a_critical_key_still_begins_one(beginning: str) -> None:
    assert any(key.startswith(beginning) for key in KEYS)


def test_a_word_of_danger_within_a_key_makes_it_no_safety_text() -> None:
    assert is_critical("victim.own-life.ask")
    assert not is_critical("numbers.danger-line.label")
