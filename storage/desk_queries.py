"""Reads and writes of accounts, staff sessions, editions and the tenant's key. Synchronous.

Those that write expect a transaction around them, and leave committing to whoever began it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Executable,
    and_,
    bindparam,
    case,
    delete,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from flows.conversation import EditionId
from handoff.staff import Account, Staff, StaffId, StaffSession
from storage.errors import NameTaken, is_taken
from storage.keyring import Keyring
from storage.records import (
    account_row,
    edition_row,
    read_account,
    read_edition,
    read_staff,
    read_staff_session,
    staff_session_row,
)
from storage.statements import add, put
from storage.store import EditionRecord
from storage.tables import accounts, editions, staff_sessions, tenant_keys
from storage.vault import Vault, WrappedKey, new_tenant_key
from tenants.tenant import TenantId

_TENANT: BindParameter[str] = bindparam("tenant")

_ACCOUNT = select(accounts).where(accounts.c.tenant_id == _TENANT)
_ACTIVE = _ACCOUNT.where(accounts.c.is_active.is_(True))
_BY_NAME = _ACTIVE.where(accounts.c.name == bindparam("name"))
_BY_ID = _ACCOUNT.where(accounts.c.id == bindparam("id"))
_EVERYONE = _ACTIVE.order_by(accounts.c.name)
_EDITIONS = select(editions).where(editions.c.tenant_id == _TENANT)
_EDITION = _EDITIONS.where(editions.c.id == bindparam("id"))
_LAST_EDITION = _EDITIONS.order_by(editions.c.published_at.desc(), editions.c.id.desc()).limit(1)
_SESSION = (
    select(staff_sessions)
    # A session dies with its account, at once, whoever forgot to end it.
    .join(
        accounts,
        and_(
            accounts.c.tenant_id == staff_sessions.c.tenant_id,
            accounts.c.id == staff_sessions.c.staff_id,
            accounts.c.is_active.is_(True),
        ),
    )
    .where(
        staff_sessions.c.tenant_id == _TENANT,
        staff_sessions.c.token_hash == bindparam("token_hash"),
        staff_sessions.c.ends_at > bindparam("now"),
    )
)
_SPEND = (
    update(accounts)
    .where(
        accounts.c.tenant_id == _TENANT,
        accounts.c.id == bindparam("of_id"),
        accounts.c.is_active.is_(True),
        accounts.c.last_totp_step < bindparam("step"),
    )
    .values(last_totp_step=bindparam("step"))
)
_TOUCH = (
    update(accounts)
    .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("of_id"))
    .values(shift_seen_at=bindparam("seen_at"))
)
_END = delete(staff_sessions).where(
    staff_sessions.c.tenant_id == _TENANT, staff_sessions.c.staff_id == bindparam("of_id")
)
_END_ONE = _END.where(staff_sessions.c.token_hash == bindparam("token_hash"))
_TENANT_KEY = (
    select(tenant_keys)
    .where(tenant_keys.c.tenant_id == _TENANT)
    .order_by(tenant_keys.c.version.desc())
    .limit(1)
)


def tenant_key(connection: Connection, keyring: Keyring, tenant: TenantId) -> WrappedKey:
    """The tenant's newest key; makes the first one. Two that make it at once agree on one."""
    row = connection.execute(_TENANT_KEY, {"tenant": tenant}).first()
    if row is None:
        fresh = new_tenant_key(keyring, tenant)
        values = {"version": fresh.version, "root_id": fresh.under, "wrapped": fresh.wrapped}
        make = add(tenant_keys, connection.dialect.name).on_conflict_do_nothing()
        connection.execute(make, {"tenant_id": tenant, **values})
        row = connection.execute(_TENANT_KEY, {"tenant": tenant}).one()
    return WrappedKey(row.version, row.root_id, row.wrapped)


def account(connection: Connection, vault: Vault, name: str) -> Account | None:
    """The active account with this sign-in name."""
    row = connection.execute(_BY_NAME, {"tenant": vault.tenant, "name": name}).first()
    return None if row is None else read_account(row, vault.own)


def staff(connection: Connection, vault: Vault, id: StaffId) -> Staff | None:
    """The member of staff with this id, also one who has left: their lines stay signed."""
    row = connection.execute(_BY_ID, {"tenant": vault.tenant, "id": id}).first()
    return None if row is None else read_staff(row)


def everyone(connection: Connection, vault: Vault) -> Sequence[Staff]:
    """All active staff, by sign-in name."""
    return [read_staff(row) for row in connection.execute(_EVERYONE, {"tenant": vault.tenant})]


def save_account(connection: Connection, vault: Vault, saved: Account) -> None:
    """Insert or replace an account. Raises NameTaken. A spent code stays spent."""
    try:
        connection.execute(_save_account(connection.dialect.name), account_row(saved, vault.own))
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise NameTaken from None


def _save_account(dialect: str) -> Executable:
    insert = add(accounts, dialect)
    new = insert.excluded
    values = {c.name: new[c.name] for c in accounts.c if c.name not in ("tenant_id", "id")}
    # Whoever saves an account read a moment ago must not make a spent code good again.
    spent = accounts.c.last_totp_step
    values["last_totp_step"] = case((new.last_totp_step > spent, new.last_totp_step), else_=spent)
    upsert: Executable = insert.on_conflict_do_update(
        index_elements=["tenant_id", "id"], set_=values
    )
    return upsert


def touch_shift(
    connection: Connection, vault: Vault, id: StaffId, seen_at: datetime | None
) -> None:
    """Record a sign of a console on shift."""
    connection.execute(_TOUCH, {"tenant": vault.tenant, "of_id": id, "seen_at": seen_at})


def use_totp(connection: Connection, vault: Vault, id: StaffId, step: int) -> bool:
    """Spend a one-time code's time step."""
    asked = {"tenant": vault.tenant, "of_id": id, "step": step}
    result = cast(CursorResult[Any], connection.execute(_SPEND, asked))
    return result.rowcount == 1


def staff_session(
    connection: Connection, vault: Vault, token_hash: bytes, now: datetime
) -> StaffSession | None:
    """The live session of this token, of an active account."""
    asked = {"tenant": vault.tenant, "token_hash": token_hash, "now": now}
    row = connection.execute(_SESSION, asked).first()
    return None if row is None else read_staff_session(row)


def save_staff_session(connection: Connection, vault: Vault, session: StaffSession) -> None:
    """Begin or prolong a session."""
    statement = put(staff_sessions, connection.dialect.name)
    connection.execute(statement, staff_session_row(session, vault.tenant))


def end_staff_sessions(
    connection: Connection, vault: Vault, id: StaffId, token_hash: bytes | None
) -> None:
    """End one session of this person, or all."""
    asked = {"tenant": vault.tenant, "of_id": id}
    if token_hash is None:
        connection.execute(_END, asked)
    else:
        connection.execute(_END_ONE, asked | {"token_hash": token_hash})


def edition(connection: Connection, vault: Vault, id: EditionId) -> EditionRecord | None:
    """What was published under this hash."""
    row = connection.execute(_EDITION, {"tenant": vault.tenant, "id": id}).first()
    return None if row is None else read_edition(row)


def last_edition(connection: Connection, vault: Vault) -> EditionRecord | None:
    """The edition that was published last."""
    row = connection.execute(_LAST_EDITION, {"tenant": vault.tenant}).first()
    return None if row is None else read_edition(row)


def publish(connection: Connection, vault: Vault, record: EditionRecord) -> None:
    """Keep an edition; the same hash twice is one, published when it was published last."""
    fresh = add(editions, connection.dialect.name)
    at = fresh.excluded.published_at
    statement = fresh.on_conflict_do_update(
        index_elements=[editions.c.tenant_id, editions.c.id],
        set_={"published_at": at},
        where=editions.c.published_at < at,
    )
    connection.execute(statement, edition_row(record, vault.tenant))
