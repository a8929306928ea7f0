"""A whole copy of an embedded database while a server writes to it, and whether a copy is sound.

Only reads the database: it opens it so that it can neither write nor checkpoint, whoever else does.
"""

import asyncio
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from storage.audit import Link, verify
from storage.errors import Damaged, StorageError, translate
from storage.keyring import Keyring
from storage.queries import audit_links
from storage.schema import is_current, stored_revision
from storage.tables import tenant_keys
from storage.vault import SealerCache, Vault, WrappedKey
from tenants.tenant import TenantId

PRIVATE = 0o600
PATIENCE = 5.0
"""Seconds to wait where the file is held for a moment."""


class NoDatabase(StorageError):
    """There is no such file to copy from."""

    code = "no-database"


class AlreadyThere(StorageError):
    """There is a file of this name already; a copy never takes another's place."""

    code = "already-there"


class AuditBroken(StorageError):
    """The audit chain does not hold: an entry was altered or taken out."""

    code = "audit-broken"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sound copy holds, in figures."""

    tenants: int
    audited: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """One tenant's audit as it was read (``storage.audit.Audited``)."""

    key: bytes
    links: Sequence[Link]

    async def audit_chain(self) -> tuple[bytes, Sequence[Link]]:
        return self.key, self.links


async def back_up(database: Path, file: Path, keyring: Keyring) -> Contents:
    """Copy a database as it stands now, check the copy, and only then give it its name.

    Everything committed before the call is in it. Raises NoDatabase, AlreadyThere, what ``check``
    raises, and OSError.
    """
    await asyncio.to_thread(_require_free, file)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.draft")
    try:
        await asyncio.to_thread(copy, database, draft)
        contents = await check(draft, keyring)
        await asyncio.to_thread(_name, draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return contents


async def check(file: Path, keyring: Keyring) -> Contents:
    """Whether a file is a whole database of ours, which these keys open and whose audit holds.

    Raises Damaged, NewerSchema, UnknownKey, SealBroken or AuditBroken.
    """
    chains, size = await asyncio.to_thread(_look_into, file, keyring)
    for chain in chains:
        if broken := await verify(chain):
            raise AuditBroken(f"({broken.writer} {broken.seq})")
    return Contents(len(chains), sum(len(c.links) for c in chains), size)


def copy(database: Path, draft: Path) -> None:
    """Copy a database in one reading transaction, into a file that nobody else may read.

    Raises NoDatabase, Damaged and what else a driver's error means.
    """
    if not database.is_file():
        raise NoDatabase(f"({database.name})")
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    with (
        _translated(),
        closing(_open_to_read(database)) as live,
        closing(sqlite3.connect(draft, timeout=PATIENCE)) as drafted,
    ):
        # All pages at once: in portions it would begin again at every commit of the server.
        live.backup(drafted, pages=-1)
        # One file that is whole by itself, without a log beside it.
        drafted.execute("PRAGMA journal_mode = DELETE")
    sync(draft)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _require_free(file: Path) -> None:
    if file.exists():
        raise AlreadyThere(f"({file.name})")


def _name(draft: Path, file: Path) -> None:
    try:
        # Unlike a rename, a link never takes the place of what came there meanwhile.
        os.link(draft, file)
    except FileExistsError:
        raise AlreadyThere(f"({file.name})") from None
    sync(file.parent)


def _open_to_read(path: Path) -> sqlite3.Connection:
    """By the mode of the file itself: even where this is the last to close it, it leaves the log
    as it is.
    """
    address = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=PATIENCE, check_same_thread=False)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translate(DBAPIError(None, None, error)) from None


def _look_into(file: Path, keyring: Keyring) -> tuple[Sequence[_Chain], int]:
    engine = create_engine(
        "sqlite://", creator=lambda: _open_to_read(file), poolclass=NullPool, hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            _require_whole(connection)
            vaults = _unlock_all(connection, keyring)
            chains = [_Chain(v.audit_key, audit_links(connection, v)) for v in vaults]
            return chains, file.stat().st_size
    except DBAPIError as error:
        raise translate(error) from None
    finally:
        engine.dispose()


def _require_whole(connection: Connection) -> None:
    is_current(connection)
    if stored_revision(connection) is None:
        raise Damaged("(no schema)")
    if connection.scalars(text("PRAGMA integrity_check")).all() != ["ok"]:
        raise Damaged("(integrity-check)")
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise Damaged("(foreign-key-check)")


def _unlock_all(connection: Connection, keyring: Keyring) -> Sequence[Vault]:
    """The newest key of each tenant; the older ones must open too."""
    vaults: dict[str, Vault] = {}
    rows = select(tenant_keys).order_by(tenant_keys.c.tenant_id, tenant_keys.c.version)
    for row in connection.execute(rows):
        key = WrappedKey(row.version, row.root_id, row.wrapped)
        tenant = TenantId(row.tenant_id)
        vaults[tenant] = Vault.unlock(keyring, tenant, key, kept=SealerCache())
    return list(vaults.values())
