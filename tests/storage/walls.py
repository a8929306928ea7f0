"""What must be true of a PostgreSQL database for its walls to hold, asked of its own catalogue.

Every question answers with what is wrong, so that the same one bites when a wall is taken away.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from storage.postgres_roles import RIGHTS
from storage.tables import metadata

TENANTS_OWN = sorted(name for name in metadata.tables if name != "pulse")
ITS_OWN = re.compile(
    r"\(tenant_id = NULLIF\(current_setting\('frontdoor.tenant'[^()]*\), ''[^()]*\)\)"
)
FEW = re.compile(r"\(\(id >= 1\) AND \(id <= 1024\)\)")

Connection = psycopg.Connection[Any]
Question = Callable[[Connection, str], Iterator[str]]


def unwalled(connection: Connection, _web: str) -> Iterator[str]:
    """Each table has one wall, for everybody and every verb, that its owner meets too."""
    rows = connection.execute(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polcmd, p.polpermissive,"
        " p.polroles = '{0}', pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)"
        " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND c.relname != 'alembic_version' ORDER BY 1"
    ).fetchall()
    names = [row[0] for row in rows]
    yield from sorted({*names} ^ {*metadata.tables})
    yield from sorted({name for name in names if names.count(name) > 1})
    for name, *walls, using, check in rows:
        wanted = FEW if name == "pulse" else ITS_OWN
        if walls != [True, True, "*", True, True] or not wanted.fullmatch(str(using)):
            yield name
        if using != check:
            yield f"{name}, written to"


def keys_across_tenants(connection: Connection, _web: str) -> Iterator[str]:
    """Each key and each unique begins with the tenant; what is no tenant's has no more than one."""
    rows = connection.execute(
        "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i"
        " LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    nobodys = {"alembic_version_pkc", "pk_pulse"}
    yield from (key for key, first in rows if first != "tenant_id" and key not in nobodys)


def references_across_tenants(connection: Connection, _web: str) -> Iterator[str]:
    """Each reference leads from a tenant's row to a row of the same tenant's."""
    rows = connection.execute(
        "SELECT conname, a.attname, b.attname FROM pg_constraint k"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]"
        " WHERE k.contype = 'f'"
    )
    yield from (name for name, *ends in rows if ends != ["tenant_id", "tenant_id"])


def views(connection: Connection, _web: str) -> Iterator[str]:
    """A view looks over the walls with its owner's eyes, and so does a function of the owner's."""
    rows = connection.execute(
        "SELECT viewname FROM pg_views WHERE schemaname = 'public'"
        " UNION SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'"
        " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prosecdef"
    )
    yield from (name for (name,) in rows)


def rights_beyond(connection: Connection, web: str) -> Iterator[str]:
    """Who serves has the rights that are written down, on every table, and no other."""
    rows = connection.execute(
        "SELECT grantee = 'PUBLIC', table_name, string_agg(privilege_type, ', ')"
        " FROM information_schema.table_privileges WHERE grantee IN (%s, 'PUBLIC')"
        " AND table_schema = 'public' GROUP BY 1, 2",
        (web,),
    ).fetchall()
    yield from (name for is_everybody, name, _ in rows if is_everybody)
    given = {name: set(verbs.split(", ")) for is_everybody, name, verbs in rows if not is_everybody}
    written = {name: _of_whole(verbs) for name, verbs in RIGHTS.items()}
    yield from sorted(n for n in {*given, *written} if given.get(n) != written.get(n))


def _of_whole(verbs: str) -> set[str]:
    return {verb for verb in verbs.split(", ") if "(" not in verb}


def columns_beyond(connection: Connection, web: str) -> Iterator[str]:
    """Where a table may not be altered as a whole, one column may be: when it was published."""
    rows = connection.execute(
        "SELECT table_name || '.' || column_name FROM information_schema.column_privileges c"
        " WHERE grantee = %(web)s AND privilege_type = 'UPDATE' AND NOT EXISTS"
        " (SELECT FROM information_schema.table_privileges t WHERE t.grantee = %(web)s"
        " AND t.table_name = c.table_name AND t.privilege_type = 'UPDATE')",
        {"web": web},
    )
    yield from {name for (name,) in rows} ^ {"editions.published_at"}


QUESTIONS: tuple[Question, ...] = (
    *(unwalled, keys_across_tenants, references_across_tenants),
    *(views, rights_beyond, columns_beyond),
)
