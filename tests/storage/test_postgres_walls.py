"""Two walls between Harbour and Lantern, the queries' own and the server's: either holds alone."""

import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Select, event, func, select

import storage.sql_store
from storage.errors import RoleTooStrong, SchemaMissing, StorageError, UnfitChange
from storage.keyring import Keyring
from storage.postgres import PostgresStores, address
from storage.postgres_roles import RIGHTS
from storage.sql import enter
from storage.store import Change
from storage.tables import metadata
from tests.contracts.cast import HARBOUR, LANTERN, account, begin, talk
from tests.contracts.test_store_isolation import READS, WRITES, all_of, fill
from tests.databases import Database
from tests.storage.walls import QUESTIONS, TENANTS_OWN, Question

FILTER = re.compile(r"\w+\.tenant_id = %\(\w+\)s(::\w+)?")


def without_filter(stores: PostgresStores) -> list[int]:
    """Take the application's own wall out of every statement; how often that was."""
    taken: list[int] = []

    def take_out(_c: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> Any:
        changed, count = FILTER.subn(r"(\g<0> OR TRUE)", statement)
        taken.append(count)
        return changed, values

    link = stores._link  # noqa: SLF001
    for engine in (link._reading, link._writing):  # noqa: SLF001
        event.listen(engine.sync_engine, "before_cursor_execute", take_out, retval=True)
    return taken


@pytest.fixture
async def unwalled(database: Database, house: PostgresStores) -> AsyncIterator[Database]:
    """The server's wall taken down by whoever owns it."""
    for name in TENANTS_OWN:
        database.run(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
    yield database
    for name in TENANTS_OWN:
        database.run(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


async def found_by_lantern(stores: PostgresStores) -> set[str]:
    """The reads by which Lantern comes upon a row of Harbour's, though it may not open it."""
    found = set()
    for name, read in READS.items():
        try:
            if await read(stores.open(LANTERN)):
                found.add(name)
        except StorageError:
            found.add(name)
    return found


async def test_without_the_applications_filter_the_server_still_keeps_them_apart(
    house: PostgresStores,
) -> None:
    await fill(house.open(HARBOUR))
    taken_out = without_filter(house)
    assert await found_by_lantern(house) == set()
    assert all((await all_of(house.open(HARBOUR))).values())
    assert sum(taken_out) > len(READS)


@pytest.mark.parametrize("name", [name for name in WRITES if name != "commit"])
async def test_without_the_filter_a_write_of_lantern_still_changes_nothing_of_harbour(
    name: str, house: PostgresStores
) -> None:
    harbour, lantern = house.open(HARBOUR), house.open(LANTERN)
    await fill(harbour)
    await fill(lantern)
    before = await all_of(harbour)
    without_filter(house)
    await WRITES[name](lantern)
    assert await all_of(harbour) == before


async def test_without_the_servers_wall_the_application_still_keeps_them_apart(
    house: PostgresStores, unwalled: Database
) -> None:
    await fill(house.open(HARBOUR))
    assert await found_by_lantern(house) == set()


async def test_without_both_there_is_nothing_between_them(
    house: PostgresStores, unwalled: Database
) -> None:
    """So that the tests above are known to take something away."""
    await fill(house.open(HARBOUR))
    without_filter(house)
    assert len(await found_by_lantern(house)) > len(READS) / 2


async def test_a_statement_that_names_no_tenant_finds_nothing(
    house: PostgresStores,
) -> None:
    await fill(house.open(HARBOUR))
    for name in TENANTS_OWN:
        count = select(func.count()).select_from(metadata.tables[name])
        assert await house.read(partial(Connection.scalar, statement=count)) == 0, name
        assert await house.read(partial(count_for_harbour, count)), name


def count_for_harbour(count: Select[int], connection: Connection) -> int | None:
    return enter(connection, HARBOUR).scalar(count)


async def test_a_store_behind_anothers_wall_neither_reads_nor_writes(
    house: PostgresStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour = house.open(HARBOUR)
    await fill(harbour)
    before = await all_of(harbour)

    def enter_other(connection: Any, _tenant: Any) -> Any:
        return enter(connection, LANTERN)

    with monkeypatch.context() as patch:
        patch.setattr(storage.sql_store, "enter", enter_other)
        assert not any((await all_of(harbour)).values())
        with pytest.raises(StorageError):
            await harbour.save_account(account(password_hash="other"))
    monkeypatch.setattr(storage.sql, "enter", enter_other)
    with pytest.raises(UnfitChange):
        await harbour.commit(Change(conversation=talk(id="another")))
    monkeypatch.undo()
    assert await all_of(harbour) == before


async def test_a_line_cannot_hang_on_another_tenants_talk(
    house: PostgresStores, database: Database
) -> None:
    await begin(house.open(HARBOUR))
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SELECT set_config('frontdoor.tenant', 'lantern', false)")
        insert = (
            "INSERT INTO lines (tenant_id, conversation_id, seq, sealed) VALUES (%s, %s, 1, '')"
        )
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(insert, ("lantern", "talk-of-noor"))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(insert, ("harbour", "talk-of-noor"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_catalogue_shows_no_hole_in_any_wall(database: Database, question: Question) -> None:
    with database.connected() as connection:
        assert list(question(connection, f"{database.name}_web")) == []


def test_what_is_asked_of_the_catalogue_is_asked_of_something(database: Database) -> None:
    assert len(database.ask("SELECT FROM pg_policy")) == len(metadata.tables)
    assert len(database.ask("SELECT FROM pg_constraint WHERE contype = 'f'")) >= 6
    assert set(RIGHTS) == {*metadata.tables, "alembic_version"}


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE facts",
        "DELETE FROM audit",
        "UPDATE audit SET detail = ''",
        "ALTER TABLE lines DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE lines NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY only_its_own ON lines",
        "CREATE POLICY all_of_it ON lines USING (true)",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET ROLE {owner}",
        "SET SESSION AUTHORIZATION {owner}",
        "UPDATE alembic_version SET version_num = '0'",
        "CREATE TABLE another (id int)",
        "INSERT INTO pulse VALUES (5000, 1)",
    ],
)
def test_who_serves_cannot_take_a_wall_down(database: Database, statement: str) -> None:
    with (
        psycopg.connect(database.url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.format(owner=f"{database.name}_owner").encode())


@pytest.mark.parametrize(
    ("given", "taken", "reason"),
    [
        ("ALTER ROLE {web} SUPERUSER", "ALTER ROLE {web} NOSUPERUSER", "superuser"),
        ("ALTER ROLE {web} BYPASSRLS", "ALTER ROLE {web} NOBYPASSRLS", "bypasses"),
        ("ALTER ROLE {web} CREATEROLE", "ALTER ROLE {web} NOCREATEROLE", "create roles"),
        ("ALTER TABLE facts OWNER TO {web}", "ALTER TABLE facts OWNER TO {owner}", "owns"),
        ("GRANT TRUNCATE ON facts TO {web}", "REVOKE TRUNCATE ON facts FROM {web}", "empty"),
    ],
)
async def test_a_role_that_could_pass_the_walls_serves_nothing(
    database: Database, keyring: Keyring, given: str, taken: str, reason: str
) -> None:
    names = {"web": f"{database.name}_web", "owner": f"{database.name}_owner"}
    database.run(given.format(**names))
    try:
        with pytest.raises(RoleTooStrong, match=reason) as told:
            await PostgresStores.connect(database.url, keyring)
    finally:
        database.run(taken.format(**names))
        database.migrate()
    assert database.password not in str(told.value)
    assert address(database.url).host not in (None, *str(told.value).split())


async def test_the_owner_serves_nothing(database: Database, keyring: Keyring) -> None:
    with pytest.raises(RoleTooStrong, match="OWNER_DATABASE_URL"):
        await PostgresStores.connect(database.owner, keyring)


async def test_a_database_without_its_walls_is_not_served(
    unwalled: Database, keyring: Keyring
) -> None:
    with pytest.raises(SchemaMissing, match="row-level security is off"):
        await PostgresStores.connect(unwalled.url, keyring)
