"""``frontdoor backup`` and ``restore`` of the embedded store; PostgreSQL has its own tools."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.settings import Settings, SettingsMistakeError, read_settings
from storage.backup import back_up
from storage.keyring import Keyring
from storage.open import file_of, is_embedded
from storage.restore import restore


async def run_backup(file: Path) -> None:
    """``frontdoor backup FILE``. Raises ``storage.errors``, SettingsMistakeError and OSError."""
    settings = read_settings()
    database = _database(settings, "pg_dump, or pg_basebackup with its log,")
    made = await back_up(database, file, _keys(settings))
    click.echo(
        f"{file}: {made.bytes} bytes, {made.tenants} tenants, {made.audited} audit entries; "
        "it is whole, and it opens with these keys alone: keep them elsewhere"
    )


async def run_restore(file: Path) -> None:
    """``frontdoor restore FILE``. Raises as ``run_backup`` does, and AlreadyOpen."""
    settings = read_settings()
    database = _database(settings, "pg_restore, or the copy that pg_basebackup made,")
    done = await restore(file, database, _keys(settings), at=datetime.now(UTC))
    kept = f"the former one is kept as {done.former}" if done.former else "there was none before"
    click.echo(f"{database}: restored, {done.contents.tenants} tenants; {kept}")


def _database(settings: Settings, instead: str) -> Path:
    if not is_embedded(settings.database_url):
        raise SettingsMistakeError(f"DATABASE_URL names PostgreSQL: use {instead} there")
    return file_of(settings.database_url)


def _keys(settings: Settings) -> Keyring:
    return Keyring.from_setting(settings.secret_keys.get_secret_value())
