"""PostgreSQL for rounds: each has a database of its own, copied from a furnished one."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.databases import migrated_database
from tests.faults.rounds import Nursery, Place
from tests.faults.warm import furnish_at
from tests.servers import shared_postgres


@contextmanager
def postgres_places(
    redis_url: str = "",
) -> Iterator[Callable[[Nursery], AbstractContextManager[Place]]]:
    """What opens a place for a round. Skips, with its reason, where there is no PostgreSQL."""
    with shared_postgres() as server, migrated_database(server) as furnished:
        furnish_at(furnished.url)

        @contextmanager
        def place(_warm: Nursery) -> Iterator[Place]:
            name = f"r{secrets.token_hex(6)}"
            owner = f"{furnished.name}_owner"
            server.run(f"CREATE DATABASE {name} TEMPLATE {furnished.name} OWNER {owner}")
            try:
                role = f"{furnished.name}_web"
                yield Place(server.address(role, furnished.password, name), redis_url)
            finally:
                server.run(f"DROP DATABASE {name} WITH (FORCE)")

        yield place
