"""Noor's talk with Harbour (or Lantern), the case of it, and Amira's account. Made by functions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from flows.answers import Answer, Given
from flows.conversation import Conversation, ConversationId, EditionId, FlowId, Owner, StepId
from flows.urgency import Grade, Imminence, Reason, Severity, Urgency
from handoff.case import Case, QueueName
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, Role, Staff, StaffId, StaffSession
from handoff.transcript import Choice, Expects, Line, Seq, Speaker
from storage.store import AuditEntry, Change, Committed, Sender, Session, Store, Timer
from tenants.tenant import TenantId

NOW = datetime(2026, 11, 22, 21, 14, 5, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
HARBOUR, LANTERN = TenantId("harbour"), TenantId("lantern")
NOOR = ConversationId("talk-of-noor")
VICTIM, USING = QueueName("victim"), QueueName("using-abuse")
REFERENCE = Reference("7KM4-RDTX")
AMIRA, BEN = StaffId("amira"), StaffId("ben")
SENDER = Sender("web", b"address-of-noor")
DEVICE = b"browser-of-noor"


def talk(tenant: TenantId = HARBOUR, id: str = NOOR, **changes: Any) -> Conversation:
    return Conversation(
        id=ConversationId(id),
        tenant=tenant,
        channel="web",
        edition=EditionId("edition-1"),
        language="en",
        flow=FlowId("victim"),
        step=StepId("danger-now"),
        answers=MappingProxyType(
            {
                "start.safe": Answer(Given.CHOSEN, NOW, ("yes",)),
                "victim.what": Answer(Given.SAID, NOW, (), "he followed me home"),
            }
        ),
        path=("start.safe", "victim.what"),
        asked=2,
        urgency=urgency(),
    ).evolve(**changes)


def urgency() -> Urgency:
    grade = Grade(Severity.SEVERE, Imminence.TODAY)
    return Urgency((Reason("victim.what", "followed me", grade, NOW),))


def heard(seq: int, text: str = "he followed me home", inbox: bytes | None = None) -> Line:
    return Line(Seq(seq), Speaker.VISITOR, text, "en", NOW, inbox=inbox)


def said(seq: int, text: str = "Is anyone in danger right now?") -> Line:
    return Line(
        Seq(seq),
        Speaker.BOT,
        text,
        "en",
        NOW,
        why="If so, a person comes first.",
        key="victim.danger-now.ask",
        step="victim.danger-now",
        choices=(Choice("yes", "Yes"), Choice("no", "No")),
        expects=Expects.ONE,
    )


def case_of(conversation: str = NOOR, reference: str = REFERENCE, **changes: Any) -> Case:
    return Case(
        reference=Reference(reference),
        conversation=ConversationId(conversation),
        queue=VICTIM,
        side="victim",
        owner=Owner.QUEUE,
        language="en",
        opened_at=NOW,
        rank_at=NOW,
        urgency=urgency(),
        intake=MappingProxyType({"children": {"count": 2, "safe": None}, "needs": ["housing"]}),
        waiting_since=NOW,
    ).evolve(**changes)


def session(sender: Sender = SENDER, device: bytes = DEVICE) -> Session:
    return Session(sender, NOW + HOUR, device)


def timer(id: str = "silence", due_at: datetime = NOW, **changes: Any) -> Timer:
    return Timer(id, "silence", due_at, **changes)


def entry(number: int = 1, kind: str = "note", **changes: Any) -> Entry:
    content = MappingProxyType({"text": "he waits outside", "topics": ["stalking"]})
    return replace(Entry(REFERENCE, number, f"move-{number}", kind, NOW, AMIRA, content), **changes)


def fact(kind: str = "answered", at: datetime = NOW) -> Fact:
    return Fact(kind, at, NOOR, REFERENCE, {"step": "danger-now"})


def read_by(staff: StaffId = AMIRA, at: datetime = NOW, detail: str = "") -> AuditEntry:
    return AuditEntry(staff, "read", at, REFERENCE, detail)


def account(id: StaffId = AMIRA, name: str = "amira@harbour", **changes: Any) -> Account:
    staff = Staff(id, name, "Amira", frozenset({Role.WORKER, Role.SUPERVISOR}))
    made: dict[str, Any] = {"password_hash": "$argon2id$...", "totp_secret": "JBSWY3DPEHPK3PXP"}
    return Account(staff, **(made | changes))


def signed_in(staff: StaffId = AMIRA, token: bytes = b"token-of-amira") -> StaffSession:
    return StaffSession(token, staff, "csrf", NOW, NOW, NOW + HOUR)


async def keep(store: Store, change: Change) -> Change:
    """Commit what must succeed; the change as it was stored."""
    fate = await store.commit(change)
    assert isinstance(fate, Committed), fate
    return fate.change


async def begin(store: Store, id: str = NOOR, **more: Any) -> Conversation:
    """A talk of this store, committed with whatever else."""
    change = await keep(store, Change(conversation=talk(store.tenant, id), **more))
    assert change.conversation is not None
    return change.conversation
