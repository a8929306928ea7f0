"""PostgreSQL databases of tests' own: made by an owner, served with a role that owns nothing."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from storage.postgres import migrate
from storage.tables import metadata
from tests.servers import PostgresServer


@dataclass(frozen=True, slots=True)
class Database:
    """One database on a server. ``url`` serves, ``owner`` owns."""

    server: PostgresServer
    name: str
    password: str

    @property
    def url(self) -> str:
        return self.server.address(f"{self.name}_web", self.password, self.name)

    @property
    def owner(self) -> str:
        return self.server.address(f"{self.name}_owner", self.password, self.name)

    def migrate(self, to: str = "head") -> None:
        migrate(self.url, owner_url=self.owner, to=to)

    def run(self, *statements: str) -> None:
        """As the administrator, past every wall."""
        self.server.run(*statements, database=self.name)

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """As the administrator, past every wall."""
        with self.connected() as connection:
            return connection.execute(query.encode(), values).fetchall()

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """The administrator's own line, each statement committed by itself."""
        admin = self.server.admin.set(drivername="postgresql", database=self.name)
        dsn = admin.render_as_string(hide_password=False)
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection

    def empty(self) -> None:
        """Take every row out of every table of ours that there is."""
        there = {str(name) for [name] in self.ask("SELECT tablename FROM pg_tables")}
        self.run(f"TRUNCATE {', '.join(there & metadata.tables.keys())}")


@contextmanager
def bare_database(server: PostgresServer) -> Iterator[Database]:
    """An empty database and its owner, who may make the role that serves."""
    name, password = f"t{secrets.token_hex(6)}", secrets.token_hex(16)
    server.run(
        f"CREATE ROLE {name}_owner LOGIN CREATEROLE PASSWORD '{password}'",
        f"CREATE DATABASE {name} OWNER {name}_owner",
    )
    try:
        yield Database(server, name, password)
    finally:
        server.run(
            f"DROP DATABASE {name} WITH (FORCE)",
            f"DROP ROLE IF EXISTS {name}_web",
            f"DROP ROLE {name}_owner",
        )


@contextmanager
def migrated_database(server: PostgresServer) -> Iterator[Database]:
    """One with every table in it."""
    with bare_database(server) as database:
        database.migrate()
        yield database
