"""Whether the database that is served from still has a shape that this version knows."""

from collections.abc import Callable
from typing import Protocol, TypeVar, runtime_checkable

from sqlalchemy import Connection

from storage.errors import SchemaMissing
from storage.schema import is_current, is_enough
from storage.store import Stores

T = TypeVar("T")

CURRENT, BEHIND = "ok", "behind"


@runtime_checkable
class _Reads(Protocol):
    """Stores over a database, which keeps its revision."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        """As ``storage.sql_store.Database`` does."""


async def schema_state(stores: Stores) -> str:
    """``ok``, or ``behind`` where only what is no longer used is left to be taken away.

    Raises NewerSchema, SchemaMissing, or a StorageError when it cannot be read.
    """
    return await stores.read(_state) if isinstance(stores, _Reads) else CURRENT


def _state(connection: Connection) -> str:
    if is_current(connection):
        return CURRENT
    if not is_enough(connection):
        raise SchemaMissing
    return BEHIND
