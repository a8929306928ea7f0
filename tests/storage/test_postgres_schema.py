"""Migrating PostgreSQL: from nothing, twice, two at once, and beside the version before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError

import storage.postgres
import storage.schema
import storage.sql
import storage.sql_store
from storage.errors import NewerSchema, RoleMissing, SchemaMissing, StoreBusy
from storage.keyring import Keyring
from storage.open import open_stores, prepare_stores
from storage.postgres import PostgresStores, address
from storage.postgres_link import Link, Patience
from storage.readiness import schema_state
from storage.schema import REVISIONS, SERVED_FROM
from storage.store import Change, Committed, Store
from storage.tables import metadata
from tests.contracts.cast import HARBOUR, LANTERN, NOOR, begin, heard
from tests.contracts.test_store_isolation import WRITES, all_of, fill
from tests.databases import Database, bare_database

SHAPE = """
    SELECT 'column', table_name || '.' || column_name,
        concat_ws(' ', data_type, is_nullable, column_default)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name != 'alembic_version'
    UNION SELECT 'index', indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename != 'alembic_version'
    UNION SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text != 'alembic_version'
    ORDER BY 1, 2
"""


def test_migrations_make_the_tables_as_they_are_declared(
    database: Database, bare: Database
) -> None:
    engine = create_engine(address(database.owner))
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    engine = create_engine(address(bare.owner))
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
    made, declared = database.ask(SHAPE), bare.ask(SHAPE)
    assert len(made) > 100
    # On SQLite a row numbers itself only in a key of its own; here the key has its tenant too.
    assert {row[1] for row in {*made} ^ {*declared}} == {"pk_facts"}
    [key] = [row[2] for row in made if row[:2] == ("constraint", "pk_facts")]
    assert key == "PRIMARY KEY (tenant_id, number)"


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = database.ask(SHAPE)
    database.migrate()
    assert database.ask(SHAPE) == before


async def test_two_that_migrate_at_once_take_turns(bare: Database, keyring: Keyring) -> None:
    await asyncio.gather(*(prepare_stores(bare.url, bare.owner) for _ in range(3)))
    stores = await open_stores(bare.url, keyring)
    await stores.check()
    await stores.close()


async def test_a_database_that_was_never_migrated_is_not_served(
    bare: Database, keyring: Keyring
) -> None:
    with pytest.raises(SchemaMissing, match="frontdoor migrate"):
        await open_stores(bare.owner, keyring)


async def test_an_owner_who_may_make_no_role_says_so_and_makes_nothing(bare: Database) -> None:
    bare.server.run(f"ALTER ROLE {bare.name}_owner NOCREATEROLE")
    with pytest.raises(RoleMissing) as told:
        await prepare_stores(bare.url, bare.owner)
    assert bare.password not in str(told.value)
    assert bare.ask("SELECT FROM pg_tables WHERE schemaname = 'public'") == []


async def test_a_role_that_was_made_before_keeps_its_password(
    bare: Database, keyring: Keyring
) -> None:
    bare.server.run(f"CREATE ROLE {bare.name}_web LOGIN PASSWORD '{bare.password}'")
    wrong = bare.url.replace(f":{bare.password}@", ":another@")
    await prepare_stores(wrong, bare.owner)
    stores = await open_stores(bare.url, keyring)
    await stores.close()


def test_what_is_told_to_the_servers_log_has_no_password(bare: Database) -> None:
    bare.migrate()
    [[stored]] = bare.ask(
        "SELECT rolpassword FROM pg_authid WHERE rolname = %s", f"{bare.name}_web"
    )
    assert str(stored).startswith("SCRAM-SHA-256$")
    with psycopg.connect(bare.url) as connection:
        connection.execute("SELECT 1")


@asynccontextmanager
async def version_before(database: Database, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    """As the version of the first revision served: as the owner, and naming no tenant."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (storage.sql, storage.sql_store):
            patch.setattr(module, "enter", lambda connection, _tenant: connection)
        link = Link(address(database.owner), Patience())
        stores = PostgresStores(link, keyring=keyring, patience=Patience())
        yield stores
        await stores.close()


async def use(stores: PostgresStores) -> None:
    """Every read and write there is, of two tenants."""
    harbour, lantern = stores.open(HARBOUR), stores.open(LANTERN)
    await fill(harbour)
    assert all((await all_of(harbour)).values())
    for name, write in WRITES.items():
        if name != "commit":
            await write(harbour)
    await fill(lantern)
    await stores.check()


async def test_the_version_before_goes_on_while_it_expands_and_this_one_begins(
    bare: Database, keyring: Keyring
) -> None:
    bare.migrate("0001")
    async with version_before(bare, keyring) as before:
        await use(before)
    bare.migrate(SERVED_FROM)
    bare.empty()
    # Its statements are those of the version before, on the tables as this version needs them...
    async with version_before(bare, keyring) as before:
        await use(before)
        told = await all_of(before.open(HARBOUR))
    # ...where this one serves too, and finds what the other wrote...
    stores = await PostgresStores.connect(bare.url, keyring)
    assert {**await all_of(stores.open(HARBOUR))} == told
    await stores.close()
    bare.empty()
    stores = await PostgresStores.connect(bare.url, keyring)
    await use(stores)
    # ...and goes on while what only the version before needed is taken away.
    bare.migrate()
    bare.empty()
    await use(stores)
    await stores.close()


@pytest.mark.parametrize("revision", REVISIONS[: REVISIONS.index(SERVED_FROM)])
async def test_this_version_is_not_let_in_before_it_has_what_it_needs(
    bare: Database, keyring: Keyring, revision: str
) -> None:
    """Started too early in a roll-out: it says so, and touches nothing of the version before."""
    bare.migrate(revision)
    before = bare.ask(SHAPE)
    with pytest.raises(SchemaMissing, match="frontdoor migrate"):
        await open_stores(bare.url, keyring)
    assert bare.ask(SHAPE) == before


@pytest.mark.parametrize("revision", REVISIONS[REVISIONS.index(SERVED_FROM) :])
async def test_this_version_is_ready_from_the_first_step_on(
    bare: Database, keyring: Keyring, revision: str
) -> None:
    bare.migrate(revision)
    stores = await PostgresStores.connect(bare.url, keyring)
    await stores.check()
    is_last = revision == REVISIONS[-1]
    assert await schema_state(stores) == ("ok" if is_last else "behind")
    await stores.close()


async def test_the_version_before_does_not_call_itself_ready_on_what_it_does_not_know(
    bare: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running process of it goes on with its talks; a new one is not let in."""
    bare.migrate(SERVED_FROM)
    async with version_before(bare, keyring) as before:
        first = await begin(before.open(HARBOUR))
        monkeypatch.setattr(storage.schema, "REVISIONS", REVISIONS[:1])
        with pytest.raises(NewerSchema):
            await schema_state(before)
        with pytest.raises(NewerSchema):
            await PostgresStores.connect(bare.url, keyring)
        change = Change(conversation=first.evolve(last_seq=1), lines=(heard(1),))
        assert isinstance(await before.open(HARBOUR).commit(change), Committed)


async def write_until(store: Store, name: str, until: asyncio.Event) -> set[bytes]:
    """Line after line in one talk, beside another who does the same; what was acknowledged."""
    kept: set[bytes] = set()
    while not until.is_set():
        # It may be asked to come again while the tables are changed under it, as a page would be.
        with suppress(StoreBusy):
            now = await store.conversation(NOOR)
            assert now is not None
            seq, inbox = now.last_seq + 1, f"{name}-{len(kept)}".encode()
            change = Change(now.evolve(last_seq=seq), lines=(heard(seq, inbox=inbox),))
            if isinstance(await store.commit(change), Committed):
                kept.add(inbox)
    return kept


async def test_the_last_step_is_taken_in_the_middle_of_load_and_nothing_is_lost(
    bare: Database, keyring: Keyring
) -> None:
    """Two processes write in one talk while what only the version before needed goes."""
    bare.migrate(SERVED_FROM)
    both = [await PostgresStores.connect(bare.url, keyring) for _ in range(2)]
    await begin(both[0].open(HARBOUR))
    until = asyncio.Event()
    writing = [
        asyncio.create_task(write_until(stores.open(HARBOUR), f"process-{n}", until))
        for n, stores in enumerate(both)
    ]
    await asyncio.to_thread(bare.migrate)
    until.set()
    kept = set[bytes]().union(*await asyncio.gather(*writing))
    assert kept
    lines = await both[0].open(HARBOUR).lines(NOOR)
    assert {line.inbox for line in lines} == kept
    assert [line.seq for line in lines] == [*range(1, len(kept) + 1)]
    for stores in both:
        assert await schema_state(stores) == "ok"
        await stores.close()


def test_a_migration_that_had_to_give_way_is_tried_again(
    bare: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside processes that serve, the database may end a deadlock at its cost."""
    gave_way: list[str] = []
    whole = storage.schema.bring_up_to_date

    def give_way_once(connection: Connection, *, to: str = "head") -> None:
        whole(connection, to=to)
        if not gave_way:
            gave_way.append(to)
            raise OperationalError("", None, psycopg.errors.DeadlockDetected())

    monkeypatch.setattr(storage.postgres, "bring_up_to_date", give_way_once)
    monkeypatch.setattr(storage.postgres, "MIGRATION_PAUSE", 0)
    bare.migrate()
    assert gave_way
    with psycopg.connect(bare.owner) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


async def test_the_last_step_takes_away_what_the_version_before_needed(
    bare: Database, keyring: Keyring
) -> None:
    """So that it is known to be a contraction, and to belong after the roll-out."""
    assert REVISIONS[-1] != SERVED_FROM
    bare.migrate()
    stores = await PostgresStores.connect(bare.url, keyring)
    await use(stores)
    await stores.close()
    with psycopg.connect(bare.owner) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


def test_an_empty_database_goes_back_to_nothing(database: Database) -> None:
    """The tests' own databases leave no role behind."""
    with bare_database(database.server) as other:
        other.migrate()
    roles = database.ask("SELECT FROM pg_roles WHERE rolname LIKE %s", f"{other.name}%")
    assert roles == []
