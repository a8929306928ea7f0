"""A real database of this test's own, a file or on a real server, and the keys to it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.keyring import Keyring, generate_key
from storage.postgres import PostgresStores
from storage.sqlite import SqliteStores
from tests.databases import Database, bare_database, migrated_database
from tests.servers import PostgresServer, shared_postgres


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_setting(generate_key())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "frontdoor.db"


@pytest.fixture
async def stores(path: Path, keyring: Keyring) -> AsyncIterator[SqliteStores]:
    stores = await SqliteStores.connect(path, keyring)
    yield stores
    await stores.close()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    with shared_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def kept_database(server: PostgresServer) -> Iterator[Database]:
    with migrated_database(server) as database:
        yield database


@pytest.fixture
def database(kept_database: Database) -> Database:
    """Migrated, and empty as each test begins."""
    kept_database.empty()
    return kept_database


@pytest.fixture
def bare(server: PostgresServer) -> Iterator[Database]:
    with bare_database(server) as database:
        yield database


@pytest.fixture
async def house(database: Database, keyring: Keyring) -> AsyncIterator[PostgresStores]:
    stores = await PostgresStores.connect(database.url, keyring)
    yield stores
    await stores.close()
