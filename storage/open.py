"""Which store an address means, and making its database ready. No error here tells an address."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.errors import BadAddress
from storage.keyring import Keyring
from storage.sqlite import SqliteStores
from storage.store import Stores

_EITHER = "not sqlite:/// or postgresql://"


async def open_stores(url: str, keyring: Keyring) -> Stores:
    """The stores at an address: ``sqlite:///frontdoor.db`` (relative), ``sqlite:////srv/a.db``,
    ``postgresql://role:password@host/database`` (or ``postgres://``).

    Raises BadAddress for an address of another kind, and what opening that store raises.
    """
    if _is_postgres(url):
        # Its driver takes a while to import, and an embedded house never needs it.
        from storage.postgres import PostgresStores  # noqa: PLC0415

        return await PostgresStores.connect(url, keyring)
    return await SqliteStores.connect(file_of(url), keyring)


async def prepare_stores(url: str, owner_url: str = "") -> None:
    """Bring the database's schema up to date, and let the role in ``url`` serve from it.

    ``owner_url`` names who owns the tables (OWNER_DATABASE_URL); without it, ``url`` does. A SQLite
    file is brought up to date whenever it is opened. Raises as ``open_stores`` does, and
    RoleMissing.
    """
    if _is_postgres(url):
        from storage.postgres import migrate  # noqa: PLC0415

        await asyncio.to_thread(migrate, url, owner_url=owner_url)
    else:
        file_of(url)


def is_embedded(url: str) -> bool:
    """Whether an address means the embedded store, and not a server."""
    return not _is_postgres(url)


def _is_postgres(url: str) -> bool:
    return url.partition(":")[0] in ("postgresql", "postgres", "postgresql+psycopg")


def file_of(url: str) -> Path:
    """The file that an embedded address names. Raises BadAddress for an address of another kind."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadAddress(f"(DATABASE_URL is {_EITHER})") from None
    if parts.scheme != "sqlite" or not parts.path.lstrip("/"):
        raise BadAddress(f"(DATABASE_URL begins with {parts.scheme or 'nothing'!r}, {_EITHER})")
    return Path(unquote(parts.path[1:]))
