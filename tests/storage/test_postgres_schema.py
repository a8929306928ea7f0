"""Migrating PostgreSQL: from nothing, twice, two at once, and beside the version before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

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
from flows.conversation import Owner
from storage.errors import NewerSchema, RoleMissing, SchemaMissing, StoreBusy
from storage.keyring import Keyring
from storage.open import open_stores, prepare_stores
from storage.postgres import PostgresStores, address
from storage.postgres_link import Link, Patience
from storage.readiness import schema_state
from storage.schema import REVISIONS, SERVED_FROM
from storage.store import Change, Committed, Store
from storage.tables import metadata
from tests.contracts.cast import (
    AMIRA,
    HARBOUR,
    LANTERN,
    NOOR,
    account,
    begin,
    case_of,
    heard,
    keep,
    signed_in,
)
from tests.contracts.test_store_isolation import EDITION, READS, WRITES, all_of, everything, fill
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


NEW_READS = {"entries", "latest_entries", "registered"}
NEW_WRITES = {"register"}
"""What the version before this one did not have: only in tables that it knows nothing of."""


@asynccontextmanager
async def first_version(database: Database, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    """As the version of the first revision served: as the owner, and naming no tenant."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (storage.sql, storage.sql_store):
            patch.setattr(module, "enter", lambda connection, _tenant: connection)
        async with serving(database.owner, keyring) as stores:
            yield stores


@asynccontextmanager
async def serving(url: str, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    """A process that was let in before the migration that comes now."""
    link = Link(address(url), Patience())
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


async def use_as_before(stores: PostgresStores) -> dict[str, object]:
    """The same without what the case file brought; what was read of Harbour."""
    harbour = stores.open(HARBOUR)
    for store in (harbour, stores.open(LANTERN)):
        await keep(store, replace(everything(store), case=case_of(), entries=()))
        held = case_of("held", "H-1", owner=Owner.WORKER, holder=AMIRA)
        await begin(store, "held", case=held)
        await store.save_account(account())
        await store.save_staff_session(signed_in())
        await store.publish(EDITION)
    reads = {name: read for name, read in READS.items() if name not in NEW_READS}
    told = {name: await read(harbour) for name, read in reads.items()}
    assert all(told.values())
    return told


async def write_as_before(stores: PostgresStores) -> None:
    """Every write there was."""
    for name, write in WRITES.items():
        if name not in {"commit", *NEW_WRITES}:
            await write(stores.open(HARBOUR))
    await stores.check()


async def test_the_first_version_goes_on_while_the_walls_are_built(
    bare: Database, keyring: Keyring
) -> None:
    for revision in ("0001", "0002"):
        bare.migrate(revision)
        bare.empty()
        async with first_version(bare, keyring) as before:
            await use_as_before(before)
            await write_as_before(before)


async def test_the_version_before_goes_on_while_it_expands_and_this_one_begins(
    bare: Database, keyring: Keyring
) -> None:
    bare.migrate("0003")
    async with serving(bare.url, keyring) as before:
        await use_as_before(before)
        await write_as_before(before)
    bare.migrate(SERVED_FROM)
    bare.empty()
    # The version before goes on, on the tables as this version needs them...
    async with serving(bare.url, keyring) as before:
        told = await use_as_before(before)
    # ...where this one serves too, and finds what the other wrote...
    stores = await PostgresStores.connect(bare.url, keyring)
    found = await all_of(stores.open(HARBOUR))
    assert {name: found[name] for name in told} == told
    await write_as_before(stores)
    # ...and goes on to the end.
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
    async with serving(bare.url, keyring) as before:
        first = await begin(before.open(HARBOUR))
        monkeypatch.setattr(storage.schema, "REVISIONS", REVISIONS[:-1])
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
    """Two processes of the version before write in one talk while the tables grow."""
    bare.migrate(REVISIONS[-2])
    async with serving(bare.url, keyring) as one, serving(bare.url, keyring) as two:
        await _write_while_it_migrates(bare, (one, two))
        for stores in (one, two):
            assert await schema_state(stores) == "ok"


async def _write_while_it_migrates(bare: Database, both: tuple[PostgresStores, ...]) -> None:
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


async def test_the_walls_hold_for_the_tables_owner_too(bare: Database, keyring: Keyring) -> None:
    """What the first version needed is gone: the owner sees nothing of a tenant unnamed."""
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
