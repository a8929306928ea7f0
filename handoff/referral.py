"""A referral to a service: permission first, then sent, then what the service said (R15, R46).

Pure. Each step is a sheet of the case's file, and the last one of a service stands. What could not
be met is said by its code, so that it can be counted and seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from handoff.entry import Entry
from handoff.refusals import Refusal

KIND = "referral"

DUE = "referral-due"
"""The kind of timer at which a referral is taken to the partner's own system."""


class Did(StrEnum):
    """What a sheet of a referral says."""

    PERMITTED = "permitted"
    NOT_PERMITTED = "not-permitted"
    SENT = "sent"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not-arrived"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class By(StrEnum):
    """How a referral goes: a file that a person passes on, or to the partner's own system."""

    FILE = "file"
    WEBHOOK = "webhook"


GROUNDS = ("said-yes", "serious-harm", "child-or-adult")
"""What a permission rests on: their own yes, or a duty that stands without one."""

REASONS = (
    *("no-space", "out-of-area", "not-their-criteria", "risk-too-high", "cannot-reach"),
    *("changed-mind", "other"),
)
"""Why a service declined, or has them wait."""

UNMET = ("accommodation", "counselling", "language", "disability", "no-recourse", "other")
"""What a person needed and nobody had (R46)."""

ANSWERS = (Did.WAITING, Did.ACCEPTED, Did.DECLINED)

_NEXT: Mapping[Did | None, frozenset[Did]] = {
    None: frozenset({Did.PERMITTED, Did.NOT_PERMITTED}),
    Did.NOT_PERMITTED: frozenset({Did.PERMITTED, Did.NOT_PERMITTED}),
    Did.PERMITTED: frozenset({Did.SENT, Did.NOT_PERMITTED}),
    Did.SENT: frozenset({Did.ARRIVED, Did.NOT_ARRIVED, Did.NOT_PERMITTED, *ANSWERS}),
    Did.ARRIVED: frozenset(ANSWERS),
    Did.NOT_ARRIVED: frozenset({Did.SENT, Did.NOT_PERMITTED, *ANSWERS}),
    Did.WAITING: frozenset(ANSWERS),
    Did.ACCEPTED: frozenset({Did.PERMITTED, Did.DECLINED}),
    Did.DECLINED: frozenset({Did.PERMITTED, Did.ACCEPTED}),
}
"""What may follow what. Nothing is sent unless permission stands; until it has arrived, they may
still say no.
"""


class NoPermission(Refusal):
    """Record first whether they agree. Nothing is passed on before that."""

    code = "no-permission"


class NotNext(Refusal):
    """That does not follow what stands for this service. Load the page again and look."""

    code = "not-next"


class NoReasonGiven(Refusal):
    """Choose the reason as well."""

    code = "no-reason-given"


@dataclass(frozen=True, slots=True)
class Referral:
    """What stands for one service. ``sent`` is the id of the sheet under which it went."""

    service: str
    did: Did
    at: datetime
    reason: str = ""
    unmet: str = ""
    by: By | None = None
    sent: str = ""
    ground: str = ""


def step(
    standing: Referral | None, service: str, did: Did, reason: str = "", **more: str
) -> Mapping[str, Any]:
    """The sheet of the next step. Raises NoPermission, NotNext or NoReasonGiven."""
    if did not in _NEXT[standing.did if standing else None]:
        raise NoPermission if did is Did.SENT else NotNext
    needed = GROUNDS if did is Did.PERMITTED else REASONS if did is Did.DECLINED else ()
    if (needed and reason not in needed) or more.get("unmet", UNMET[0]) not in UNMET:
        raise NoReasonGiven
    return {"service": service, "did": did.value, "reason": reason, **more}


def read_referrals(entries: Iterable[Entry]) -> Mapping[str, Referral]:
    """What stands for each service, in the order in which each was first named."""
    found: dict[str, Referral] = {}
    for entry in sorted((e for e in entries if e.kind == KIND), key=lambda e: e.number):
        said, did = entry.content, Did(entry.content["did"])
        before = found.get(said["service"])
        found[said["service"]] = Referral(
            service=said["service"],
            did=did,
            at=entry.at,
            reason=said["reason"],
            unmet=said.get("unmet", ""),
            by=By(said["by"]) if "by" in said else before.by if before else None,
            ground=said["reason"] if did is Did.PERMITTED else before.ground if before else "",
            sent=entry.id if did is Did.SENT else before.sent if before else "",
        )
    return found


def count(entry: Entry, _stood: Entry | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """``referral``: which service, what happened and why; ``unmet-need`` where nobody had it."""
    said = entry.content
    yield "referral", {"service": said["service"], "did": said["did"], "reason": said["reason"]}
    if unmet := said.get("unmet"):
        yield "unmet-need", {"need": unmet, "service": said["service"]}
