"""One tenant's store over any SQL database. Seals before a commit, opens after a read."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from flows.conversation import Conversation, ConversationId, EditionId
from handoff.case import Case, QueueName
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, Staff, StaffId, StaffSession
from handoff.transcript import Line, Seq
from storage import desk_queries, file_queries, queries
from storage.audit import Link
from storage.change import parts, require_fit, stored_form, talk_of
from storage.crypto import Sealer
from storage.errors import UnfitChange
from storage.keyring import Keyring
from storage.next_case import next_waiting
from storage.plan import Plan, Seals, fill
from storage.sql import enter
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
from storage.vault import SealerCache, Vault, WrappedKey
from tenants.tenant import TenantId

T = TypeVar("T")
P = ParamSpec("P")


FEW = 40
"""Lines of a talk that are read at once; more of them would keep everybody else waiting."""


class Database(Protocol):
    """What a kind of database gives: reads, small writes, and commits of plans."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in a transaction that cannot write."""

    async def find(self, query: Callable[[Connection], T]) -> T:
        """The same for a query that a key answers: a row, or one talk's few."""

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Run a small write in a transaction of its own; durable on return."""

    async def write(self, plan: Plan) -> Committed | Repeated | Conflict:
        """Commit a plan, alone or with others. Once taken on, cancelling does not undo it."""


class SqlStore:
    """The Store of one tenant (``storage.store``), where each method is described."""

    def __init__(
        self, tenant: TenantId, database: Database, *, keyring: Keyring, kept: SealerCache
    ) -> None:
        """``kept`` is shared by all tenants' stores; what it holds is found by tenant."""
        self.tenant = tenant
        self._database = database
        self._keyring = keyring
        self._kept = kept
        self._vault: Vault | None = None

    async def conversation(self, id: ConversationId) -> Conversation | None:
        return await self._find(queries.conversation, id)

    async def conversation_of(self, sender: Sender, now: datetime) -> Conversation | None:
        return await self._find(queries.conversation_of, sender, now)

    async def conversations_on(
        self, device: bytes, *, alive_at: datetime | None = None
    ) -> Sequence[ConversationId]:
        return await self._read(queries.conversations_on, device, alive_at)

    async def case(self, reference: Reference) -> Case | None:
        return await self._find(queries.case, reference)

    async def cases(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        return await self._read(queries.open_cases, queues, limit)

    async def held(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        return await self._read(queries.held_cases, queues, limit)

    async def waiting(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        return await self._read(queries.waiting_cases, queues, limit)

    async def lines(self, id: ConversationId, *, after: Seq = Seq(0)) -> Sequence[Line]:
        first = await self._find(queries.lines_after, id, after, FEW + 1)
        if len(first) <= FEW:
            return first
        return [*first, *await self._read(queries.lines_after, id, first[-1].seq)]

    async def line_of(self, id: ConversationId, inbox: bytes) -> Line | None:
        return await self._find(queries.line_of, id, inbox)

    async def entries(self, reference: Reference) -> Sequence[Entry]:
        return await self._read(file_queries.entries_of, reference)

    async def latest_entries(self, kind: str, *, limit: int) -> Sequence[Entry]:
        return await self._read(file_queries.latest_entries, kind, limit)

    async def next_waiting(self, queues: Sequence[QueueName]) -> Case | None:
        return await self._find(next_waiting, queues)

    async def count_waiting(self, queue: QueueName, *, before: datetime) -> int:
        return await self._read(queries.count_waiting, queue, before)

    async def due_timers(self, now: datetime, *, limit: int) -> Sequence[Timer]:
        return await self._read(queries.due_timers, now, limit)

    async def facts(self, *, since: datetime, until: datetime) -> Sequence[Fact]:
        return await self._read(queries.facts_between, since, until)

    async def audit_of(self, subject: str, *, limit: int) -> Sequence[AuditEntry]:
        return await self._read(queries.audit_of, subject, limit)

    async def audit_chain(self) -> tuple[bytes, Sequence[Link]]:
        """The tenant's audit key and its whole audit, for ``storage.audit.verify``."""
        vault = await self._unlocked()
        return vault.audit_key, await self._read(queries.audit_links)

    async def account(self, name: str) -> Account | None:
        return await self._read(desk_queries.account, name)

    async def staff(self, id: StaffId) -> Staff | None:
        return await self._read(desk_queries.staff, id)

    async def everyone(self) -> Sequence[Staff]:
        return await self._read(desk_queries.everyone)

    async def save_account(self, account: Account) -> None:
        await self._do(desk_queries.save_account, account)

    async def touch_shift(self, id: StaffId, seen_at: datetime | None) -> None:
        await self._do(desk_queries.touch_shift, id, seen_at)

    async def staff_session(self, token_hash: bytes, now: datetime) -> StaffSession | None:
        return await self._read(desk_queries.staff_session, token_hash, now)

    async def save_staff_session(self, session: StaffSession) -> None:
        await self._do(desk_queries.save_staff_session, session)

    async def end_staff_sessions(self, id: StaffId, *, token_hash: bytes | None = None) -> None:
        await self._do(desk_queries.end_staff_sessions, id, token_hash)

    async def use_totp(self, id: StaffId, step: int) -> bool:
        return await self._do(desk_queries.use_totp, id, step)

    async def edition(self, id: EditionId) -> EditionRecord | None:
        return await self._read(desk_queries.edition, id)

    async def last_edition(self) -> EditionRecord | None:
        return await self._read(desk_queries.last_edition)

    async def publish(self, record: EditionRecord) -> None:
        await self._do(desk_queries.publish, record)

    async def registered(self, register: str) -> Sequence[Registered]:
        return await self._read(file_queries.registered, register)

    async def register(self, row: Registered) -> bool:
        return await self._do(file_queries.register, row)

    async def commit(self, change: Change) -> Committed | Repeated | Conflict:
        require_fit(change)
        vault = self._vault or await self._unlocked()
        stored = stored_form(change)
        seals = await self._seals(vault, stored)
        if seals is None:
            return Conflict()
        try:
            plan = fill(Plan(self.tenant, stored, vault.audit_key), seals)
        except (TypeError, ValueError) as error:
            # It cannot be written down at all; the error's own text may quote it.
            raise UnfitChange(f"({type(error).__name__})") from None
        fate = await self._database.write(plan)
        if isinstance(fate, Committed):
            for id in seals.new_keys:
                vault.kept.put(seals.sealers[id])
        return fate

    async def _seals(self, vault: Vault, stored: Change) -> Seals | None:
        """The keys of every talk in the change: kept, read, or made; None when one is not there."""
        sealers: dict[ConversationId, Sealer] = {}
        new_keys: dict[ConversationId, WrappedKey] = {}
        for part in parts(stored):
            id = talk_of(part)
            if id is None or id in sealers:
                continue
            if part.conversation is not None and part.conversation.version == 1:
                sealers[id], new_keys[id] = vault.begin(id)
            else:
                sealer = vault.known(id) or await self._find(queries.sealer_of, id)
                if sealer is None:
                    return None
                sealers[id] = sealer
        return Seals(sealers, new_keys)

    async def _unlocked(self) -> Vault:
        if self._vault is None:
            key = await self._database.do(
                lambda c: desk_queries.tenant_key(enter(c, self.tenant), self._keyring, self.tenant)
            )
            self._vault = Vault.unlock(self._keyring, self.tenant, key, kept=self._kept)
        return self._vault

    async def _read(
        self,
        query: Callable[Concatenate[Connection, Vault, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        vault = self._vault or await self._unlocked()
        return await self._database.read(
            lambda c: query(enter(c, self.tenant), vault, *args, **kwargs)
        )

    async def _find(
        self,
        query: Callable[Concatenate[Connection, Vault, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        vault = self._vault or await self._unlocked()
        return await self._database.find(
            lambda c: query(enter(c, self.tenant), vault, *args, **kwargs)
        )

    async def _do(
        self,
        work: Callable[Concatenate[Connection, Vault, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        vault = self._vault or await self._unlocked()
        return await self._database.do(
            lambda c: work(enter(c, self.tenant), vault, *args, **kwargs)
        )
