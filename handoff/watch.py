"""What a case is watched for, and how far its alarm has climbed: values that the case keeps.

Each watch has one timer under its own id, due when the next thing is: so both change in one commit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.evolving import evolver
from handoff.staff import StaffId

ASSESSMENTS = frozenset({"risk-assessment"})
"""The kinds of sheets by which somebody's risk has been assessed (R21)."""


class Cause(StrEnum):
    """Why somebody must look. The values are the kinds of the timers."""

    UNCLAIMED = "unclaimed-emergency"
    UNANSWERED = "unanswered-visitor"
    TRANSFER = "unconfirmed-transfer"
    CALL_BACK = "call-back-overdue"
    ASSESSMENT = "assessment-overdue"


class Rung(StrEnum):
    """Who is told, in this order."""

    HOLDER = "holder"
    SUPERVISOR = "supervisor"
    ON_CALL = "on-call"


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that a case is watched for.

    ``since``: from when somebody has waited. ``climbs_at``: when the next rung is told, or after
    ``seen_at`` the first one again. ``rung`` was reached at ``reached_at``. ``tells_at``: when the
    visitor hears the truth; None where there is nothing to tell, or it was told (``is_told``).
    ``call`` counts the calls to on-call; ``calls_at`` is when the present one is next tried, None
    once it was placed; ``tries`` counts its attempts, ``tried_by`` is the move of the last.
    """

    id: str
    cause: Cause
    since: datetime
    climbs_at: datetime
    rung: Rung | None = None
    reached_at: datetime | None = None
    tells_at: datetime | None = None
    is_told: bool = False
    call: int = 0
    calls_at: datetime | None = None
    tries: int = 0
    tried_by: str = ""
    seen_by: StaffId | None = None
    seen_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When the next thing is to be done: the time of its timer."""
        return min(filter(None, (self.climbs_at, self.tells_at, self.calls_at)))

    @property
    def is_alarming(self) -> bool:
        """Whether a rung was told and nobody has said that they have seen it."""
        return self.rung is not None and self.seen_at is None

    def evolve(self, **changes: Any) -> "Watch":
        """The same watch with these fields changed."""
        return _evolve(self, changes)


_evolve = evolver(Watch)
