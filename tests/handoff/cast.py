"""Harbour's desk: Amira and Ben, a volunteer, a supervisor, and Noor's case."""

from datetime import UTC, datetime, timedelta

from flows.conversation import ConversationId, Owner
from flows.urgency import Grade, Imminence, Reason, Severity, Urgency
from handoff.case import Case, QueueName
from handoff.reference import make_reference
from handoff.staff import Role, Staff, StaffId

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EMERGENCY = Urgency((Reason("s", "w", Grade(Severity.SEVERE, Imminence.NOW), NOW),))


def staff(name: str, *roles: Role, seen_ago: timedelta = timedelta(0)) -> Staff:
    return Staff(StaffId(name), name, name, frozenset(roles), NOW - seen_ago)


AMIRA = staff("amira", Role.WORKER)
BEN = staff("ben", Role.WORKER)
VOLUNTEER = staff("vera", Role.VOLUNTEER)
SUPERVISOR = staff("sam", Role.SUPERVISOR)
ABUSE_WORKER = staff("ola", Role.USING_ABUSE_WORKER)
SAFETY_WORKER = staff("kim", Role.SAFETY_WORKER)
MANAGER = staff("max", Role.MANAGER)


def case(**changes: object) -> Case:
    """Noor's case, waiting in the victim queue."""
    noor = Case(
        reference=make_reference(7),
        conversation=ConversationId("noor"),
        queue=QueueName("victim"),
        side="victim",
        owner=Owner.QUEUE,
        language="en",
        opened_at=NOW,
        rank_at=NOW,
        waiting_since=NOW,
    )
    return noor.evolve(**changes)
