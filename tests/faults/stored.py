"""Everything that a store holds of one tenant, read past the house, as the checker wants it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, select
from sqlalchemy.engine import make_url

from flows.conversation import Conversation, ConversationId
from handoff.case import Case
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.transcript import Line
from storage import desk_queries, queries, tables
from storage.audit import Link, verify
from storage.keyring import Keyring
from storage.records import read_fact, read_line
from storage.sql import enter
from storage.vault import SealerCache, Vault
from tenants.tenant import TenantId
from tests.house import HARBOUR, KEYS

KEYRING = Keyring.from_setting(KEYS)


@dataclass(frozen=True, slots=True)
class Told:
    """One line, with what its columns say: the seal and the index might differ."""

    seq: int
    inbox: bytes | None
    line: Line


@dataclass(slots=True)
class Stored:
    """One tenant's whole store. ``facts`` are in the order in which they were numbered."""

    tenant: TenantId = HARBOUR
    talks: dict[ConversationId, Conversation] = field(default_factory=dict)
    lines: dict[ConversationId, list[Told]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    audit: list[Link] = field(default_factory=list)
    audit_key: bytes = b""
    sessions: set[ConversationId] = field(default_factory=set)
    editions: dict[str, dict[str, str]] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)

    def talk_called(self, short: str) -> ConversationId | None:
        """The talk whose id begins so: all that a page is told of it."""
        return next((id for id in self.talks if id.startswith(short)), None) if short else None

    def inbox(self, talk: ConversationId, key: str) -> bytes:
        """What stands in the transcript for a client's own id."""
        return KEYRING.keyed_hash("inbox", self.tenant, f"{talk} {key}")

    def landed(self, talk: ConversationId, key: str) -> list[Told]:
        """The lines that came in under a key."""
        wanted = self.inbox(talk, key)
        return [told for told in self.lines.get(talk, []) if told.inbox == wanted]

    async def audit_chain(self) -> tuple[bytes, list[Link]]:
        """As ``storage.audit.verify`` asks for it."""
        return self.audit_key, self.audit

    def chain_holds(self) -> bool:
        """Whether every link follows the one before it. It waits for nothing, so it runs now."""
        try:
            verify(self).send(None)
        except StopIteration as ended:
            return ended.value is None
        raise AssertionError("verifying has waited")


def read_stored(url: str, tenant: TenantId = HARBOUR) -> Stored:
    """Read the whole store in one transaction, beside whoever serves from it."""
    with _engine(url).begin() as connection:
        enter(connection, tenant)
        return _read(connection, tenant)


@cache
def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    # No pool: a file that is done with must not stay open.
    from sqlalchemy.pool import NullPool

    return create_engine(address, poolclass=NullPool)


def _read(connection: Connection, tenant: TenantId) -> Stored:
    key = desk_queries.tenant_key(connection, KEYRING, tenant)
    vault = Vault.unlock(KEYRING, tenant, key, kept=SealerCache())
    stored = Stored(tenant, audit_key=vault.audit_key)
    for id in _column(connection, tables.conversations.c.id, tenant):
        talk = queries.conversation(connection, vault, ConversationId(id))
        assert talk is not None, "a talk without a key"
        stored.talks[talk.id] = talk
        stored.lines[talk.id] = _lines(connection, vault, talk.id)
        stored.editions.setdefault(talk.edition, _sources(connection, vault, talk))
    for reference in _column(connection, tables.cases.c.reference, tenant):
        case = queries.case(connection, vault, Reference(reference))
        assert case is not None, "a case without a key"
        stored.cases.append(case)
    facts = select(tables.facts).where(tables.facts.c.tenant_id == tenant)
    stored.facts = [
        read_fact(row) for row in connection.execute(facts.order_by(tables.facts.c.number))
    ]
    stored.audit = list(queries.audit_links(connection, vault))
    stored.sessions = set(_column(connection, tables.sessions.c.conversation_id, tenant))
    people = desk_queries.everyone(connection, vault)
    stored.staff = {person.name: person.id for person in people}
    return stored


def _column(connection: Connection, column: Any, tenant: TenantId) -> list[Any]:
    return list(connection.scalars(select(column).where(column.table.c.tenant_id == tenant)))


def _lines(connection: Connection, vault: Vault, id: ConversationId) -> list[Told]:
    sealer = queries.sealer_of(connection, vault, id)
    assert sealer is not None
    table = tables.lines
    asked = select(table.c.seq, table.c.inbox, table.c.sealed).where(
        table.c.tenant_id == vault.tenant, table.c.conversation_id == id
    )
    rows = connection.execute(asked.order_by(table.c.seq))
    return [Told(row.seq, row.inbox, read_line(row, sealer)) for row in rows]


def _sources(connection: Connection, vault: Vault, talk: Conversation) -> dict[str, str]:
    record = desk_queries.edition(connection, vault, talk.edition)
    return {} if record is None else record.sources


Reading = Callable[[], Stored]
