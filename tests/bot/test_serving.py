"""``frontdoor web`` where it cannot serve: one line says what is wrong, and nothing is touched."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import KEYS, MovableClock, opened

# Root may write everywhere; without this right it is held to a file's permissions like anybody.
AS_ANYBODY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def web(folder: Path, *before: str, **settings: str) -> tuple[int, list[str]]:
    """Its exit code and what it said on standard error."""
    plain = {k: v for k, v in os.environ.items() if k not in ("SECRET_KEYS", "DATABASE_URL")}
    given = {"DATABASE_URL": f"sqlite:///{folder / 'house.db'}", "SECRET_KEYS": KEYS, "PORT": "0"}
    ended = subprocess.run(
        [*before, sys.executable, "-m", "bot", "web"],
        env={**plain, **given, "PYTHONDONTWRITEBYTECODE": "1", **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stderr.splitlines()


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("", "SECRET_KEYS is not set"),
        ("hunter2hunter2", "cannot be relied on"),
        ("A" * 43 + "=", "cannot be relied on"),
        ("not base64 at all", "is not base64"),
        (f"{KEYS},{KEYS}", "the same key twice"),
    ],
)
def test_keys_that_are_missing_or_weak_are_refused_and_not_shown(
    tmp_path: Path, keys: str, problem: str
) -> None:
    code, said = web(tmp_path, SECRET_KEYS=keys)
    assert code == 1
    assert len(said) == 1
    assert problem in said[0]
    assert not keys or keys not in said[0]
    assert not (tmp_path / "house.db").exists()


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, MovableClock()):
        pass
    with sqlite3.connect(tmp_path / "house.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (tmp_path / "house.db").read_bytes()
    code, said = web(tmp_path)
    assert (code, len(said)) == (1, 1)
    assert "newer version" in said[0]
    assert (tmp_path / "house.db").read_bytes() == before


async def test_a_database_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    is_root = os.getuid() == 0
    if is_root and shutil.which(AS_ANYBODY[0]) is None:
        pytest.skip("root may write everywhere, and there is no setpriv to take that right away")
    async with opened(tmp_path, MovableClock()):
        pass
    (tmp_path / "house.db").chmod(0o444)
    code, said = web(tmp_path, *(AS_ANYBODY if is_root else ()))
    assert (code, len(said)) == (1, 1), said
    assert "cannot be written to" in said[0]


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "house.db").write_bytes(b"a letter, not a database" * 100)
    code, said = web(tmp_path)
    assert (code, len(said)) == (1, 1)
    assert "not a database of ours" in said[0]


def test_a_wrong_setting_is_named_without_what_it_holds(tmp_path: Path) -> None:
    code, said = web(tmp_path, PORT="eighty-eighty")
    assert (code, len(said)) == (1, 1)
    assert said[0].startswith("frontdoor: PORT")
    assert "eighty-eighty" not in said[0]


def test_a_flow_file_with_a_mistake_is_named_by_line(tmp_path: Path) -> None:
    """The same reader serves at start and in ``frontdoor check``."""
    from flows.document import Sets, read_flow
    from tenants.reading import FileMistakeError

    wrong = "flow: entry\ntitle: Start\nside: shared\nqueue: victim\n\nfirst:\n  aks: Hello?\n"
    with pytest.raises(FileMistakeError, match=r"entry\.yaml:[67]: "):
        read_flow(wrong, tmp_path / "entry.yaml", Sets({}, {}))
