"""Every read of talks, cases and what is counted. Synchronous; a vault says for which tenant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, select

from flows.conversation import Conversation, ConversationId, Owner
from handoff.case import Case, QueueName
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.transcript import Line, Seq
from storage.audit import Link
from storage.crypto import Sealer
from storage.prepared import Prepared
from storage.records import (
    read_case,
    read_conversation,
    read_fact,
    read_line,
    read_link,
    read_timer,
)
from storage.store import AuditEntry, Sender, Timer
from storage.tables import (
    audit,
    cases,
    conversation_keys,
    conversations,
    facts,
    lines,
    sessions,
    timers,
)
from storage.vault import Vault, WrappedKey

_TENANT: BindParameter[str] = bindparam("tenant")

KEY = (
    conversation_keys.c.conversation_id.label("talk"),
    conversation_keys.c.version.label("key_version"),
    conversation_keys.c.tenant_version,
    conversation_keys.c.wrapped,
)
_KEY_OF = Prepared(
    select(*KEY).where(
        conversation_keys.c.tenant_id == _TENANT,
        conversation_keys.c.conversation_id == bindparam("id"),
    )
)
_CONVERSATION = (
    select(conversations.c.version, conversations.c.sealed, *KEY)
    .join_from(conversations, conversation_keys)
    .where(conversations.c.tenant_id == _TENANT)
)
_BY_ID = Prepared(_CONVERSATION.where(conversations.c.id == bindparam("id")))
_BY_SENDER = Prepared(
    _CONVERSATION.join(
        sessions,
        and_(
            sessions.c.tenant_id == conversations.c.tenant_id,
            sessions.c.conversation_id == conversations.c.id,
        ),
    ).where(
        sessions.c.channel == bindparam("channel"),
        sessions.c.address == bindparam("address"),
        sessions.c.ends_at > bindparam("now"),
    )
)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_ON_DEVICE = (
    select(sessions.c.conversation_id)
    .where(
        sessions.c.tenant_id == _TENANT,
        sessions.c.device == bindparam("device"),
        sessions.c.ends_at > bindparam("now"),
    )
    .order_by(sessions.c.conversation_id)
)

_CASE = (
    select(cases.c.reference, cases.c.version, cases.c.sealed, *KEY)
    .join_from(
        cases,
        conversation_keys,
        and_(
            conversation_keys.c.tenant_id == cases.c.tenant_id,
            conversation_keys.c.conversation_id == cases.c.conversation_id,
        ),
    )
    .where(cases.c.tenant_id == _TENANT)
)
_BY_REFERENCE = Prepared(_CASE.where(cases.c.reference == bindparam("reference")))
# One queue at a time: its index has the order, where several at once would be sorted whole.
_IN_ORDER = (
    _CASE.where(cases.c.queue == bindparam("queue"), cases.c.closed_at.is_(None))
    .order_by(cases.c.rank_at, cases.c.reference)
    .limit(bindparam("limit"))
)
_OPEN = Prepared(_IN_ORDER)
_OWNED = Prepared(_IN_ORDER.where(cases.c.owner == bindparam("owner")))
_BEFORE = select(func.count()).where(
    cases.c.tenant_id == _TENANT,
    cases.c.queue == bindparam("queue"),
    cases.c.owner == Owner.QUEUE.value,
    cases.c.closed_at.is_(None),
    cases.c.rank_at < bindparam("before"),
)

EVERY = 2**31 - 1
"""As a limit: no limit."""

_LINES = (
    select(lines.c.seq, lines.c.sealed)
    .where(lines.c.tenant_id == _TENANT, lines.c.conversation_id == bindparam("id"))
    .order_by(lines.c.seq)
)
_AFTER = Prepared(_LINES.where(lines.c.seq > bindparam("after")).limit(bindparam("limit")))
_BY_INBOX = Prepared(_LINES.where(lines.c.inbox == bindparam("inbox")))

_DUE = (
    select(timers)
    .where(
        timers.c.tenant_id == _TENANT,
        timers.c.due_at <= bindparam("now"),
        timers.c.is_done.is_(False),
    )
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("limit"))
)
_FACTS = (
    select(facts)
    .where(
        facts.c.tenant_id == _TENANT,
        facts.c.at >= bindparam("since"),
        facts.c.at < bindparam("until"),
    )
    .order_by(facts.c.at, facts.c.number)
)
_AUDIT = select(audit).where(audit.c.tenant_id == _TENANT)
_AUDIT_OF = (
    _AUDIT.where(audit.c.subject == bindparam("subject"))
    .order_by(audit.c.at.desc(), audit.c.writer.desc(), audit.c.seq.desc())
    .limit(bindparam("limit"))
)


def conversation(connection: Connection, vault: Vault, id: ConversationId) -> Conversation | None:
    """The talk with this id."""
    row = _BY_ID.first(connection, {"tenant": vault.tenant, "id": id})
    return None if row is None else read_conversation(row, sealer(vault, row))


def conversation_of(
    connection: Connection, vault: Vault, sender: Sender, now: datetime
) -> Conversation | None:
    """The talk that this sender may go on with."""
    asked = {"tenant": vault.tenant, "channel": sender.channel, "address": sender.address}
    row = _BY_SENDER.first(connection, asked | {"now": now})
    return None if row is None else read_conversation(row, sealer(vault, row))


def conversations_on(
    connection: Connection, vault: Vault, device: bytes, alive_at: datetime | None
) -> Sequence[ConversationId]:
    """The talks whose session belongs to this browser. No device is nobody's."""
    if not device:
        return ()
    asked = {"tenant": vault.tenant, "device": device, "now": alive_at or _LONG_AGO}
    found = connection.scalars(_ON_DEVICE, asked)
    return [ConversationId(id) for id in found]


def sealer_of(connection: Connection, vault: Vault, id: ConversationId) -> Sealer | None:
    """What seals a stored talk; None when there is no such talk, or no key any more."""
    row = _KEY_OF.first(connection, {"tenant": vault.tenant, "id": id})
    return None if row is None else sealer(vault, row)


def case(connection: Connection, vault: Vault, reference: Reference) -> Case | None:
    """The case with this reference."""
    asked = {"tenant": vault.tenant, "reference": reference}
    row = _BY_REFERENCE.first(connection, asked)
    return None if row is None else read_case(row, sealer(vault, row))


def open_cases(
    connection: Connection, vault: Vault, queues: Sequence[QueueName], limit: int
) -> Sequence[Case]:
    """Open cases of these queues, in ``rank_at`` order."""
    return _first_of(connection, vault, queues, _OPEN, {"limit": limit})


def held_cases(
    connection: Connection, vault: Vault, queues: Sequence[QueueName], limit: int
) -> Sequence[Case]:
    """Open cases of these queues that somebody holds, in ``rank_at`` order."""
    asked = {"limit": limit, "owner": Owner.WORKER.value}
    return _first_of(connection, vault, queues, _OWNED, asked)


def waiting_cases(
    connection: Connection, vault: Vault, queues: Sequence[QueueName], limit: int
) -> Sequence[Case]:
    """Open cases of these queues that nobody holds; those still with the bot come after."""
    found: list[Case] = []
    for owner in (Owner.QUEUE, Owner.BOT):
        asked = {"limit": limit - len(found), "owner": owner.value}
        if asked["limit"]:
            found += _first_of(connection, vault, queues, _OWNED, asked)
    return found


def _first_of(
    connection: Connection,
    vault: Vault,
    queues: Sequence[QueueName],
    statement: Prepared,
    asked: Mapping[str, Any],
) -> Sequence[Case]:
    """The first that a statement finds over all these queues, ``limit`` of them."""
    found: list[Case] = []
    for queue in dict.fromkeys(queues):
        place = {"tenant": vault.tenant, "queue": queue}
        found += _cases(vault, statement.rows(connection, {**asked, **place}))
    return sorted(found, key=attrgetter("rank_at", "reference"))[: asked["limit"]]


def count_waiting(connection: Connection, vault: Vault, queue: QueueName, before: datetime) -> int:
    """How many wait in this queue for a person and are ranked before a time."""
    asked = {"tenant": vault.tenant, "queue": queue, "before": before}
    return int(connection.execute(_BEFORE, asked).scalar_one())


def lines_after(
    connection: Connection, vault: Vault, id: ConversationId, after: Seq, limit: int = EVERY
) -> Sequence[Line]:
    """The lines that follow, in order."""
    own = vault.known(id) or sealer_of(connection, vault, id)
    if own is None:
        return ()
    asked = {"tenant": vault.tenant, "id": id, "after": after, "limit": limit}
    rows = _AFTER.rows(connection, asked)
    return [read_line(row, own) for row in rows]


def line_of(connection: Connection, vault: Vault, id: ConversationId, inbox: bytes) -> Line | None:
    """The line that came in under this inbox hash."""
    own = vault.known(id) or sealer_of(connection, vault, id)
    asked = {"tenant": vault.tenant, "id": id, "inbox": inbox}
    row = _BY_INBOX.first(connection, asked)
    return read_line(row, own) if row and own else None


def due_timers(connection: Connection, vault: Vault, now: datetime, limit: int) -> Sequence[Timer]:
    """Timers whose time has come, the oldest first."""
    asked = {"tenant": vault.tenant, "now": now, "limit": limit}
    return [read_timer(row) for row in connection.execute(_DUE, asked)]


def facts_between(
    connection: Connection, vault: Vault, since: datetime, until: datetime
) -> Sequence[Fact]:
    """Facts from ``since`` on and before ``until``, oldest first."""
    asked = {"tenant": vault.tenant, "since": since, "until": until}
    return [read_fact(row) for row in connection.execute(_FACTS, asked)]


def audit_of(
    connection: Connection, vault: Vault, subject: str, limit: int
) -> Sequence[AuditEntry]:
    """Who read or changed this, the latest first."""
    asked = {"tenant": vault.tenant, "subject": subject, "limit": limit}
    return [read_link(row).entry for row in connection.execute(_AUDIT_OF, asked)]


def audit_links(connection: Connection, vault: Vault) -> Sequence[Link]:
    """The whole audit of the tenant."""
    return [read_link(row) for row in connection.execute(_AUDIT, {"tenant": vault.tenant})]


def sealer(vault: Vault, row: Any) -> Sealer:
    """What opens a row that carries its talk's key in the columns ``KEY``."""
    key = WrappedKey(row.key_version, str(row.tenant_version), row.wrapped)
    return vault.sealer(ConversationId(row.talk), key)


def _cases(vault: Vault, rows: Iterable[Any]) -> list[Case]:
    return [read_case(row, sealer(vault, row)) for row in rows]
