from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.errors import NewerSchema
from storage.keyring import Keyring
from storage.schema import (
    MIGRATIONS,
    REVISIONS,
    bring_up_to_date,
    is_current,
    stored_revision,
)
from storage.sqlite import SqliteStores
from storage.tables import metadata


def migrate(url: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            bring_up_to_date(connection)
    finally:
        engine.dispose()


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_migrations_make_the_tables_as_they_are_declared(connection: Connection) -> None:
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrations_make_every_index_with_its_condition(connection: Connection) -> None:
    made = connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'index'")).all()
    for table in metadata.sorted_tables:
        for index in table.indexes:
            assert str(CreateIndex(index).compile(connection)) in made


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(script.revision for script in walked) == REVISIONS[::-1]


def test_migrating_twice_changes_nothing(url: str, connection: Connection) -> None:
    assert is_current(connection)
    migrate(url)
    assert stored_revision(connection) == REVISIONS[-1]


async def test_a_database_of_a_newer_version_is_refused_untouched(
    url: str, path: Path, keyring: Keyring
) -> None:
    migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="9999"):
        await SqliteStores.connect(path, keyring)
    with pytest.raises(NewerSchema):
        migrate(url)
    with engine.begin() as connection:
        assert stored_revision(connection) == "9999"
    engine.dispose()


def test_the_tables_can_be_made_on_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert "INDEX" in str(CreateIndex(index).compile(dialect=dialect))


def test_every_table_but_the_pulse_is_a_tenants() -> None:
    for table in metadata.sorted_tables:
        if table.name != "pulse":
            assert not table.c.tenant_id.nullable
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "tenant_id"
        for index in table.indexes:
            assert next(iter(index.columns)).name == "tenant_id"
