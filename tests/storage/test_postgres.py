"""A house on PostgreSQL: opening it, committing to it, and losing the line at the commit."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from storage.audit import verify
from storage.errors import (
    BadAddress,
    DatabaseMissing,
    NewerSchema,
    OutcomeUnknown,
    ReadOnly,
    SchemaMissing,
    SignInRefused,
    StorageError,
    StoreBusy,
    UnfitChange,
    Unreachable,
)
from storage.keyring import Keyring
from storage.open import open_stores, prepare_stores
from storage.postgres import PostgresStores
from storage.postgres_link import Note, Patience
from storage.store import Change, Committed, Conflict, Store
from tests.contracts.cast import (
    AMIRA,
    HARBOUR,
    HOUR,
    LANTERN,
    NOOR,
    NOW,
    VICTIM,
    account,
    begin,
    case_of,
    fact,
    heard,
    keep,
    read_by,
    talk,
)
from tests.databases import Database
from tests.servers import free_port

SHORT = Patience(lock=0.2, statement=0.8, transaction=1.0, whole=2.0, readiness=1.5)


@pytest.fixture
async def hasty(database: Database, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    """A house that does not wait long."""
    stores = await PostgresStores.connect(database.url, keyring, patience=SHORT)
    yield stores
    await stores.close()


def turn(id: str) -> Change:
    """A new talk with a line that came in, and what is counted of it."""
    line = heard(1, inbox=id.encode())
    return Change(conversation=talk(id=id, last_seq=1), lines=(line,), facts=(fact(),))


class TestOpening:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    async def test_every_usual_scheme_is_understood(
        self, database: Database, keyring: Keyring, scheme: str
    ) -> None:
        stores = await open_stores(database.url.replace("postgresql", scheme), keyring)
        await stores.check()
        await stores.close()

    async def test_what_is_wrong_is_named_and_no_address_told(
        self, database: Database, bare: Database, keyring: Keyring
    ) -> None:
        right = database.url
        mistakes = {
            right.replace(f":{database.password}@", ":wrong@"): SignInRefused,
            right.replace(f"{database.name}_web:", "nobody:"): SignInRefused,
            f"{right.rpartition('/')[0]}/nowhere": DatabaseMissing,
            right.replace("127.0.0.1", "no-such-host.invalid"): Unreachable,
            right.replace(str(database.server.admin.port), str(free_port())): Unreachable,
            bare.owner: SchemaMissing,
            "postgresql://": BadAddress,
            "postgresql://host:port/database": BadAddress,
        }
        for url, kind in mistakes.items():
            with pytest.raises(kind) as told:
                await open_stores(url, keyring)
            message = str(told.value)
            assert "\n" not in message
            for secret in (database.password, "wrong", "127.0.0.1", "nowhere", "invalid", "nobody"):
                assert secret not in message

    async def test_a_database_of_a_newer_version_is_refused_untouched(
        self, database: Database, keyring: Keyring
    ) -> None:
        [[stored]] = database.ask("SELECT version_num FROM alembic_version")
        database.run("UPDATE alembic_version SET version_num = '9999'")
        try:
            with pytest.raises(NewerSchema, match="9999"):
                await open_stores(database.url, keyring)
            with pytest.raises(NewerSchema):
                await prepare_stores(database.url, database.owner)
        finally:
            database.ask("UPDATE alembic_version SET version_num = %s RETURNING 1", stored)

    async def test_a_commit_lasts_whatever_the_servers_default_is(
        self, database: Database, keyring: Keyring
    ) -> None:
        database.run(f"ALTER DATABASE {database.name} SET synchronous_commit = off")
        stores = await PostgresStores.connect(database.url, keyring)
        shown = await stores.do(lambda c: c.scalar(text("SHOW synchronous_commit")))
        assert shown == "on"
        await stores.close()
        database.run(f"ALTER DATABASE {database.name} RESET synchronous_commit")

    async def test_a_reader_cannot_write(self, house: PostgresStores) -> None:
        with pytest.raises(StorageError):
            await house.read(lambda c: c.execute(text("DELETE FROM sessions")))


class TestCommitting:
    async def test_a_cancelled_caller_cancels_no_commit(self, house: PostgresStores) -> None:
        store = house.open(HARBOUR)
        first = await begin(store)
        change = Change(conversation=first.evolve(last_seq=1), lines=(heard(1),))
        caller = asyncio.create_task(store.commit(change))
        for _ in range(3):  # It is taken on, and the transaction begins.
            await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        await house.close()
        assert house._link._writing.pool.checkedout() == 0  # type: ignore[attr-defined]  # noqa: SLF001

    async def test_what_was_cancelled_at_any_step_is_whole_or_not_there(
        self, house: PostgresStores
    ) -> None:
        store = house.open(HARBOUR)
        await begin(store)
        for step in range(40):
            caller = asyncio.create_task(store.commit(turn(f"talk-{step}")))
            for _ in range(step):
                await asyncio.sleep(0)
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)
        await house.check()
        stored = 0
        for step in range(40):
            if await store.conversation(talk(id=f"talk-{step}").id):
                assert len(await store.lines(talk(id=f"talk-{step}").id)) == 1
                stored += 1
        assert stored >= 30
        assert len(await store.facts(since=NOW, until=NOW + HOUR)) == stored

    async def test_closing_finishes_what_was_taken_on(
        self, house: PostgresStores, database: Database, keyring: Keyring
    ) -> None:
        store = house.open(HARBOUR)
        await begin(store)
        commits = [asyncio.create_task(store.commit(turn(f"talk-{n}"))) for n in range(50)]
        await asyncio.sleep(0)
        await house.close()
        assert all(isinstance(fate, Committed) for fate in await asyncio.gather(*commits))
        assert database.ask("SELECT count(*) FROM lines") == [(50,)]

    async def test_one_unfit_change_harms_nobody_beside_it(self, house: PostgresStores) -> None:
        store = house.open(HARBOUR)
        await begin(store)
        for unfit in ("\ud800", "\x00"):
            changes = [turn(f"talk-{ord(unfit)}-{n}") for n in range(6)]
            changes.insert(3, Change(facts=(fact(unfit),)))
            fates = await asyncio.gather(*map(store.commit, changes), return_exceptions=True)
            assert isinstance(fates.pop(3), UnfitChange)
            assert all(isinstance(fate, Committed) for fate in fates)

    async def test_a_batch_of_several_tenants_goes_to_each_its_own(
        self, house: PostgresStores, database: Database
    ) -> None:
        stores = [house.open(HARBOUR), house.open(LANTERN)]
        for store in stores:
            await begin(store)
        changes = [(store, turn(f"talk-{n}")) for n in range(10) for store in stores]
        changes.insert(7, (stores[0], Change(conversation=talk(version=9))))
        fates = await asyncio.gather(*(store.commit(change) for store, change in changes))
        assert fates.pop(7) == Conflict()
        assert all(isinstance(fate, Committed) for fate in fates)
        count = "SELECT tenant_id, count(*) FROM lines GROUP BY 1 ORDER BY 1"
        assert database.ask(count) == [("harbour", 10), ("lantern", 10)]

    async def test_three_hundred_cases_are_claimed_once_each_by_eight_processes(
        self, house: PostgresStores, database: Database, keyring: Keyring
    ) -> None:
        store = house.open(HARBOUR)
        opened = [case_of(f"talk-{n}", f"R-{n:03}") for n in range(300)]
        await asyncio.gather(*(begin(store, c.conversation, case=c) for c in opened))
        houses = [await PostgresStores.connect(database.url, keyring) for _ in range(8)]
        claims = await asyncio.gather(
            *(claim_all(h.open(HARBOUR), f"worker-{n}") for n, h in enumerate(houses))
        )
        for other in houses:
            await other.close()
        claimed = [reference for mine in claims for reference in mine]
        assert len(claimed) == len(set(claimed)) == 300
        for mine, name in zip(claims, range(8), strict=True):
            for reference in mine:
                held = await store.case(reference)
                assert held is not None
                assert held.holder == f"worker-{name}"

    async def test_each_process_has_an_audit_chain_of_its_own_and_all_hold(
        self, house: PostgresStores, database: Database, keyring: Keyring
    ) -> None:
        other = await PostgresStores.connect(database.url, keyring)
        stores = [house.open(HARBOUR), other.open(HARBOUR)]
        entries = [read_by(detail=str(n)) for n in range(20)]
        both = [s.commit(Change(audit=(entry,))) for entry in entries for s in stores]
        assert all(isinstance(fate, Committed) for fate in await asyncio.gather(*both))
        assert await verify(stores[0]) is None
        _, links = await stores[0].audit_chain()
        assert len({link.writer for link in links}) == 2
        await other.close()


async def claim_all(store: Store, worker: str) -> list[Any]:
    mine = []
    while case := await store.next_waiting([VICTIM]):
        held = case.evolve(holder=worker, closed_at=NOW)
        if isinstance(await store.commit(Change(case=held)), Committed):
            mine.append(case.reference)
    return mine


class TestALostLine:
    @pytest.mark.parametrize("at", ["before the commit", "after the commit"])
    async def test_a_line_lost_at_the_commit_neither_loses_nor_doubles(
        self, house: PostgresStores, database: Database, at: str
    ) -> None:
        store = house.open(HARBOUR)
        await begin(store)
        lose_once(house, after=at == "after the commit")
        changes = [turn(f"talk-{n}") for n in range(5)]
        fates = await asyncio.gather(*map(store.commit, changes))
        assert all(isinstance(fate, Committed) for fate in fates)
        assert database.ask("SELECT count(*) FROM facts") == [(5,)]
        # The change goes on from the version that it was given.
        stored = fates[0].change.conversation  # type: ignore[union-attr]
        assert isinstance(await store.commit(Change(conversation=stored)), Committed)

    async def test_a_code_spent_over_a_lost_line_is_spent_and_counts(
        self, house: PostgresStores
    ) -> None:
        store = house.open(HARBOUR)
        await store.save_account(account())
        lose_once(house, after=True)
        assert await store.use_totp(AMIRA, 100)
        assert not await store.use_totp(AMIRA, 100)

    async def test_what_cannot_be_found_out_is_told_as_unknown(
        self, hasty: PostgresStores, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = hasty.open(HARBOUR)
        await begin(store)
        take = Note.take

        def promoted(self: Note, connection: Connection, outcome: Any) -> None:
            take(self, connection, outcome)
            self.timeline = "another"

        monkeypatch.setattr(Note, "take", promoted)
        lose_once(hasty, after=True)
        with pytest.raises(OutcomeUnknown):
            await store.commit(turn("unknown"))


def lose_once(stores: PostgresStores, *, after: bool) -> None:
    """The next commit's connection breaks, before the server has committed or after."""
    dialect = stores._link._writing.sync_engine.dialect  # noqa: SLF001
    commit = dialect.do_commit

    def lose(connection: Any) -> None:
        dialect.do_commit = commit  # type: ignore[method-assign]
        if after:
            commit(connection)
        connection.driver_connection.pgconn.finish()
        raise psycopg.OperationalError("the line is lost")

    dialect.do_commit = lose  # type: ignore[method-assign, assignment]


class TestABusyDatabase:
    async def test_a_locked_table_is_named_in_time_and_heals(
        self, hasty: PostgresStores, database: Database
    ) -> None:
        store = hasty.open(HARBOUR)
        first = await begin(store)
        with psycopg.connect(database.owner) as other:
            other.execute("LOCK TABLE conversations, pulse IN ACCESS EXCLUSIVE MODE")
            began = asyncio.get_running_loop().time()
            waiting = [store.commit(Change(conversation=first)), *map(store.commit, crowd(20))]
            fates = await asyncio.gather(*waiting, return_exceptions=True)
            assert {type(fate) for fate in fates} == {StoreBusy}
            with pytest.raises(StoreBusy):
                await hasty.check()
            assert asyncio.get_running_loop().time() - began < 6
        await hasty.check()
        assert isinstance(await store.commit(Change(conversation=first)), Committed)

    async def test_a_locked_talk_holds_up_nobody_elses(
        self, hasty: PostgresStores, database: Database
    ) -> None:
        store = hasty.open(HARBOUR)
        first = await begin(store)
        with psycopg.connect(database.owner) as other:
            other.execute("SELECT set_config('frontdoor.tenant', 'harbour', true)")
            other.execute("SELECT FROM conversations WHERE id = %s FOR UPDATE", (NOOR,))
            waiting = [store.commit(Change(conversation=first)), *map(store.commit, crowd(9))]
            fates = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(fates.pop(0), StoreBusy)
        assert all(isinstance(fate, Committed) for fate in fates)

    async def test_a_server_that_has_become_read_only_is_left_for_the_new_one(
        self, database: Database, keyring: Keyring
    ) -> None:
        """The name leads to another server now, and the connections still to the old one."""
        run = database.server.run  # From another database: this one lets nobody write.
        run(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
        stores = await PostgresStores.connect(database.url, keyring, patience=SHORT)
        pinned = await stores.read(lambda c: c.scalar(text("SELECT pg_backend_pid()")))
        try:
            with pytest.raises(ReadOnly):
                await stores.check()
        finally:
            run(f"ALTER DATABASE {database.name} RESET default_transaction_read_only")
        await stores.check()
        await keep(stores.open(HARBOUR), turn("talk"))
        # Who only reads must not stay behind either.
        assert await stores.read(lambda c: c.scalar(text("SELECT pg_backend_pid()"))) != pinned
        await stores.close()


def crowd(count: int) -> list[Change]:
    return [turn(f"one-of-a-crowd-{n}") for n in range(count)]
