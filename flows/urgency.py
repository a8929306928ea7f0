"""How serious and how soon: two axes that only ever grow, each point with its reason.

Refuses to give a score, a total or a word of reassurance: people decide (P3, R18).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum


class Severity(IntEnum):
    """How grave what was said is."""

    NONE = 0
    CONCERN = 1
    SERIOUS = 2
    SEVERE = 3


class Imminence(IntEnum):
    """How soon harm may come."""

    UNKNOWN = 0
    RECENT = 1
    TODAY = 2
    NOW = 3


class Level(IntEnum):
    """What the queue sorts by. The lowest is *usual*, never *low*."""

    USUAL = 0
    HIGH = 1
    EMERGENCY = 2


@dataclass(frozen=True, slots=True)
class Grade:
    """What one answer or marker adds."""

    severity: Severity = Severity.NONE
    imminence: Imminence = Imminence.UNKNOWN


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an urgency stands: where it was said, the exact words or value, and when."""

    source: str
    words: str
    grade: Grade
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Urgency:
    """The reasons so far. Nothing takes one away."""

    reasons: tuple[Reason, ...] = ()

    @property
    def severity(self) -> Severity:
        """The gravest of all reasons."""
        return max((r.grade.severity for r in self.reasons), default=Severity.NONE)

    @property
    def imminence(self) -> Imminence:
        """The soonest of all reasons."""
        return max((r.grade.imminence for r in self.reasons), default=Imminence.UNKNOWN)

    @property
    def level(self) -> Level:
        """Emergency when harm is now; high when it is serious or may come today."""
        if not self.reasons:
            return Level.USUAL
        if self.imminence is Imminence.NOW:
            return Level.EMERGENCY
        if self.severity >= Severity.SERIOUS or self.imminence is Imminence.TODAY:
            return Level.HIGH
        return Level.USUAL

    @property
    def is_emergency(self) -> bool:
        """Whether a person must come first, now (P3)."""
        return self.level is Level.EMERGENCY

    def with_reason(self, reason: Reason) -> "Urgency":
        """The same and this reason. Said again later it counts anew: danger is then fresh again."""
        if reason in self.reasons:
            return self
        return replace(self, reasons=(*self.reasons, reason))
