"""Who may do what in a PostgreSQL database: the owner makes it, and who serves owns nothing.

A right that is not written here is not given; nobody who serves may empty a table or alter one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.errors import RoleMissing, RoleTooStrong, SchemaMissing, code_of
from storage.tables import metadata

_ADDED, _KEPT, _ALL = (
    "SELECT, INSERT",
    "SELECT, INSERT, UPDATE",
    "SELECT, INSERT, UPDATE, DELETE",
)
RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "alembic_version": "SELECT",
        "pulse": _KEPT,
        "tenant_keys": _KEPT,
        # An edition that is published again is the last one again; its text can not be altered.
        "editions": f"{_ADDED}, UPDATE (published_at)",
        "conversations": _KEPT,
        "conversation_keys": _KEPT,
        "sessions": _ALL,
        "lines": _ADDED,
        "cases": _KEPT,
        "entries": _ADDED,
        "timers": _KEPT,
        "facts": _ADDED,
        # What staff did is added to, and never altered or taken away (I11).
        "audit": _ADDED,
        "accounts": _KEPT,
        "staff_sessions": _ALL,
        "registers": _KEPT,
    }
)
"""What the serving role may do with each table. A test holds it to the tables."""

_INSUFFICIENT = "42501"

_FIND = text(
    """
    SELECT
        bool_or(r.rolsuper) AS is_superuser,
        bool_or(r.rolbypassrls) AS bypasses,
        bool_or(r.rolcreaterole) AS makes_roles,
        EXISTS (
            SELECT FROM pg_class c
            WHERE c.oid = ANY (CAST(:tables AS regclass[]))
            AND pg_has_role(current_user, c.relowner, 'MEMBER')
        ) AS owns,
        EXISTS (
            SELECT FROM pg_class c
            WHERE c.oid = ANY (CAST(:tables AS regclass[]))
            AND has_table_privilege(c.oid, 'TRUNCATE, TRIGGER')
        ) AS empties,
        EXISTS (
            SELECT FROM pg_class c
            WHERE c.oid = ANY (CAST(:tables AS regclass[])) AND NOT c.relrowsecurity
        ) AS is_unwalled
    FROM pg_roles r WHERE r.rolname IN (current_user, session_user)
    """
)
_TOO_STRONG = {
    "is_superuser": "it is a superuser",
    "bypasses": "it bypasses row-level security",
    "makes_roles": "it may create roles",
    "owns": "it owns the tables",
    "empties": "it may empty the tables",
}


def require_weak_role(connection: Connection) -> None:
    """Raises RoleTooStrong when the walls would not hold, SchemaMissing when they do not stand."""
    found = connection.execute(_FIND, {"tables": [*metadata.tables]}).mappings().one()
    for sign, reason in _TOO_STRONG.items():
        if found[sign]:
            raise RoleTooStrong(f"({reason})")
    if found["is_unwalled"]:
        raise SchemaMissing("(row-level security is off)")


def grant_rights(connection: Connection, role: str, password: str) -> None:
    """Give the role exactly its rights; make it if need be. Raises RoleMissing.

    Nothing happens when the role is the one that asks: an owner has every right, and may not serve.
    """
    if connection.scalar(text("SELECT current_user")) == role:
        return
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role}):
        _make(connection, role, password)
    _run(connection, "GRANT CONNECT ON DATABASE %I TO %I", _database(connection), role)
    _run(connection, "GRANT USAGE ON SCHEMA %I TO %I", _schema(connection), role)
    # A migration that stops before the last step has fewer tables.
    there = set(inspect(connection).get_table_names())
    for table, verbs in RIGHTS.items():
        if table not in there:
            continue
        _run(connection, "REVOKE ALL ON TABLE %I FROM %I", table, role)
        _run(connection, f"GRANT {verbs} ON TABLE %I TO %I", table, role)
    _run(connection, "GRANT USAGE ON SEQUENCE facts_number_seq TO %I", role)


def _make(connection: Connection, role: str, password: str) -> None:
    driver: Any = connection.connection.driver_connection
    # Hashed here: the statement may be logged by the server.
    hashed = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    can = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB"
    try:
        _run(connection, f"CREATE ROLE %I {can} PASSWORD %L", role, hashed.decode())
    except DBAPIError as error:
        if code_of(error) != _INSUFFICIENT:
            raise
        raise RoleMissing from None


def _run(connection: Connection, template: str, *names: str) -> None:
    """A statement that takes no parameters; the server itself quotes what goes into it."""
    places = ", ".join(f"CAST(:p{n} AS text)" for n in range(len(names)))
    values = {f"p{n}": name for n, name in enumerate(names)}
    quote = text(f"SELECT format(CAST(:template AS text), {places})")
    statement = connection.execute(quote, {"template": template, **values}).scalar_one()
    connection.exec_driver_sql(statement)


def _database(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_database()")))


def _schema(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_schema()")))
