"""When a tenant's people are there: opening hours in local time, bank holidays, single days apart.

Wall-clock times hold through both changes of the clock. It reads no clock: the moment comes in.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

from tenants.reading import Entry

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONDON = ZoneInfo("Europe/London")

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DAY = 24 * 60
_OFFICE = (9 * 60, 17 * 60)
_HORIZON = 400

Span = tuple[int, int]
"""From and until, in minutes since local midnight; until is outside."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one tenant. `hours_version` names them, so that a count can say which held."""

    week: tuple[tuple[Span, ...], ...]
    bank_holiday: tuple[Span, ...] | None
    single: Mapping[dt.date, tuple[Span, ...]]
    hours_version: str


def is_open(hours: Hours, at: dt.datetime) -> bool:
    """Whether the tenant is open at an aware moment."""
    local = at.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in _spans(hours, local.date()))


def next_opening(hours: Hours, after: dt.datetime) -> dt.datetime | None:
    """The first moment after `after` when closed turns to open, in London time.

    None: not within a year.
    Hours that run through midnight without a gap open once, not again at midnight.
    """
    today = after.astimezone(LONDON).date()
    for offset in range(_HORIZON):
        day = today + dt.timedelta(days=offset)
        for start, _ in _spans(hours, day):
            opening = _moment(day, start)
            if opening.astimezone(dt.UTC) > after and not _was_open_before(hours, opening):
                return opening
    return None


def is_bank_holiday(day: dt.date) -> bool:
    """Whether a day is a bank holiday in England, or stands in for one."""
    return day in _bank_holidays(day.year)


def is_out_of_hours(at: dt.datetime) -> bool:
    """Whether a moment counts as out of hours: not nine to five on a working day (R47, 002:712)."""
    local = at.astimezone(LONDON)
    if local.weekday() >= DAYS.index("saturday") or is_bank_holiday(local.date()):
        return True
    return not _OFFICE[0] <= local.hour * 60 + local.minute < _OFFICE[1]


def read_hours(document: Entry) -> Hours:
    """`hours.yaml` as hours. The version is made of what they say, so nobody has to remember it."""
    fields = document.fields(needed=" ".join(DAYS), optional="bank-holiday days")
    week = tuple(_read_day(fields[day]) for day in DAYS)
    bank = _read_day(fields["bank-holiday"]) if "bank-holiday" in fields else None
    written = fields["days"].entries() if "days" in fields else iter(())
    single = {key.date(): _read_day(value) for key, value in written}
    said = repr((week, bank, sorted(single.items())))
    return Hours(week, bank, single, hashlib.sha256(said.encode()).hexdigest()[:12])


def _spans(hours: Hours, day: dt.date) -> tuple[Span, ...]:
    if day in hours.single:
        return hours.single[day]
    if hours.bank_holiday is not None and is_bank_holiday(day):
        return hours.bank_holiday
    return hours.week[day.weekday()]


def _moment(day: dt.date, minute: int) -> dt.datetime:
    """A wall-clock time as a moment; one that the spring change leaves out is when it ends."""
    while True:
        wall = dt.datetime.combine(day, dt.time(*divmod(minute, 60)), tzinfo=LONDON)
        shown = wall.astimezone(dt.UTC).astimezone(LONDON)
        if shown.time() == wall.time():
            return shown
        minute += 1


def _was_open_before(hours: Hours, opening: dt.datetime) -> bool:
    return is_open(hours, opening.astimezone(dt.UTC) - dt.timedelta(minutes=1))


@cache
def _bank_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def _read_day(value: Entry) -> tuple[Span, ...]:
    if value.items() and value.items()[0].text() == "closed":
        return ()
    spans = tuple(_read_span(item) for item in value.items())
    for earlier, later in pairwise(spans):
        if earlier[1] > later[0]:
            raise value.error("these hours overlap or go backwards", "Write them in order, apart")
    return spans


def _read_span(item: Entry) -> Span:
    found = _SPAN.fullmatch(item.text())
    if not found:
        raise item.error(f"{item.text()!r} are no hours", "Write 09:00-17:00, or closed")
    start = int(found[1]) * 60 + int(found[2])
    end = int(found[3]) * 60 + int(found[4]) if found[3] else _DAY
    if end <= start:
        raise item.error(
            "these hours end before they begin", "End at 24:00 and go on with the next day"
        )
    return start, end
