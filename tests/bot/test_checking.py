"""``frontdoor check`` over the tenants as they are, and with a text that is gone."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.checking import (
    CRITICAL,
    check_command,
    check_tenant,
    is_critical,
    look_up,
    read_catalogues,
    unfinished,
    with_own,
)
from flows.proofs import Proof
from flows.wording_proofs import Wording, prove_own_wording
from locales.extraction import collect
from tenants.beginning import begin_tenant
from tenants.folder import write_folder
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


def test_what_waits_for_somebody_is_told_apart_from_what_is_broken() -> None:
    waiting = unfinished(replace(harbour(), languages=("en",)), read_catalogues())
    assert {found.rule for found in waiting} == {"P8", "P13"}
    assert sum("are not reviewed" in found.what for found in waiting) == 1
    proof = check_tenant(replace(harbour(), demo=False, languages=("en",)), read_catalogues(), ())
    assert {"P8", "P13"}.isdisjoint({found.rule for found in proof.breaks})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("order: 1", "order: first", "lantern/tenant.yaml:4: 'first' is not a whole number"),
        ("languages: [en]", "languages: [en, fr]", "lantern/tenant.yaml:6: 'fr' is not known"),
        ("victim, third", "victims, third", "lantern/tenant.yaml:9: 'victims' is not known here"),
    ],
)
def test_a_mistake_in_one_tenants_files_is_told_and_the_next_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    files = dict(begin_tenant("lantern", "Lantern"))
    write_folder(tmp_path, "harbour", begin_tenant("harbour", "Harbour"))
    file = write_folder(tmp_path, "lantern", files) / "tenant.yaml"
    file.write_text(files["tenant.yaml"].replace(old, new, 1))
    monkeypatch.setenv("TENANTS", str(tmp_path))
    monkeypatch.setattr("bot.checking.prove", lambda *_, **__: Proof(()))
    done = CliRunner().invoke(check_command, ["--no-notes"])
    assert done.exit_code == 1
    assert any(line.startswith(said) for line in done.output.splitlines())
    assert "harbour: no breaks" in done.output


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
