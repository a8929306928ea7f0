"""The moves of the ladder: a person has seen an alarm; the house climbs, and has placed a call."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody says: I have seen this alarm. Nobody further up is told for a while."""

    watch: str


@dataclass(frozen=True, slots=True)
class Climb:
    """The house does what is due of a watch, whose timer of this kind was due at this time."""

    watch: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CallPlaced:
    """The provider has taken the call of this number. It does not say that anybody heard it."""

    watch: str
    call: int


LadderStep = Seen | Climb | CallPlaced
