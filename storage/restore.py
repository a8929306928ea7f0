"""Putting a copy in the place of an embedded database, while nobody serves from it.

Nothing is replaced before the copy is found sound, and what was there is kept beside it.
"""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.backup import PRIVATE, Contents, NoDatabase, check, copy, sync
from storage.errors import StorageError
from storage.file_lock import FileLock
from storage.keyring import Keyring


class OntoItself(StorageError):
    """The file to restore from is the database itself."""

    code = "onto-itself"


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands there now, and where the former database is kept (None: there was none)."""

    contents: Contents
    former: Path | None


async def restore(file: Path, database: Path, keyring: Keyring, *, at: datetime) -> Restored:
    """Serve from this copy from now on. ``at`` names what is put aside.

    Raises NoDatabase, OntoItself, AlreadyOpen while a server has the database, what
    ``storage.backup.check`` raises, and OSError; nothing is replaced then.
    """
    database = await asyncio.to_thread(_place, database, file)
    lock = FileLock(database)
    draft = database.with_name(f"{database.name}.restoring")
    try:
        # What lies there was left by one that was cut short: the lock lets in one at a time.
        draft.unlink(missing_ok=True)
        await asyncio.to_thread(copy, file, draft)
        contents = await check(draft, keyring)
        former = await asyncio.to_thread(_put_in_place, draft, database, at)
    finally:
        draft.unlink(missing_ok=True)
        lock.release()
    return Restored(contents, former)


def _place(database: Path, file: Path) -> Path:
    """The database's real path, in a folder that is there."""
    if not file.is_file():
        raise NoDatabase(f"({file.name})")
    database = database.resolve()
    if database.exists() and database.samefile(file):
        raise OntoItself(f"({file.name})")
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return database


def _put_in_place(draft: Path, database: Path, at: datetime) -> Path | None:
    _belong_to(draft, database if database.exists() else database.parent)
    _belong_to(_beside(database, ".lock"), database.parent)
    former = _keep(database, at) if database.exists() else None
    # The log belongs to the former database: with the new one it must never meet.
    for suffix in ("-wal", "-shm"):
        _beside(database, suffix).unlink(missing_ok=True)
    sync(database.parent)
    draft.replace(database)
    sync(database.parent)
    return former


def _keep(database: Path, at: datetime) -> Path:
    """A second name for the former database, and for its log where that could not be taken in."""
    _take_in_log(database)
    former = database.with_name(f"{database.name}.before-{at:%Y%m%dT%H%M%SZ}")
    os.link(database, former)
    former.chmod(PRIVATE)
    log = _beside(database, "-wal")
    if log.exists() and log.stat().st_size:
        os.link(log, _beside(former, "-wal"))
    sync(database.parent)
    return former


def _take_in_log(database: Path) -> None:
    """Then there is one file to replace, which is done at once. A damaged one may refuse."""
    if not _beside(database, "-wal").exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as former:
        former.execute("PRAGMA synchronous = FULL")
        former.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _belong_to(path: Path, like: Path) -> None:
    """Give a file to whoever has the other: an operator who restores as root serves as another."""
    owner = like.stat()
    with suppress(PermissionError):
        os.chown(path, owner.st_uid, owner.st_gid)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}{suffix}")
