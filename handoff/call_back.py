"""A call back: when it is due, and what came of it. At most one is open for a case (R7).

Pure. Each step is a sheet of the case's file, and the last one stands. No sheet holds a number or a
word: the safe contact is read where it is used, so that what they end is ended here too (P19).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from handoff.entry import Entry
from handoff.refusals import Refusal
from tenants.hours import is_out_of_hours

KIND = "call-back"

OVERDUE = "call-back-overdue"
"""The kind of timer that comes due when nobody has rung."""

GRACE = timedelta(minutes=15)
"""How long after its time a call back may still be made before it counts as overdue."""

FARTHEST = timedelta(days=92)


class Result(StrEnum):
    """What came of a call back. Whatever it is, it closes that booking; another may be booked."""

    MADE = "made"
    NO_ANSWER = "no-answer"
    NOT_SAFE = "not-safe"
    ABANDONED = "abandoned"


BOOKED = "booked"


class NoCallBack(Refusal):
    """No call back is booked for this case now."""

    code = "no-call-back"


class NoTime(Refusal):
    """Choose a day and a time from now on, within three months."""

    code = "no-time"


@dataclass(frozen=True, slots=True)
class CallBack:
    """The call back that stands. ``number`` is that of its sheet; ``result`` is None while open.

    ``is_read``: whoever booked it has read times that only a person can judge.
    """

    number: int
    due_at: datetime
    is_read: bool
    result: Result | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to ring."""
        return self.result is None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been made by now."""
        return self.is_open and now >= self.due_at + GRACE


def book(due_at: datetime, now: datetime, *, is_read: bool) -> Mapping[str, Any]:
    """The sheet of a new booking; it takes the place of one that is open. Raises NoTime."""
    if not now - GRACE < due_at <= now + FARTHEST:
        raise NoTime
    return {"do": BOOKED, "due_at": due_at.isoformat(), "is_read": is_read}


def finish(standing: CallBack | None, result: Result) -> Mapping[str, Any]:
    """The sheet of what came of it. Raises NoCallBack."""
    if standing is None or not standing.is_open:
        raise NoCallBack
    due_at = standing.due_at.isoformat()
    return {"do": result.value, "due_at": due_at, "is_read": standing.is_read}


def read_call_back(entry: Entry) -> CallBack:
    """The call back that a case's last sheet of this kind tells of."""
    did = entry.content["do"]
    return CallBack(
        number=entry.number,
        due_at=datetime.fromisoformat(entry.content["due_at"]),
        is_read=bool(entry.content["is_read"]),
        result=None if did == BOOKED else Result(did),
    )


def standing_call_backs(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """Of sheets of many cases, the last of each case, by its reference."""
    last: dict[str, Entry] = {}
    for entry in entries:
        known = last.get(entry.reference)
        if known is None or entry.number > known.number:
            last[entry.reference] = entry
    return last


def count(entry: Entry, stood: Entry | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    """``call-back-due`` and ``call-back-made``, with whether in time and out of hours (R40, R47).

    A booking that takes the place of an open one is ``moved``: it is due once.
    """
    told = read_call_back(entry)
    due = {"due": f"{told.due_at:%Y-%m-%dT%H:%MZ}"}
    if told.result is None:
        is_moved = stood is not None and read_call_back(stood).is_open
        yield "call-back-due", {**due, "moved": _word(is_moved)}
        return
    yield (
        "call-back-made",
        {
            **due,
            "result": told.result.value,
            "in-time": _word(entry.at < told.due_at + GRACE),
            "out-of-hours": _word(is_out_of_hours(entry.at)),
        },
    )


def _word(is_so: bool) -> str:  # noqa: FBT001 - it is the whole of what is asked
    return "yes" if is_so else "no"
