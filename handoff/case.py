"""The case: what the desk holds of one talk. An immutable value with one holder at a time (I6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, NewType

from flows.conversation import ConversationId, Ended, Owner
from flows.evolving import evolver
from flows.urgency import Urgency
from handoff.reference import Reference
from handoff.staff import StaffId
from handoff.watch import Watch

QueueName = NewType("QueueName", str)


class Outcome(StrEnum):
    """How a case was closed. Codes for the facts; the words are the console's."""

    SUPPORTED = "supported"
    REFERRED = "referred"
    CALL_BACK_AGREED = "call-back-agreed"
    INFORMATION_GIVEN = "information-given"
    LEFT = "left"
    NOT_FOR_US = "not-for-us"
    DOOR_CHANGED = "door-changed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A held case that is offered to one person, or to whoever sees a queue; the holder keeps it.

    ``timer`` is the id of the timer that ends it. ``joins``: not to hold it, but to write beside
    its holder.
    """

    timer: str
    until: datetime
    to: StaffId | None = None
    queue: QueueName | None = None
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``owner`` is the conversation's owner when it was last committed.

    What a former holder still sends is refused by ``holder``: a change is committed against the
    ``version`` it was checked on, so nobody can take the case in between (I6).
    ``is_asked_again``: it is silent because safety is being asked again, after a silence of theirs.
    ``filed`` is how many sheets its file has (``handoff.entry``).
    ``rank_at`` is the queue's one order: waiting since, less a bonus for urgency.
    ``lapsed_at`` is when it came back from a holder who had gone; the next claim takes it away.
    ``claimed_by`` is the id of the move that its holder took it by, ``held_before`` who held it
    before. ``joined`` write beside the
    holder, ``listening`` are supervisors who read along. ``barred`` know the person, and so know
    of the case no more (R17); ``conflict_at`` is when the latest said so, until a supervisor has
    seen it.
    ``intake`` is the structured intake, JSON-able, described by ``handoff.intake``.
    ``replied_at`` is when a worker last wrote, ``assessed_at`` when the risk was first assessed.
    ``watches`` are what it is watched for (``handoff.ladder``), each with a timer of its own.
    """

    RETIRED: ClassVar[frozenset[str]] = frozenset({"fence", "held_since"})
    """Fields of stored cases that nothing reads any more."""

    reference: Reference
    conversation: ConversationId
    queue: QueueName
    side: str
    owner: Owner
    language: str
    opened_at: datetime
    rank_at: datetime
    urgency: Urgency = Urgency()
    intake: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    waiting_since: datetime | None = None
    holder: StaffId | None = None
    claimed_by: str = ""
    held_before: StaffId | None = None
    offer: Offer | None = None
    joined: tuple[StaffId, ...] = ()
    listening: tuple[StaffId, ...] = ()
    barred: tuple[StaffId, ...] = ()
    conflict_at: datetime | None = None
    lapsed_at: datetime | None = None
    first_reply_at: datetime | None = None
    last_visitor_at: datetime | None = None
    ended: Ended | None = None
    is_silent: bool = False
    is_asked_again: bool = False
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    filed: int = 0
    replied_at: datetime | None = None
    assessed_at: datetime | None = None
    watches: tuple[Watch, ...] = ()
    version: int = 0

    def evolve(self, **changes: Any) -> "Case":
        """The same case with these fields changed."""
        return _evolve(self, changes)


_evolve = evolver(Case)
