"""The case file and a tenant's registers. Synchronous; a vault says for which tenant."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, CursorResult, bindparam, select, update

from handoff.entry import Entry
from handoff.reference import Reference
from storage.prepared import Prepared
from storage.queries import KEY, sealer
from storage.records import read_entry, read_registered, registered_row
from storage.statements import add
from storage.store import Registered
from storage.tables import conversation_keys, entries, registers
from storage.vault import Vault

_TENANT: BindParameter[str] = bindparam("tenant")

_ENTRIES = (
    select(entries.c.reference, entries.c.number, entries.c.sealed, *KEY)
    .join(
        conversation_keys,
        (conversation_keys.c.tenant_id == entries.c.tenant_id)
        & (conversation_keys.c.conversation_id == entries.c.conversation_id),
    )
    .where(entries.c.tenant_id == _TENANT)
)
_OF_CASE = Prepared(
    _ENTRIES.where(entries.c.reference == bindparam("reference")).order_by(entries.c.number)
)
_OF_KIND = Prepared(
    _ENTRIES.where(entries.c.kind == bindparam("kind"))
    .order_by(entries.c.at.desc(), entries.c.reference, entries.c.number.desc())
    .limit(bindparam("limit"))
)

_REGISTER = (
    select(registers)
    .where(registers.c.tenant_id == _TENANT, registers.c.register == bindparam("register"))
    .order_by(registers.c.id)
)
_SET = (
    update(registers)
    .where(
        registers.c.tenant_id == bindparam("of_tenant"),
        registers.c.register == bindparam("of_register"),
        registers.c.id == bindparam("of_id"),
        registers.c.version == bindparam("read_version"),
    )
    .values(version=bindparam("version"), sealed=bindparam("sealed"))
)


def entries_of(connection: Connection, vault: Vault, reference: Reference) -> Sequence[Entry]:
    """The whole file of a case, in order."""
    asked = {"tenant": vault.tenant, "reference": reference}
    return _read(vault, _OF_CASE.rows(connection, asked))


def latest_entries(connection: Connection, vault: Vault, kind: str, limit: int) -> Sequence[Entry]:
    """The entries of a kind over all cases, the latest first."""
    asked = {"tenant": vault.tenant, "kind": kind, "limit": limit}
    return _read(vault, _OF_KIND.rows(connection, asked))


def _read(vault: Vault, rows: Sequence[Any]) -> Sequence[Entry]:
    return [read_entry(row, sealer(vault, row)) for row in rows]


def registered(connection: Connection, vault: Vault, register: str) -> Sequence[Registered]:
    """Every row of a register, by id."""
    asked = {"tenant": vault.tenant, "register": register}
    return [read_registered(row, vault.own) for row in connection.execute(_REGISTER, asked)]


def register(connection: Connection, vault: Vault, row: Registered) -> bool:
    """Insert the row, or set it from the version that was read; False when somebody was first."""
    written = registered_row(replace(row, version=row.version + 1), vault.own)
    if row.version == 0:
        fresh = add(registers, connection.dialect.name).values(written).on_conflict_do_nothing()
        return connection.execute(fresh.returning(registers.c.id)).first() is not None
    expected = {
        "of_tenant": written["tenant_id"],
        "of_register": row.register,
        "of_id": row.id,
        "read_version": row.version,
        "version": written["version"],
        "sealed": written["sealed"],
    }
    return cast(CursorResult[Any], connection.execute(_SET, expected)).rowcount == 1
