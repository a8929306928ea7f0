"""A store in memory that behaves like the others: for tests and benches, never for people.

What it keeps has gone through the same codec, so nothing fits here that would not fit there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from flows.conversation import Conversation, ConversationId, EditionId, Owner
from handoff.case import Case, QueueName
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, Staff, StaffId, StaffSession
from handoff.transcript import Line, Seq
from storage.audit import Link
from storage.change import parts, require_fit, stored_form
from storage.codec import dump, load
from storage.crypto import new_key
from storage.errors import NameTaken, StorageError, StoreClosed
from storage.memory_write import Refused, Shelves, put_in
from storage.store import (
    AuditEntry,
    Change,
    Committed,
    Conflict,
    EditionRecord,
    Registered,
    Repeated,
    Sender,
    Timer,
)
from tenants.tenant import TenantId


class MemoryStores:
    """The Stores of one house, gone when the process ends."""

    def __init__(self) -> None:
        """Empty."""
        self._stores: dict[TenantId, MemoryStore] = {}
        self._is_closed = False

    def open(self, tenant: TenantId) -> "MemoryStore":
        return self._stores.setdefault(tenant, MemoryStore(tenant))

    async def check(self) -> None:
        if self._is_closed:
            raise StoreClosed

    async def close(self) -> None:
        self._is_closed = True
        for store in self._stores.values():
            store.is_closed = True


class MemoryStore:
    """The Store of one tenant (``storage.store``), where each method is described."""

    def __init__(self, tenant: TenantId) -> None:
        """Empty."""
        self.tenant = tenant
        self.is_closed = False
        self._shelves = Shelves()
        self._audit_key = new_key()

    async def conversation(self, id: ConversationId) -> Conversation | None:
        return self._conversation(id)

    async def conversation_of(self, sender: Sender, now: datetime) -> Conversation | None:
        id = self._shelves.senders.get(sender)
        if id is None or self._shelves.sessions[id].ends_at <= now:
            return None
        return self._conversation(id)

    async def conversations_on(
        self, device: bytes, *, alive_at: datetime | None = None
    ) -> Sequence[ConversationId]:
        return sorted(
            id
            for id, session in self._shelves.sessions.items()
            if device and session.device == device
            if alive_at is None or session.ends_at > alive_at
        )

    async def case(self, reference: Reference) -> Case | None:
        stored = self._shelves.cases.get(reference)
        return None if stored is None else load(Case, stored.content)

    async def cases(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        return self._open(queues)[:limit]

    async def held(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        return [case for case in self._open(queues) if case.owner is Owner.WORKER][:limit]

    async def waiting(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        free = self._open(queues)
        return [c for o in (Owner.QUEUE, Owner.BOT) for c in free if c.owner is o][:limit]

    async def lines(self, id: ConversationId, *, after: Seq = Seq(0)) -> Sequence[Line]:
        stored = self._shelves.lines.get(id, {})
        return [load(Line, content) for seq, content in sorted(stored.items()) if seq > after]

    async def line_of(self, id: ConversationId, inbox: bytes) -> Line | None:
        seq = self._shelves.inboxes.get((id, inbox))
        return None if seq is None else load(Line, self._shelves.lines[id][seq])

    async def entries(self, reference: Reference) -> Sequence[Entry]:
        stored = sorted(self._shelves.entries.items())
        return [load(Entry, content) for (of, _), content in stored if of == reference]

    async def latest_entries(self, kind: str, *, limit: int) -> Sequence[Entry]:
        every = (load(Entry, content) for content in self._shelves.entries.values())
        found = [entry for entry in every if entry.kind == kind]
        found.sort(key=lambda e: (-e.at.timestamp(), e.reference, -e.number))
        return found[:limit]

    async def next_waiting(self, queues: Sequence[QueueName]) -> Case | None:
        waiting = self._open(queues)
        for owner in (Owner.QUEUE, Owner.BOT):
            for case in waiting:
                if case.owner is owner:
                    return case
        return None

    async def count_waiting(self, queue: QueueName, *, before: datetime) -> int:
        waiting = (case for case in self._open([queue]) if case.owner is Owner.QUEUE)
        return sum(1 for case in waiting if case.rank_at < before)

    async def due_timers(self, now: datetime, *, limit: int) -> Sequence[Timer]:
        due = [t for t in self._shelves.timers.values() if t.due_at <= now and not t.is_done]
        return sorted(due, key=attrgetter("due_at", "id"))[:limit]

    async def facts(self, *, since: datetime, until: datetime) -> Sequence[Fact]:
        among = [fact for fact in self._shelves.facts.values() if since <= fact.at < until]
        return sorted(among, key=attrgetter("at"))

    async def audit_of(self, subject: str, *, limit: int) -> Sequence[AuditEntry]:
        links = [link for link in self._shelves.audit.values() if link.entry.subject == subject]
        latest = sorted(links, key=lambda link: (link.entry.at, link.seq), reverse=True)
        return [link.entry for link in latest[:limit]]

    async def audit_chain(self) -> tuple[bytes, Sequence[Link]]:
        """The audit key and the whole audit, for ``storage.audit.verify``."""
        return self._audit_key, list(self._shelves.audit.values())

    async def account(self, name: str) -> Account | None:
        for account in self._shelves.accounts.values():
            if account.staff.name == name and account.is_active:
                return account
        return None

    async def staff(self, id: StaffId) -> Staff | None:
        account = self._shelves.accounts.get(id)
        return None if account is None else account.staff

    async def everyone(self) -> Sequence[Staff]:
        active = [a.staff for a in self._shelves.accounts.values() if a.is_active]
        return sorted(active, key=attrgetter("name"))

    async def save_account(self, account: Account) -> None:
        accounts = self._shelves.accounts
        for other in accounts.values():
            if other.staff.name == account.staff.name and other.staff.id != account.staff.id:
                raise NameTaken
        known = accounts.get(account.staff.id, account)
        spent = max(known.last_totp_step, account.last_totp_step)
        accounts[account.staff.id] = replace(account, last_totp_step=spent)

    async def touch_shift(self, id: StaffId, seen_at: datetime | None) -> None:
        accounts = self._shelves.accounts
        if known := accounts.get(id):
            accounts[id] = replace(known, staff=replace(known.staff, shift_seen_at=seen_at))

    async def staff_session(self, token_hash: bytes, now: datetime) -> StaffSession | None:
        session = self._shelves.staff_sessions.get(token_hash)
        if session is None or session.ends_at <= now:
            return None
        return session if self._shelves.accounts[session.staff].is_active else None

    async def save_staff_session(self, session: StaffSession) -> None:
        if session.staff not in self._shelves.accounts:
            raise StorageError("(a session of nobody)")
        self._shelves.staff_sessions[session.token_hash] = session

    async def end_staff_sessions(self, id: StaffId, *, token_hash: bytes | None = None) -> None:
        sessions = self._shelves.staff_sessions
        for session in list(sessions.values()):
            if session.staff == id and token_hash in (None, session.token_hash):
                del sessions[session.token_hash]

    async def use_totp(self, id: StaffId, step: int) -> bool:
        accounts = self._shelves.accounts
        known = accounts.get(id)
        if known is None or not known.is_active or known.last_totp_step >= step:
            return False
        accounts[id] = replace(known, last_totp_step=step)
        return True

    async def edition(self, id: EditionId) -> EditionRecord | None:
        return self._shelves.editions.get(id)

    async def last_edition(self) -> EditionRecord | None:
        editions = self._shelves.editions.values()
        return max(editions, key=lambda each: (each.published_at, each.id), default=None)

    async def publish(self, record: EditionRecord) -> None:
        known = self._shelves.editions.setdefault(record.id, record)
        if known.published_at < record.published_at:
            self._shelves.editions[record.id] = replace(known, published_at=record.published_at)

    async def registered(self, register: str) -> Sequence[Registered]:
        rows = sorted(self._shelves.registers.items())
        return [load(Registered, content) for (of, _), content in rows if of == register]

    async def register(self, row: Registered) -> bool:
        rows, place = self._shelves.registers, (row.register, row.id)
        known = load(Registered, rows[place]).version if place in rows else 0
        if known == row.version:
            rows[place] = dump(replace(row, version=row.version + 1))
        return known == row.version

    async def commit(self, change: Change) -> Committed | Repeated | Conflict:
        require_fit(change)
        if self.is_closed:
            raise StoreClosed
        for part in parts(change):
            for line in part.lines:
                if seq := self._seq_of(part, line):
                    return Repeated(seq)
        stored = stored_form(change)
        try:
            put_in(self._shelves, stored, place=(self.tenant, self._audit_key))
        except Refused:
            return Conflict()
        return Committed(stored)

    def _seq_of(self, part: Change, line: Line) -> Seq | None:
        if part.conversation is None or line.inbox is None:
            return None
        return self._shelves.inboxes.get((part.conversation.id, line.inbox))

    def _conversation(self, id: ConversationId) -> Conversation | None:
        stored = self._shelves.conversations.get(id)
        return None if stored is None else load(Conversation, stored.content)

    def _open(self, queues: Sequence[QueueName]) -> list[Case]:
        cases = (load(Case, stored.content) for stored in self._shelves.cases.values())
        among = [case for case in cases if case.queue in queues and case.closed_at is None]
        return sorted(among, key=attrgetter("rank_at", "reference"))
