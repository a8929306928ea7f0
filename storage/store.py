"""What the shell may ask of storage: one small interface, opened for one tenant (I10).

No method takes another tenant. An expected outcome is a return value, never an exception.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from flows.conversation import Conversation, ConversationId, EditionId
from handoff.case import Case, QueueName
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, Staff, StaffId, StaffSession
from handoff.transcript import Line, Seq
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a visitor writes from: a channel, and the keyed hash of an address or token there.

    ``older`` are the hashes under older keys: they are looked for, and never stored.
    """

    channel: str
    address: bytes
    older: tuple[bytes, ...] = field(default=(), compare=False, repr=False)

    @property
    def each(self) -> "tuple[Sender, ...]":
        """The same sender under every key, the newest first."""
        return (self, *(Sender(self.channel, address) for address in self.older))


NOBODY = Sender("", b"")
"""No visitor's way back: the desk's moves, and what is done for a whole browser, have none."""


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's way back into one talk. ``device`` is the keyed hash of the browser's cookie."""

    sender: Sender
    ends_at: datetime
    device: bytes = b""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to be done at a time, unless it is done before. ``id`` is unique in the tenant."""

    id: str
    kind: str
    due_at: datetime
    conversation: ConversationId | None = None
    reference: Reference | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One read or change by staff: who, what, which case, when. Codes and ids only (R16, I11)."""

    staff: StaffId
    action: str
    at: datetime
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one event caused; whole or not at all.

    ``conversation`` and ``case`` carry the version that was **read**; committing stores the next.
    A version of 0 inserts. ``session`` sets the visitor's way back; ``ends_session`` removes it.
    ``entries`` are the last of the case's file, so the case is in the change as well.
    ``following`` is committed with this one: the talk that a changed door opens (P6).
    """

    conversation: Conversation | None = None
    case: Case | None = None
    lines: tuple[Line, ...] = ()
    timers: tuple[Timer, ...] = ()
    entries: tuple[Entry, ...] = ()
    facts: tuple[Fact, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    session: Session | None = None
    ends_session: bool = False
    following: "Change | None" = None


@dataclass(frozen=True, slots=True)
class Committed:
    """Durable. ``change`` is as stored: conversation and case with their new versions."""

    change: Change


@dataclass(frozen=True, slots=True)
class Repeated:
    """A line with this inbox hash is in the talk already, at ``seq``; nothing was stored."""

    seq: Seq


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else committed first: load again and advance again; nothing was stored."""


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """What a tenant published together: file path -> text, named by its hash."""

    id: EditionId
    sources: dict[str, str] = field(hash=False)
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Registered:
    """One row of one of a tenant's registers, such as a member of staff's skills.

    ``version`` is the one that was read, 0 for a new row. ``content`` is JSON-able, and sealed.
    """

    register: str
    id: str
    content: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    version: int = 0


class Store(Protocol):
    """The store of one tenant."""

    tenant: TenantId

    async def conversation(self, id: ConversationId) -> Conversation | None:
        """The talk with this id."""

    async def conversation_of(self, sender: Sender, now: datetime) -> Conversation | None:
        """The talk that this sender may go on with; None when unknown or its session has ended."""

    async def conversations_on(
        self, device: bytes, *, alive_at: datetime | None = None
    ) -> Sequence[ConversationId]:
        """The talks whose session belongs to this browser, at a time that it still lasts if given.

        Exit ends them all, those too whose time has run out.
        """

    async def case(self, reference: Reference) -> Case | None:
        """The case with this reference."""

    async def cases(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        """Open cases of these queues, in ``rank_at`` order, the first ``limit``."""

    async def held(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        """The open cases of these queues that somebody holds, in ``rank_at`` order."""

    async def waiting(self, queues: Sequence[QueueName], *, limit: int) -> Sequence[Case]:
        """The open cases of these queues that nobody holds: who waits for a person, then the rest.

        Each part is in ``rank_at`` order; of both together the first ``limit``.
        """

    async def lines(self, id: ConversationId, *, after: Seq = Seq(0)) -> Sequence[Line]:
        """The lines that follow ``after``, in order, without a gap."""

    async def line_of(self, id: ConversationId, inbox: bytes) -> Line | None:
        """The line that came in under this inbox hash: how a repeated id is compared."""

    async def entries(self, reference: Reference) -> Sequence[Entry]:
        """The whole file of a case, in order."""

    async def latest_entries(self, kind: str, *, limit: int) -> Sequence[Entry]:
        """The entries of a kind over all cases, the latest first, the first ``limit``."""

    async def next_waiting(self, queues: Sequence[QueueName]) -> Case | None:
        """The first case that waits in these queues (owner *queue*, else the first *bot*)."""

    async def count_waiting(self, queue: QueueName, *, before: datetime) -> int:
        """How many wait in this queue for a person and are ranked before a time."""

    async def due_timers(self, now: datetime, *, limit: int) -> Sequence[Timer]:
        """Timers whose time has come and that are not done, the oldest first."""

    async def facts(self, *, since: datetime, until: datetime) -> Sequence[Fact]:
        """Facts of a span of time, oldest first."""

    async def audit_of(self, subject: str, *, limit: int) -> Sequence[AuditEntry]:
        """Who read or changed this case, the latest first."""

    async def account(self, name: str) -> Account | None:
        """The active account with this sign-in name."""

    async def staff(self, id: StaffId) -> Staff | None:
        """The member of staff with this id."""

    async def everyone(self) -> Sequence[Staff]:
        """All active staff, with their last sign of being on shift."""

    async def save_account(self, account: Account) -> None:
        """Insert or replace an account, found by its staff id."""

    async def touch_shift(self, id: StaffId, seen_at: datetime | None) -> None:
        """Record a sign of a console on shift; None ends the shift."""

    async def staff_session(self, token_hash: bytes, now: datetime) -> StaffSession | None:
        """The live session of this token."""

    async def save_staff_session(self, session: StaffSession) -> None:
        """Begin or prolong a session."""

    async def end_staff_sessions(self, id: StaffId, *, token_hash: bytes | None = None) -> None:
        """End one session, or with no token all of this person's."""

    async def use_totp(self, id: StaffId, step: int) -> bool:
        """Spend a one-time code's time step; False when it or a later one was spent before."""

    async def edition(self, id: EditionId) -> EditionRecord | None:
        """What was published under this hash."""

    async def last_edition(self) -> EditionRecord | None:
        """The edition that was published last; None: none ever was."""

    async def publish(self, record: EditionRecord) -> None:
        """Keep an edition; the same hash twice is one, published when it was published last."""

    async def registered(self, register: str) -> Sequence[Registered]:
        """Every row of a register, by id."""

    async def register(self, row: Registered) -> bool:
        """Keep a row as the version after the one that was read; False when somebody was first."""

    async def commit(self, change: Change) -> Committed | Repeated | Conflict:
        """Make the change durable, whole or not at all (I1, I2, I8)."""


class Stores(Protocol):
    """The storage of the whole house, from which one tenant's store is opened."""

    def open(self, tenant: TenantId) -> Store:
        """The store of one tenant."""

    async def check(self) -> None:
        """A real write and read; raises when a commit is impossible (I17)."""

    async def close(self) -> None:
        """Finish what was taken on, then let go of everything."""
