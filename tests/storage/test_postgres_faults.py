"""A PostgreSQL that crashes and comes back in the middle of load, or stands still for a while."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from storage.errors import OutcomeUnknown, StorageError, StoreBusy
from storage.keyring import Keyring
from storage.postgres import PostgresStores
from storage.postgres_link import Patience
from storage.store import Change, Committed, Store
from tests.contracts.cast import HARBOUR, HOUR, NOOR, NOW, begin, fact, heard, talk
from tests.databases import Database, migrated_database
from tests.servers import postgres_server

SHORT = Patience(lock=0.3, statement=0.8, transaction=1.0, whole=2.0, readiness=1.0)
CALLERS = 16
CRASHES = 3

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def breakable() -> Iterator[Database]:
    """On a server of its own: the others' must not be hurt."""
    with postgres_server() as server, migrated_database(server) as database:
        yield database


@pytest.fixture
async def stores(breakable: Database, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    breakable.empty()
    stores = await PostgresStores.connect(breakable.url, keyring, patience=SHORT)
    yield stores
    await stores.close()


class Caller:
    """Begins one talk after the other, each once, and remembers what was said of it."""

    def __init__(self, store: Store, name: int) -> None:
        self.store, self.name = store, name
        self.kept: list[str] = []
        self.failed: dict[str, StorageError] = {}

    async def call(self, until: asyncio.Event) -> None:
        while not until.is_set():
            id = f"talk-{self.name}-{len(self.kept) + len(self.failed)}"
            change = Change(
                conversation=talk(id=id, last_seq=1),
                lines=(heard(1, inbox=id.encode()),),
                facts=(fact(id),),
            )
            try:
                fate = await self.store.commit(change)
            except StorageError as error:
                self.failed[id] = error
            else:
                assert isinstance(fate, Committed), fate
                self.kept.append(id)


async def until_more(callers: list[Caller], more: int) -> None:
    enough = sum(len(caller.kept) for caller in callers) + more
    while sum(len(caller.kept) for caller in callers) < enough:
        await callers[0].store.facts(since=NOW + HOUR, until=NOW + HOUR)


async def test_a_crash_in_the_middle_of_load_loses_and_doubles_nothing(
    stores: PostgresStores, breakable: Database
) -> None:
    store, stop = stores.open(HARBOUR), asyncio.Event()
    callers = [Caller(store, n) for n in range(CALLERS)]
    calling = [asyncio.create_task(caller.call(stop)) for caller in callers]
    for _ in range(CRASHES):
        await until_more(callers, 100)
        await asyncio.to_thread(breakable.server.stop, signal.SIGQUIT)
        await asyncio.to_thread(breakable.server.start)
        async with asyncio.timeout(20):
            while True:
                try:
                    await until_more(callers, 50)
                    break
                except StorageError:
                    continue
    stop.set()
    await asyncio.gather(*calling)
    kept = {id for caller in callers for id in caller.kept}
    failed = {id: error for caller in callers for id, error in caller.failed.items()}
    counted = [fact.kind for fact in await store.facts(since=NOW, until=NOW + HOUR)]
    assert len(counted) == len(set(counted))
    assert kept <= set(counted)
    # What was refused is not there, for nobody said that it might be.
    for id in set(counted) - kept:
        assert isinstance(failed.get(id), OutcomeUnknown), id
    [[lines]] = breakable.ask("SELECT count(*) FROM lines")
    assert lines == len(counted)
    await stores.check()


async def test_a_server_that_stands_still_is_told_in_time_and_gone_on_with(
    stores: PostgresStores, breakable: Database
) -> None:
    store = stores.open(HARBOUR)
    first = await begin(store)
    loop = asyncio.get_running_loop()
    breakable.server.freeze()
    try:
        began = loop.time()
        changes = [Change(conversation=talk(id=f"talk-{n}")) for n in range(20)]
        asked = [*map(store.commit, changes), store.conversation(NOOR), stores.check()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert loop.time() - began < SHORT.whole + SHORT.transaction + 1
        assert all(isinstance(answer, StoreBusy) for answer in answers), answers
    finally:
        breakable.server.thaw()
    await stores.check()
    assert isinstance(await store.commit(Change(conversation=first)), Committed)
    for change in changes:
        assert isinstance(await store.commit(change), Committed)


async def test_a_short_standstill_is_sat_out(stores: PostgresStores, breakable: Database) -> None:
    store = stores.open(HARBOUR)
    await begin(store)
    breakable.server.freeze()
    commit = asyncio.create_task(store.commit(Change(conversation=talk(id="patient"))))
    asyncio.get_running_loop().call_later(0.4, breakable.server.thaw)
    assert isinstance(await commit, Committed)


async def test_nothing_waits_on_when_the_server_is_gone_for_good(
    stores: PostgresStores, breakable: Database
) -> None:
    store = stores.open(HARBOUR)
    await begin(store)
    breakable.server.stop(signal.SIGQUIT)
    try:
        asked = [store.commit(Change(conversation=talk(id="lost"))), stores.check()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(answer, StoreBusy) for answer in answers), answers
    finally:
        breakable.server.start()
    await stores.check()
    assert await store.conversation(talk(id="lost").id) is None
