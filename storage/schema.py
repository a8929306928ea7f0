"""Which shape the database has, and bringing it to ours. Never touches one newer than ours."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import NewerSchema

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision that this version knows, oldest first. A test holds them to the migrations."""

SERVED_FROM = "0004"
"""The oldest that this version can serve on: what comes after only takes away (contracts)."""

MIGRATIONS = Path(__file__).parent / "migrations"


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def is_current(connection: Connection) -> bool:
    """Whether nothing needs migrating. Raises NewerSchema."""
    stored = stored_revision(connection)
    if stored is not None and stored not in REVISIONS:
        raise NewerSchema(f"(it is at {stored}, this version knows {REVISIONS[-1]})")
    return stored == REVISIONS[-1]


def is_enough(connection: Connection) -> bool:
    """Whether this version can serve on it as it is. Raises NewerSchema."""
    if is_current(connection):
        return True
    stored = stored_revision(connection)
    return stored is not None and REVISIONS.index(stored) >= REVISIONS.index(SERVED_FROM)


def bring_up_to_date(connection: Connection, *, to: str = "head") -> None:
    """Migrate in the caller's transaction: all of it happens, or nothing. Raises NewerSchema."""
    if connection.dialect.name == "postgresql":
        # Two that migrate at once take turns, and neither waits behind readers for ever: all that
        # came after it would be waiting too.
        connection.execute(text("SELECT pg_advisory_xact_lock(7163924401)"))
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    if is_current(connection):
        return
    # Alembic takes a third of a second to import, and a start with nothing to do is the usual one.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
