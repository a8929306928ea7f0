"""Domain values and the rows they are kept in. What is told of a person goes in sealed."""

import zlib
from typing import Any

import orjson

from flows.conversation import Conversation, ConversationId, EditionId
from handoff.case import Case
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, Role, Staff, StaffId, StaffSession
from handoff.transcript import Line
from storage.audit import Link
from storage.codec import dump, load
from storage.crypto import Sealer
from storage.errors import SealBroken, UnreadableRecord
from storage.store import AuditEntry, EditionRecord, Registered, Session, Timer

Row = dict[str, Any]

_TALK = "conversation"


def conversation_row(conversation: Conversation, sealer: Sealer) -> Row:
    """The columns of a talk; step, answers and all else are in ``sealed``."""
    return {
        "tenant_id": sealer.tenant,
        "id": conversation.id,
        "edition_id": conversation.edition,
        "version": conversation.version,
        "last_seq": conversation.last_seq,
        "sealed": sealer.seal(_TALK, dump(conversation)),
    }


def read_conversation(row: Any, sealer: Sealer) -> Conversation:
    """Raises SealBroken or UnreadableRecord."""
    conversation = load(Conversation, sealer.open(_TALK, row.sealed))
    # An older state of the same talk opens under the same key: the version tells it apart.
    _require_same(conversation.version, row.version)
    return conversation


def case_row(case: Case, sealer: Sealer) -> Row:
    """The columns of a case: what the queue is searched and ordered by."""
    return {
        "tenant_id": sealer.tenant,
        "reference": case.reference,
        "conversation_id": case.conversation,
        "queue": case.queue,
        "owner": case.owner.value,
        "rank_at": case.rank_at,
        "closed_at": case.closed_at,
        "version": case.version,
        "sealed": sealer.seal(f"case {case.reference}", dump(case)),
    }


def read_case(row: Any, sealer: Sealer) -> Case:
    """Raises SealBroken or UnreadableRecord."""
    case = load(Case, sealer.open(f"case {row.reference}", row.sealed))
    _require_same(case.version, row.version)
    return case


def entry_row(entry: Entry, sealer: Sealer) -> Row:
    """The columns of a sheet of the case file; its place there is part of the seal."""
    return {
        "tenant_id": sealer.tenant,
        "reference": entry.reference,
        "number": entry.number,
        "conversation_id": sealer.owner,
        "kind": entry.kind,
        "at": entry.at,
        "sealed": sealer.seal(f"entry {entry.reference} {entry.number}", dump(entry)),
    }


def read_entry(row: Any, sealer: Sealer) -> Entry:
    """Raises SealBroken or UnreadableRecord."""
    return load(Entry, sealer.open(f"entry {row.reference} {row.number}", row.sealed))


def line_row(line: Line, sealer: Sealer) -> Row:
    """The columns of a line; its place in the talk is part of the seal."""
    return {
        "tenant_id": sealer.tenant,
        "conversation_id": sealer.owner,
        "seq": line.seq,
        "inbox": line.inbox,
        "sealed": sealer.seal(f"line {line.seq}", dump(line)),
    }


def read_line(row: Any, sealer: Sealer) -> Line:
    """Raises SealBroken or UnreadableRecord."""
    return load(Line, sealer.open(f"line {row.seq}", row.sealed))


def session_row(session: Session, tenant: str, conversation: str) -> Row:
    """The columns of a visitor's way back: hashes and a time."""
    return {
        "tenant_id": tenant,
        "conversation_id": conversation,
        "channel": session.sender.channel,
        "address": session.sender.address,
        "device": session.device,
        "ends_at": session.ends_at,
    }


def timer_row(timer: Timer, tenant: str) -> Row:
    """The columns of a timer: codes, ids and a time."""
    return {
        "tenant_id": tenant,
        "id": timer.id,
        "kind": timer.kind,
        "due_at": timer.due_at,
        "conversation_id": timer.conversation,
        "reference": timer.reference,
        "is_done": timer.is_done,
    }


def read_timer(row: Any) -> Timer:
    """A timer as it was set."""
    return Timer(
        id=row.id,
        kind=row.kind,
        due_at=row.due_at,
        conversation=row.conversation_id and ConversationId(row.conversation_id),
        reference=row.reference and Reference(row.reference),
        is_done=row.is_done,
    )


def fact_row(fact: Fact, tenant: str) -> Row:
    """The columns of a fact: codes only, so it is in clear."""
    return {
        "tenant_id": tenant,
        "at": fact.at,
        "kind": fact.kind,
        "conversation_id": fact.conversation,
        "reference": fact.reference,
        "coded": orjson.dumps(dict(fact.values)).decode(),
    }


def read_fact(row: Any) -> Fact:
    """A fact as it was counted."""
    values = orjson.loads(row.coded)
    return Fact(row.kind, row.at, row.conversation_id, row.reference, values)


def audit_row(link: Link) -> Row:
    """The columns of an audit entry in its chain: codes and ids."""
    return {
        "tenant_id": link.tenant,
        "writer": link.writer,
        "seq": link.seq,
        "staff_id": link.entry.staff,
        "action": link.entry.action,
        "at": link.entry.at,
        "subject": link.entry.subject,
        "detail": link.entry.detail,
        "previous": link.previous,
        "hash": link.hash,
    }


def read_link(row: Any) -> Link:
    """An audit entry with its place in the chain."""
    entry = AuditEntry(StaffId(row.staff_id), row.action, row.at, row.subject, row.detail)
    return Link(row.tenant_id, row.writer, row.seq, entry, row.previous, row.hash)


def account_row(account: Account, own: Sealer) -> Row:
    """The columns of an account; the one-time codes' secret is sealed under the tenant's key."""
    staff = account.staff
    return {
        "tenant_id": own.tenant,
        "id": staff.id,
        "name": staff.name,
        "alias": staff.alias,
        "roles": orjson.dumps(sorted(staff.roles)).decode(),
        "password_hash": account.password_hash,
        "totp_sealed": own.seal(f"totp {staff.id}", account.totp_secret.encode()),
        "last_totp_step": account.last_totp_step,
        "is_active": account.is_active,
        "shift_seen_at": staff.shift_seen_at,
    }


def read_account(row: Any, own: Sealer) -> Account:
    """Raises SealBroken or UnreadableRecord."""
    return Account(
        staff=read_staff(row),
        password_hash=row.password_hash,
        totp_secret=own.open(f"totp {row.id}", row.totp_sealed).decode(),
        last_totp_step=row.last_totp_step,
        is_active=row.is_active,
    )


def read_staff(row: Any) -> Staff:
    """Raises UnreadableRecord for a role that this version does not know."""
    try:
        roles = frozenset(Role(role) for role in orjson.loads(row.roles))
    except ValueError:
        raise UnreadableRecord("(role)") from None
    return Staff(StaffId(row.id), row.name, row.alias, roles, row.shift_seen_at)


def staff_session_row(session: StaffSession, tenant: str) -> Row:
    """The columns of a signed-in browser."""
    return {
        "tenant_id": tenant,
        "token_hash": session.token_hash,
        "staff_id": session.staff,
        "csrf": session.csrf,
        "begun_at": session.begun_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
    }


def read_staff_session(row: Any) -> StaffSession:
    """A session as it was saved."""
    return StaffSession(
        token_hash=row.token_hash,
        staff=StaffId(row.staff_id),
        csrf=row.csrf,
        begun_at=row.begun_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
    )


def registered_row(row: Registered, own: Sealer) -> Row:
    """The columns of a row of a register, sealed under the tenant's key."""
    place = f"register {row.register} {row.id} {row.version}"
    return {
        "tenant_id": own.tenant,
        "register": row.register,
        "id": row.id,
        "version": row.version,
        "sealed": own.seal(place, dump(row)),
    }


def read_registered(row: Any, own: Sealer) -> Registered:
    """Raises SealBroken or UnreadableRecord."""
    return load(Registered, own.open(f"register {row.register} {row.id} {row.version}", row.sealed))


def edition_row(record: EditionRecord, tenant: str) -> Row:
    """The columns of an edition. What is published is no secret, only long."""
    return {
        "tenant_id": tenant,
        "id": record.id,
        "sources": zlib.compress(orjson.dumps(record.sources)),
        "published_at": record.published_at,
    }


def read_edition(row: Any) -> EditionRecord:
    """An edition as it was published."""
    sources = orjson.loads(zlib.decompress(row.sources))
    return EditionRecord(EditionId(row.id), sources, row.published_at)


def _require_same(sealed: int, in_clear: int) -> None:
    if sealed != in_clear:
        raise SealBroken("(version)")
