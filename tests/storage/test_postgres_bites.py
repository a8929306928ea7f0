"""Mistakes by which one tenant has read another, each put in for a moment: none goes unnoticed.

By the mistake stands the check that must find it, the one that the other tests here ask as well.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

import storage.sql
import storage.sql_store
from storage.errors import StorageError
from storage.postgres import PostgresStores
from storage.store import Change
from tests.contracts.cast import HARBOUR, LANTERN, account, heard, keep, talk
from tests.contracts.test_store_isolation import fill
from tests.databases import Database
from tests.storage.walls import (
    QUESTIONS,
    Question,
    keys_across_tenants,
    references_across_tenants,
    rights_beyond,
    unwalled,
    views,
)

NAMED = "NULLIF(current_setting('frontdoor.tenant', true), '')"
SEEDED: dict[str, tuple[str, Question]] = {
    "row-level security off": ("ALTER TABLE lines DISABLE ROW LEVEL SECURITY", unwalled),
    "no FORCE": ("ALTER TABLE lines NO FORCE ROW LEVEL SECURITY", unwalled),
    "a second, open policy": ("CREATE POLICY open ON lines USING (true)", unwalled),
    "no tenant taken for every tenant": (
        f"ALTER POLICY only_its_own ON lines USING (tenant_id = coalesce({NAMED}, tenant_id))",
        unwalled,
    ),
    "another's rows written": ("ALTER POLICY only_its_own ON lines WITH CHECK (true)", unwalled),
    "a new table without a wall": ("CREATE TABLE notes (tenant_id text, said text)", unwalled),
    "a global unique": (
        "CREATE UNIQUE INDEX uq_accounts_everywhere ON accounts (name)",
        keys_across_tenants,
    ),
    "a reference without its tenant": (
        "ALTER TABLE pulse ADD COLUMN beside bigint REFERENCES pulse (id)",
        references_across_tenants,
    ),
    "a view of the owner's": ("CREATE VIEW desk AS SELECT * FROM lines", views),
    "a function of the owner's": (
        "CREATE FUNCTION desk() RETURNS int SECURITY DEFINER LANGUAGE sql RETURN 1",
        views,
    ),
    "an audit that may be altered": ("GRANT UPDATE ON audit TO {web}", rights_beyond),
    "a table open to everybody": ("GRANT SELECT ON lines TO PUBLIC", rights_beyond),
}


@contextmanager
def seeded(database: Database, statement: str) -> Iterator[psycopg.Connection[Any]]:
    """The mistake, seen by this connection alone, and undone at the end."""
    with database.connected() as connection, connection.transaction(force_rollback=True):
        connection.execute(statement.format(web=f"{database.name}_web").encode())
        yield connection


@pytest.mark.parametrize("name", SEEDED)
def test_a_hole_in_a_wall_is_found(database: Database, name: str) -> None:
    statement, finds = SEEDED[name]
    with seeded(database, statement) as connection:
        found = {q: list(q(connection, f"{database.name}_web")) for q in QUESTIONS}
    assert found[finds], f"{name} was not noticed"


async def left_behind(stores: PostgresStores) -> set[str]:
    """The tenants for whom a connection is still open to whoever takes it next."""
    await fill(stores.open(HARBOUR))
    await stores.open(LANTERN).everyone()
    ask = text("SELECT current_setting('frontdoor.tenant', true)")
    found: set[str] = set()
    for _ in range(12):
        found.add(await stores.read(lambda c: c.scalar(ask)) or "")
        found.add(await stores.do(lambda c: c.scalar(ask)) or "")
    return found - {""}


async def test_no_tenant_stays_behind_on_a_connection(house: PostgresStores) -> None:
    assert await left_behind(house) == set()


async def test_a_tenant_that_is_set_for_the_session_is_found(
    house: PostgresStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting outlives its transaction, and the pool hands it to whoever comes next."""
    for_the_session = text("SELECT set_config('frontdoor.tenant', :tenant, false)")
    monkeypatch.setattr(storage.sql, "_ENTER", for_the_session)
    assert await left_behind(house)


@pytest.fixture
async def one_for_all(database: Database, house: PostgresStores) -> AsyncIterator[PostgresStores]:
    """A line's inbox that is unique in the whole house, and not in its talk."""
    database.run("CREATE UNIQUE INDEX uq_everywhere ON lines (inbox)")
    yield house
    database.run("DROP INDEX uq_everywhere")


async def same_in_both(stores: PostgresStores) -> None:
    """Whatever may be the same in two tenants is."""
    for tenant in (HARBOUR, LANTERN):
        await fill(stores.open(tenant))
        await stores.open(tenant).save_account(account(password_hash="other"))
        lines = (heard(1, inbox=b"the same"),)
        await keep(stores.open(tenant), Change(talk(tenant, "second", last_seq=1), lines=lines))


async def test_what_is_unique_is_unique_in_one_tenant_only(house: PostgresStores) -> None:
    await same_in_both(house)


async def test_a_unique_over_all_tenants_tells_one_of_the_other_and_is_found(
    one_for_all: PostgresStores,
) -> None:
    with pytest.raises((StorageError, AssertionError)):
        await same_in_both(one_for_all)


async def test_an_owner_without_force_sees_every_tenant(
    house: PostgresStores, database: Database
) -> None:
    """Why the check for it stands above: this is what FORCE takes away."""
    await fill(house.open(HARBOUR))
    count = "SELECT count(*) FROM lines"
    with psycopg.connect(database.owner) as owner:
        assert owner.execute(count).fetchone() == (0,)
        owner.execute("ALTER TABLE lines NO FORCE ROW LEVEL SECURITY")
        assert owner.execute(count).fetchone() == (1,)
        owner.rollback()
