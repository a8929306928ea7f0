"""How a case goes from hand to hand: offered, taken over, joined, listened to, closed to somebody.

Here is what can be done; ``handoff.may_pass`` says by whom, ``handoff.passed`` what comes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from handoff.case import QueueName
from handoff.staff import StaffId

LONGEST_WHISPER = 1000
"""Characters of a line that only staff see."""


@dataclass(frozen=True, slots=True)
class OfferCase:
    """The holder offers the case: to a colleague, or to whoever sees a queue of the same side.

    ``joins``: to write beside the holder, who keeps it. After ``waits`` it lapses.
    """

    waits: timedelta
    to: StaffId | None = None
    queue: QueueName | None = None
    joins: bool = False


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """Take what is offered."""


@dataclass(frozen=True, slots=True)
class RefuseOffer:
    """Say no, with a reason as a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """The holder offers it no longer."""


@dataclass(frozen=True, slots=True)
class LapseOffer:
    """The house ends an offer that nobody has answered in time."""

    timer: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Take the case from its holder, with a reason as a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A second worker, or a supervisor who listens, leaves the talk."""


@dataclass(frozen=True, slots=True)
class Listen:
    """A supervisor reads along; the holder sees it."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """A line between those in the talk that no visitor ever gets."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnowPerson:
    """Whoever says so knows the visitor: the case is closed to them for good (R17)."""


@dataclass(frozen=True, slots=True)
class SeeConflict:
    """A supervisor has seen that somebody knows the visitor."""


@dataclass(frozen=True, slots=True)
class OpenHeld:
    """Open a case that somebody else holds, with a reason as a code."""

    reason: str


Passing = (
    OfferCase
    | AcceptOffer
    | RefuseOffer
    | WithdrawOffer
    | LapseOffer
    | TakeOver
    | Leave
    | Listen
    | Whisper
    | KnowPerson
    | SeeConflict
    | OpenHeld
)

NAMES: Mapping[type, str] = MappingProxyType(
    {
        OfferCase: "case-offered",
        AcceptOffer: "offer-accepted",
        RefuseOffer: "offer-refused",
        WithdrawOffer: "offer-withdrawn",
        LapseOffer: "offer-lapsed",
        TakeOver: "case-taken-over",
        Leave: "talk-left",
        Listen: "listening-begun",
        Whisper: "whispered",
        KnowPerson: "conflict-declared",
        SeeConflict: "conflict-seen",
        OpenHeld: "opened-with-reason",
    }
)
"""What each is called in the audit and among the facts."""


def sheet_of(step: Passing) -> tuple[str, Mapping[str, Any]]:
    """The kind and the content of the sheet that it leaves in the case file."""
    if isinstance(step, Whisper):
        return "whisper", {"text": step.text}
    kind = {KnowPerson: "conflict", SeeConflict: "conflict", OpenHeld: "opening"}
    return kind.get(type(step), "passing"), {"did": NAMES[type(step)], **values_of(step)}


def values_of(step: Passing) -> Mapping[str, str]:
    """What of a step is counted and audited: codes only."""
    match step:
        case OfferCase(_, to, queue, joins):
            return {"to": queue or to or "", "as": "second" if joins else "holder"}
        case RefuseOffer(reason) | TakeOver(reason) | OpenHeld(reason):
            return {"reason": reason}
    return {}
