"""One tenant's store with an ear at it: which keyed hashes it is asked for, and a way to break it.

A keyed hash that two tenants are asked for would tell whoever reads the database that one person
writes to both; it would also be one mistake away from opening one tenant's talk in the other.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from storage.store import Store


class Watched:
    """Passes every call on. ``breaks_with`` is the text of an error to raise instead, if any."""

    def __init__(self, store: Store) -> None:
        self.store, self.tenant = store, store.tenant
        self.hashes: set[bytes] = set()
        self.breaks_with = ""

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.store, name)

        async def watched(*values: Any, **named: Any) -> Any:
            if self.breaks_with:
                raise RuntimeError(self.breaks_with)
            for value in (*values, *named.values()):
                self.hashes.update(hashes_in(value))
            return await call(*values, **named)

        return watched


def hashes_in(value: object) -> Iterator[bytes]:
    """Every keyed hash in what a store was given."""
    if isinstance(value, bytes):
        if value:
            yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from hashes_in(part)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from hashes_in(getattr(value, part.name))
