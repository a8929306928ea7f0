"""What a turn asks the shell to do, in the imperative. The engine does none of it itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from flows.conversation import Ended, FlowId, StepId
from flows.urgency import Reason

Parameter = str | int | datetime


@dataclass(frozen=True, slots=True)
class Hear:
    """Write the visitor's own line: their words, the choices by value, or what they ``did``.

    Every event of a visitor is heard, first of all: the line carries the event's id (I1, I2).
    """

    words: str = ""
    values: tuple[str, ...] = ()
    flow: FlowId = FlowId("")
    step: StepId = StepId("")
    did: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Say one text, found by its key in the visitor's language."""

    key: str
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Ask:
    """Put the question of one step, with its reason and its choices."""

    flow: FlowId
    step: StepId


@dataclass(frozen=True, slots=True)
class ShowNumbers:
    """Show the tenant's telephone numbers that belong to one side (P6, P10).

    An empty ``kinds`` shows all that the side may see.
    """

    side: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relay:
    """Pass a worker's words on to the visitor."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case: it can be claimed from here on (P11)."""


@dataclass(frozen=True, slots=True)
class QueueCase:
    """Put the case into the queue of its door; ``why`` is a code, never content."""

    door: FlowId
    why: str


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Make itself noticed at the desk, for these new reasons (P3, I5)."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class EndSession:
    """End the visitor's way back into this talk, at once (P1, I13)."""

    how: Ended


@dataclass(frozen=True, slots=True)
class CancelContact:
    """Forget every contact that was agreed: nothing outbound any more."""


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Begin another talk at another door; nothing crosses but the language (P6)."""

    flow: FlowId


@dataclass(frozen=True, slots=True)
class KeepWords:
    """Keep what stands for the words that were given, in place of any from before."""


Effect = (
    Hear
    | Say
    | Ask
    | ShowNumbers
    | Relay
    | OpenCase
    | QueueCase
    | RaiseAlarm
    | EndSession
    | CancelContact
    | OpenDoor
    | KeepWords
)
