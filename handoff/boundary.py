"""A boundary for abusive or hoax contacts: asked for by one person, approved by another (R59).

Pure. It stands on one case, by its reference; never on an address, a device or a name. Whatever it
says, numbers for help are always given, and danger is always answered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.entry import Entry
from handoff.refusals import Refusal
from handoff.staff import StaffId

ASKED = "boundary"
DECIDED = "boundary-decision"

WHATS = ("one-topic", "short-contacts", "one-worker", "end-when-abusive", "numbers-only")
"""What may be agreed, from the mildest to the most. None of them is silence."""

LONGEST = timedelta(days=90)
"""After this it ends by itself; whoever wants it to go on asks again."""


class NotByTheSame(Refusal):
    """Somebody else has to decide on what you asked for."""

    code = "not-by-the-same"


class NothingAsked(Refusal):
    """No boundary is asked for here, or it is decided already."""

    code = "nothing-asked"


class NoSuchBoundary(Refusal):
    """Choose which boundary is meant."""

    code = "no-such-boundary"


@dataclass(frozen=True, slots=True)
class Boundary:
    """The boundary that was asked for last. ``number`` is that of the sheet that asked."""

    number: int
    what: str
    asked_by: StaffId
    asked_at: datetime
    is_approved: bool | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it holds: approved, and not too long ago."""
        return self.is_approved is True and now - self.asked_at < LONGEST


def ask(what: str) -> Mapping[str, Any]:
    """The sheet that asks for one. Raises NoSuchBoundary."""
    if what not in WHATS:
        raise NoSuchBoundary
    return {"what": what}


def decide(asked: Boundary | None, by: StaffId, *, is_approved: bool) -> Mapping[str, Any]:
    """The sheet that decides; an approved one may be ended. Raises NothingAsked or NotByTheSame."""
    if asked is None or asked.is_approved is False or asked.is_approved is is_approved:
        raise NothingAsked
    if is_approved and asked.asked_by == by:
        raise NotByTheSame
    return {"number": asked.number, "is_approved": is_approved}


def read_boundary(entries: Iterable[Entry]) -> Boundary | None:
    """The one that was asked for last, with what was decided on it."""
    whole = tuple(entries)
    asked = max((e for e in whole if e.kind == ASKED), key=lambda e: e.number, default=None)
    if asked is None:
        return None
    decisions = (e for e in whole if e.kind == DECIDED and e.content["number"] == asked.number)
    last = max(decisions, key=lambda e: e.number, default=None)
    is_approved = None if last is None else bool(last.content["is_approved"])
    return Boundary(asked.number, asked.content["what"], asked.by, asked.at, is_approved)


def count(entry: Entry, _stood: Entry | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """``boundary``: asked, approved, or refused and ended."""
    if entry.kind == ASKED:
        yield "boundary", {"did": "asked", "what": entry.content["what"]}
    else:
        yield (
            "boundary",
            {"did": "approved" if entry.content["is_approved"] else "refused-or-ended"},
        )
