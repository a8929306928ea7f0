"""Every kind of store, empty, one after the other: what the contract holds for, holds for each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from storage.keyring import Keyring, generate_key
from storage.memory import MemoryStores
from storage.postgres import PostgresStores
from storage.sqlite import SqliteStores
from storage.store import Store, Stores
from tests.contracts.cast import HARBOUR, LANTERN
from tests.databases import Database, migrated_database
from tests.servers import PostgresServer, shared_postgres

Open = Callable[[pytest.FixtureRequest], Awaitable[Stores]]


async def open_memory(_request: pytest.FixtureRequest) -> Stores:
    return MemoryStores()


async def open_sqlite(request: pytest.FixtureRequest) -> Stores:
    folder: Path = request.getfixturevalue("tmp_path")
    return await SqliteStores.connect(folder / "frontdoor.db", fresh_keyring())


async def open_postgres(request: pytest.FixtureRequest) -> Stores:
    # Asked for here, so that the others need no server.
    database: Database = request.getfixturevalue("database")
    database.empty()
    return await PostgresStores.connect(database.url, fresh_keyring())


def fresh_keyring() -> Keyring:
    return Keyring.from_setting(generate_key())


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with shared_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def database(server: PostgresServer) -> Iterator[Database]:
    with migrated_database(server) as database:
        yield database


@pytest.fixture(
    params=[open_memory, open_sqlite, open_postgres], ids=["memory", "sqlite", "postgres"]
)
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[Stores]:
    make: Open = request.param
    stores = await make(request)
    yield stores
    await stores.close()


@pytest.fixture
def harbour(stores: Stores) -> Store:
    return stores.open(HARBOUR)


@pytest.fixture
def lantern(stores: Stores) -> Store:
    return stores.open(LANTERN)
