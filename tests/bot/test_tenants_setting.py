"""``TENANTS`` names the folder of the tenants, for every command that asks for one."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import frontdoor
from bot.demo import demo_settings
from bot.settings import read_settings
from tenants.tenant import PACKAGED
from tests.house import KEYS, screener


@pytest.fixture
def lantern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one tenant, which the code has never heard of."""
    folder = tmp_path / "tenants" / "lantern"
    shutil.copytree(PACKAGED / "coventry", folder)
    file = folder / "tenant.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: coventry", "id: lantern"))
    monkeypatch.setenv("TENANTS", str(folder.parent))
    monkeypatch.setattr("bot.simulation.set_up_logs", lambda _level: None)
    return folder.parent


def test_without_the_setting_the_packaged_ones_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANTS", "")
    assert read_settings().tenants == PACKAGED


def test_route_knows_the_tenants_of_that_folder_alone(lantern: Path) -> None:
    found = CliRunner().invoke(frontdoor, ["route", "--tenant", "lantern"], input='{"person": {}}')
    assert "victim-and-child" in json.loads(found.output)["services"]
    refused = CliRunner().invoke(frontdoor, ["route", "--tenant", "llr"], input="{}")
    assert "Use one of: lantern" in " ".join(refused.output.split())


def test_check_knows_the_tenants_of_that_folder_alone(lantern: Path) -> None:
    refused = CliRunner().invoke(frontdoor, ["check", "--tenant", "llr"])
    assert (refused.exit_code, "no tenant 'llr'" in refused.output) == (2, True)


def test_a_simulation_plays_with_a_tenant_of_that_folder(
    lantern: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.Screener", type("_", (), {"load": staticmethod(screener)}))
    played = CliRunner().invoke(
        frontdoor, ["simulate", "-", "--tenant", "lantern", "--json"], input='{"exit": true}\n'
    )
    assert played.exit_code == 0, played.output


@pytest.mark.parametrize("command", ["web", "check", "route", "migrate"])
def test_a_folder_without_tenants_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("bot.serving.set_up_logs", lambda _level: None)
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "SECRET_KEYS": KEYS}
    for root in (tmp_path, tmp_path / "gone"):
        done = CliRunner().invoke(frontdoor, [command], env=given | {"TENANTS": str(root)})
        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 1
        assert "no tenant has a folder here. Name another folder in TENANTS" in done.stderr


def test_the_demo_serves_the_samples_unless_told_otherwise(lantern: Path, tmp_path: Path) -> None:
    """Whoever has set TENANTS for their helpline meets no stranger's staff in it by a demo."""
    assert demo_settings(tmp_path / "demo", 0).tenants == PACKAGED
    assert demo_settings(tmp_path / "demo", 0, lantern).tenants == lantern
