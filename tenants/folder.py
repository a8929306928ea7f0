"""Puts a tenant's folder in its place: whole, or not at all. It writes nothing that does not load.

Where a former one is replaced, it lies in the draft until the new one is there.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tenants.tenant import TenantFileError, load_tenant


def write_folder(
    root: Path, id: str, files: Mapping[str, str], *, may_replace: bool = False
) -> Path:
    """Write a tenant's files beside the others of `root`, and name them by one rename.

    What is replaced leaves behind the recordings that the new files name.

    Raises `TenantFileError` for what does not load and for a name that is taken, and OSError.
    """
    target = root / id
    if target.exists() and not may_replace:
        raise _taken(target)
    root.mkdir(parents=True, exist_ok=True)
    # Two levels down, so that no reader of `root` takes a draft for a tenant.
    with TemporaryDirectory(prefix=".draft-", dir=root) as draft:
        fresh = Path(draft) / id
        fresh.mkdir()
        for name, text in files.items():
            _write(fresh / name, text)
        for recording in load_tenant(fresh).recordings:
            _take_over(target / recording.file, fresh)
        _put(fresh, target, Path(draft) / "former", may_replace=may_replace)
    return target


def _put(fresh: Path, target: Path, former: Path, *, may_replace: bool) -> None:
    if may_replace and target.exists():
        target.rename(former)
    try:
        fresh.rename(target)
    except OSError:
        if former.exists():
            former.rename(target)
            raise
        if target.exists():
            raise _taken(target) from None
        raise
    _sync(target.parent)


def _take_over(recording: Path, fresh: Path) -> None:
    if recording.is_file() and not recording.is_symlink():
        shutil.copy2(recording, fresh)


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(target: Path) -> TenantFileError:
    cure = "Choose another id, or replace it with `frontdoor tenant import --replace`"
    return TenantFileError(target, 1, f"there is a tenant {target.name!r} already", cure=cure)
