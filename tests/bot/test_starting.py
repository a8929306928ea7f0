"""``frontdoor`` where its PostgreSQL or Redis is wrong: one line says so, and it ends with a code.

The SQLite half of it stands in test_serving.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from click.testing import CliRunner

from bot.__main__ import frontdoor
from storage.postgres_link import Patience
from tests.databases import Database, bare_database, migrated_database
from tests.processes import ended, environment
from tests.servers import free_port, postgres_server, shared_postgres

WRONG = "a-wrong-one"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is set, made of a migrated database, and the words that an operator reads of it."""

    settings: Callable[[Database], dict[str, str]]
    says: str
    commands: tuple[str, ...] = ("web",)


def instead(database: Database, old: str, new: str) -> dict[str, str]:
    """Its address with one part changed."""
    assert old in database.url
    return {"DATABASE_URL": database.url.replace(old, new)}


def port_of(database: Database) -> str:
    return f":{database.server.admin.port}/"


MISTAKES = {
    "an unknown role": Mistake(
        lambda d: instead(d, f"{d.name}_web:", "nobody:"), "refuses the name or the password"
    ),
    "nobody at the port": Mistake(
        lambda d: instead(d, port_of(d), f":{free_port()}/"),
        "cannot be reached",
        ("web", "worker", "migrate"),
    ),
    "a host that is none": Mistake(
        lambda d: instead(d, "127.0.0.1", "no-such-host.invalid"), "cannot be reached"
    ),
    "no such database": Mistake(
        lambda d: {"DATABASE_URL": f"{d.url.rpartition('/')[0]}/nowhere"}, "create it first"
    ),
    "the owner's address": Mistake(
        lambda d: {"DATABASE_URL": d.owner}, "could pass the walls between tenants"
    ),
    "an address that is none": Mistake(
        lambda _: {"DATABASE_URL": "postgresql://"}, "DATABASE_URL is not postgresql://"
    ),
    "a Redis address that is none": Mistake(
        lambda d: {"DATABASE_URL": d.url, "REDIS_URL": f"http://:{WRONG}@x"},
        "REDIS_URL is not like",
        ("web", "worker"),
    ),
}


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with shared_postgres() as server, migrated_database(server) as database:
        yield database


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in this process leaves the tests' logs as they are, and waits for little."""
    monkeypatch.setattr("bot.serving.set_up_logs", lambda _level: None)
    monkeypatch.setattr("storage.postgres.Patience", partial(Patience, transaction=1.0, whole=1.0))


def told(database: Database, command: str, **settings: str) -> str:
    """The one line with which the command ends."""
    done = CliRunner().invoke(frontdoor, [command], env=environment(**settings))
    assert done.stdout == ""
    return only_line(database, done.exit_code, done.stderr.splitlines())


def only_line(database: Database, code: int, said: list[str]) -> str:
    """It tells nobody's address or password, and there is no traceback before it."""
    assert (code, len(said)) == (1, 1), said
    assert said[0].startswith("frontdoor: ")
    for secret in (database.password, WRONG, "127.0.0.1", "nowhere", ".invalid", "nobody:"):
        assert secret not in said[0]
    return said[0]


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_a_process_with_a_wrong_password_ends_with_one_line(
    database: Database, command: str
) -> None:
    """As an operator sees it: all else here is the same command without a process around it."""
    wrong = instead(database, f":{database.password}@", f":{WRONG}@")
    said = only_line(database, *ended(command, **wrong))
    assert "refuses the name or the password" in said


@pytest.mark.parametrize(
    ("name", "command"), [(n, c) for n, mistake in MISTAKES.items() for c in mistake.commands]
)
def test_what_is_wrong_with_an_address_is_told_in_one_line(
    database: Database, name: str, command: str
) -> None:
    mistake = MISTAKES[name]
    assert mistake.says in told(database, command, **mistake.settings(database))


def test_a_database_that_was_never_migrated_names_the_command(database: Database) -> None:
    with bare_database(database.server) as bare:
        assert "frontdoor migrate" in told(bare, "web", DATABASE_URL=bare.owner)


@pytest.mark.parametrize("command", ["web", "worker", "migrate"])
def test_a_database_that_is_one_version_ahead_is_left_alone(
    database: Database, command: str
) -> None:
    [[stored]] = database.ask("SELECT version_num FROM alembic_version")
    database.run("UPDATE alembic_version SET version_num = '9999'")
    settings = {"DATABASE_URL": database.url, "OWNER_DATABASE_URL": database.owner}
    try:
        assert "newer version" in told(database, command, **settings)
        assert database.ask("SELECT version_num FROM alembic_version") == [("9999",)]
    finally:
        database.ask("UPDATE alembic_version SET version_num = %s RETURNING 1", stored)


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_database_that_is_read_only_is_named(database: Database, command: str) -> None:
    run = database.server.run  # From another database: this one lets nobody write.
    run(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    try:
        assert "cannot be written to" in told(database, command, DATABASE_URL=database.url)
    finally:
        run(f"ALTER DATABASE {database.name} RESET default_transaction_read_only")


@pytest.mark.faults
def test_a_server_that_stands_still_is_not_waited_for_for_ever() -> None:
    with postgres_server() as server, migrated_database(server) as database:
        server.freeze()
        try:
            said = told(database, "web", DATABASE_URL=database.url)
        finally:
            server.thaw()
    assert "does not answer" in said or "cannot be reached" in said
