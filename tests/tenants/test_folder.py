"""A folder is written whole or not at all, and what was there before is there until then."""

from pathlib import Path

import pytest

from tenants.beginning import begin_tenant
from tenants.folder import write_folder
from tenants.tenant import Tenant, TenantFileError, load_tenant, load_tenants

FILES = begin_tenant("lantern", "Lantern")
OTHERS = begin_tenant("lantern", "Another Lantern")


def title(root: Path) -> str:
    (tenant,) = load_tenants(root).values()
    return tenant.title


def test_a_folder_that_was_not_there_is_made_with_nothing_beside_it(tmp_path: Path) -> None:
    root = tmp_path / "new" / "tenants"
    assert write_folder(root, "lantern", FILES) == root / "lantern"
    assert title(root) == "Lantern"
    assert [path.name for path in root.iterdir()] == ["lantern"]


def test_a_name_that_is_taken_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    write_folder(tmp_path, "lantern", FILES)
    with pytest.raises(TenantFileError, match="there is a tenant 'lantern' already"):
        write_folder(tmp_path, "lantern", OTHERS)
    assert title(tmp_path) == "Lantern"


def test_a_name_that_is_taken_meanwhile_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(folder: Path) -> Tenant:
        monkeypatch.undo()
        write_folder(tmp_path, "lantern", FILES)
        return load_tenant(folder)

    monkeypatch.setattr("tenants.folder.load_tenant", slow)
    with pytest.raises(TenantFileError, match="there is a tenant 'lantern' already"):
        write_folder(tmp_path, "lantern", OTHERS)
    assert title(tmp_path) == "Lantern"


def test_one_is_replaced_whole(tmp_path: Path) -> None:
    write_folder(tmp_path, "lantern", FILES)
    (tmp_path / "lantern" / "left-over.txt").write_text("x")
    write_folder(tmp_path, "lantern", OTHERS, may_replace=True)
    assert title(tmp_path) == "Another Lantern"
    assert {path.name for path in (tmp_path / "lantern").iterdir()} == set(OTHERS)
    assert [path.name for path in tmp_path.iterdir()] == ["lantern"]


def test_what_does_not_load_is_not_written(tmp_path: Path) -> None:
    write_folder(tmp_path, "lantern", FILES)
    with pytest.raises(TenantFileError, match="hours"):
        write_folder(tmp_path, "lantern", {**OTHERS, "hours.yaml": "always"}, may_replace=True)
    assert title(tmp_path) == "Lantern"
    assert [path.name for path in tmp_path.iterdir()] == ["lantern"]


def test_a_rename_that_fails_puts_the_former_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, "lantern", FILES)
    rename, done = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        done.append(self)
        if len(done) == 2:
            raise OSError("the disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(OSError, match="the disk is gone"):
        write_folder(tmp_path, "lantern", OTHERS, may_replace=True)
    assert title(tmp_path) == "Lantern"
