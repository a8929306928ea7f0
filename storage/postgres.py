"""The production database: PostgreSQL, for any number of processes at once. Never migrates.

Each tenant is behind a wall that the server itself keeps, and whoever serves cannot pass it.
"""

import asyncio
import random
import secrets
from collections.abc import Callable
from time import sleep
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, bindparam, create_engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.errors import BadAddress, Damaged, SchemaMissing, StoreBusy, StoreClosed
from storage.keyring import Keyring
from storage.plan import Plan
from storage.postgres_errors import named
from storage.postgres_link import Link, Patience
from storage.postgres_roles import grant_rights, require_weak_role
from storage.postgres_writer import Committer
from storage.schema import bring_up_to_date, is_enough
from storage.sql_store import SqlStore
from storage.store import Committed, Conflict, Repeated
from storage.tables import pulse
from storage.vault import SealerCache
from tenants.tenant import TenantId

T = TypeVar("T")

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
PULSES = 1024
"""A row for each process: one that is frozen in the middle must not hold up the others' check."""

_ID: Any = bindparam("pulse")
_BEAT = (
    insert(pulse)
    .values(id=_ID, beats=1)
    .on_conflict_do_update(index_elements=["id"], set_={"beats": pulse.c.beats + 1})
    .returning(pulse.c.beats)
)
_LAST_BEAT = select(pulse.c.beats).where(pulse.c.id == _ID)


class PostgresStores:
    """The Stores of one house on a server (``storage.store``). Made by ``connect``."""

    def __init__(self, link: Link, *, keyring: Keyring, patience: Patience) -> None:
        """Use ``connect``: before this the server has been looked over."""
        self._link = link
        self._patience = patience
        self.keyring = keyring
        # A chain of audit belongs to one writer for good, so each process begins its own.
        self._committer = Committer(link, patience, writer=f"w-{secrets.token_hex(8)}")
        self._pulse = {"pulse": random.randint(1, PULSES)}  # noqa: S311  No secret.
        self._kept = SealerCache()
        self._stores: dict[TenantId, SqlStore] = {}
        self._is_closed = False

    @classmethod
    async def connect(cls, url: str, keyring: Keyring, *, patience: Patience | None = None) -> Self:
        """Reach the server, and make sure that it may be served from.

        Raises Unreachable, SignInRefused, DatabaseMissing, SchemaMissing, NewerSchema,
        RoleTooStrong or BadAddress; none of them tells the address.
        """
        patience = patience or Patience()
        link = Link(address(url), patience)
        try:
            await link.read(_look_over)
        except BaseException:
            await link.close()
            raise
        return cls(link, keyring=keyring, patience=patience)

    def open(self, tenant: TenantId) -> SqlStore:
        if tenant not in self._stores:
            store = SqlStore(tenant, self, keyring=self.keyring, kept=self._kept)
            self._stores[tenant] = store
        return self._stores[tenant]

    async def read(self, query: Callable[[Connection], T]) -> T:
        if self._is_closed:
            raise StoreClosed
        return await self._committer.carry_out(self._link.read(query))

    find = read

    async def do(self, work: Callable[[Connection], T]) -> T:
        return await self._committer.do(work)

    async def write(self, plan: Plan) -> Committed | Repeated | Conflict:
        return await self._committer.commit(plan)

    async def check(self) -> None:
        limit = self._patience.readiness
        try:
            async with asyncio.timeout(limit):
                beats = await self._committer.do(self._beat, within=limit / 3)
                seen = await self.read(self._last_beat)
        except TimeoutError:
            raise StoreBusy("(readiness)") from None
        if seen < beats:
            raise Damaged("(what is written is not what is read)")

    def _beat(self, connection: Connection) -> int:
        return int(connection.execute(_BEAT, self._pulse).scalar_one())

    def _last_beat(self, connection: Connection) -> int:
        return int(connection.execute(_LAST_BEAT, self._pulse).scalar_one())

    async def close(self) -> None:
        if self._is_closed:
            return
        await self._committer.close()
        self._is_closed = True
        await self._link.close()


def address(url: str) -> URL:
    """What a DATABASE_URL says, for our driver. Raises BadAddress, which quotes nothing of it."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadAddress("(DATABASE_URL is not an address)") from None
    if parsed.drivername not in SCHEMES or not parsed.database:
        raise BadAddress("(DATABASE_URL is not postgresql://role:password@host/database)")
    return parsed.set(drivername="postgresql+psycopg")


MIGRATION_TRIES, MIGRATION_PAUSE = 5, 0.5
"""How often, and after how many seconds again: beside processes that serve, the database may choose
the migration to give way (a deadlock). It is whole or not at all, so it is tried anew.
"""


def migrate(url: str, *, owner_url: str = "", to: str = "head") -> None:
    """Bring the schema up to date as its owner, and give the role in ``url`` its rights.

    Raises what ``PostgresStores.connect`` does, and RoleMissing.
    """
    engine = create_engine(address(owner_url or url), hide_parameters=True)
    try:
        for tries_left in reversed(range(MIGRATION_TRIES)):
            try:
                return _migrate_whole(engine, address(url), to)
            except DBAPIError as error:
                fault = named(error)
                if not isinstance(fault, StoreBusy) or not tries_left:
                    raise fault from None
                sleep(MIGRATION_PAUSE)
    finally:
        engine.dispose()


def _migrate_whole(engine: Engine, serving: URL, to: str) -> None:
    with engine.begin() as connection:
        bring_up_to_date(connection, to=to)
        grant_rights(connection, serving.username or "", str(serving.password or ""))


def _look_over(connection: Connection) -> None:
    if not is_enough(connection):
        raise SchemaMissing
    require_weak_role(connection)
