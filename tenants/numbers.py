"""Telephone and text numbers: what each is for, which side may see it, when, and how sure we are.

A stale number is never shown, and outside the demo no number that the tenant has not verified.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tenants.areas import AreaId
from tenants.reading import Entry, FileMistakeError, read_document

Side = Literal["shared", "victim", "using-abuse"]

SIDES: tuple[Side, ...] = ("shared", "victim", "using-abuse")
KINDS = (
    *("danger", "rape", "suicide", "child", "domestic", "men", "lgbt", "honour"),
    *("using-abuse", "bsl", "text", "police", "legal"),
)
EMERGENCIES = ("danger", "rape", "suicide", "child")
"""The kinds that must have a 24-hour route (P13)."""

EMERGENCY_NUMBER = "999"
"""Shown whatever the files say: nobody in danger waits for a date to be written down."""

OLDEST = 120

_AGES = re.compile(r"[0-9]{1,3}(?:\+|-[0-9]{1,3})")
_NATIONAL = Path(__file__).with_name("national.yaml")
_NEEDED = "label number by side for hours source"
_OPTIONAL = "note ages areas verified stale"


@dataclass(frozen=True, slots=True)
class Ages:
    """Whole years, both ends inside."""

    youngest: int = 0
    oldest: int = OLDEST

    def __contains__(self, age: int) -> bool:
        return self.youngest <= age <= self.oldest

    def __str__(self) -> str:
        if self.oldest == OLDEST:
            return f"{self.youngest} and over"
        return f"{self.youngest} to {self.oldest}"


@dataclass(frozen=True, slots=True)
class Number:
    """One number. `hours` is `24h`, a plain text, or empty where it is not known."""

    id: str
    label: str
    number: str
    by: Literal["phone", "text", "app"]
    side: Side
    kinds: frozenset[str]
    hours: str
    source: str
    note: str = ""
    ages: Ages = Ages()
    areas: frozenset[AreaId] = frozenset()
    verified_on: dt.date | None = None
    stale: str = ""

    @property
    def is_all_day(self) -> bool:
        """Whether it is answered in every minute of the week."""
        return self.hours == "24h"

    @property
    def stays_in_call_log(self) -> bool:
        """Whether the device keeps a trace of it in its call list or messages."""
        return self.by != "app"

    def serves(self, *, age: int | None, area: AreaId | None) -> bool:
        """Whether it is for that age and area; what is not known excludes nothing."""
        fits_area = not self.areas or area is None or area in self.areas
        return fits_area and (age is None or age in self.ages)


def numbers_for(
    numbers: Iterable[Number],
    side: Side,
    *,
    demo: bool = False,
    age: int | None = None,
    area: AreaId | None = None,
) -> tuple[Number, ...]:
    """The numbers a visitor on that side may be shown, in written order (P6).

    The third-party door is on the victim side. The shared ones (999, suicide lines) are on both.
    """
    return tuple(
        number
        for number in numbers
        if number.side in ("shared", side)
        and _may_be_shown(number, demo=demo)
        and number.serves(age=age, area=area)
    )


def all_day_routes(numbers: Iterable[Number]) -> Mapping[str, tuple[Number, ...]]:
    """For each kind of emergency, the numbers that are answered day and night (P13)."""
    always = [number for number in numbers if number.is_all_day]
    return {kind: tuple(n for n in always if kind in n.kinds) for kind in EMERGENCIES}


def read_numbers(document: Entry, area_ids: Iterable[AreaId]) -> tuple[Number, ...]:
    """`numbers.yaml`: the national numbers this tenant shows, with its checks, and its own."""
    fields = document.fields(needed="national", optional="own")
    national = read_national(document.mistake)
    chosen = [
        replace(national[key.one_of(tuple(national))], verified_on=_read_verified(value))
        for key, value in fields["national"].entries()
    ]
    own = fields["own"].entries() if "own" in fields else iter(())
    known = tuple(area_ids)
    added = []
    for key, value in own:
        if key.text() in national:
            raise key.error(
                f"{key.text()!r} is a national number's name", "Give your own another name"
            )
        added.append(_read_number(key, value, known))
    if EMERGENCY_NUMBER not in {number.id for number in chosen}:
        raise fields["national"].error(
            f"{EMERGENCY_NUMBER} is missing", f"Add a line '{EMERGENCY_NUMBER}: not verified'"
        )
    return (*chosen, *added)


def read_national(mistake: type[FileMistakeError]) -> Mapping[str, Number]:
    """The numbers that are the same in the whole country, none of them verified."""
    document = read_document(_NATIONAL, mistake)
    return {key.text(): _read_number(key, value, ()) for key, value in document.entries()}


def read_ages(item: Entry) -> Ages:
    """Ages written `16+`, `0-19` or `any`."""
    written = item.text()
    if written == "any":
        return Ages()
    if not _AGES.fullmatch(written):
        raise item.error(f"{written!r} are no ages", "Write 16+, 0-19 or any")
    youngest, _, oldest = written.removesuffix("+").partition("-")
    ages = Ages(int(youngest), int(oldest or OLDEST))
    if ages.youngest > ages.oldest:
        raise item.error("the ages go backwards", "Write the younger age first")
    return ages


def _may_be_shown(number: Number, *, demo: bool) -> bool:
    if number.stale:
        return False
    return demo or number.verified_on is not None or number.id == EMERGENCY_NUMBER


def _read_number(key: Entry, value: Entry, area_ids: tuple[AreaId, ...]) -> Number:
    fields = value.fields(needed=_NEEDED, optional=_OPTIONAL)
    areas = fields["areas"].some_of(area_ids) if "areas" in fields else ()
    hours = fields["hours"].text()
    return Number(
        id=key.text(),
        label=fields["label"].text(),
        number=fields["number"].text(),
        by=_read_by(fields["by"]),
        side=read_side(fields["side"]),
        kinds=frozenset(fields["for"].some_of(KINDS)),
        hours="" if hours == "not known" else hours,
        source=fields["source"].text(),
        note=fields["note"].text() if "note" in fields else "",
        ages=read_ages(fields["ages"]) if "ages" in fields else Ages(),
        areas=frozenset(AreaId(area) for area in areas),
        verified_on=_read_verified(fields["verified"]) if "verified" in fields else None,
        stale=fields["stale"].text() if "stale" in fields else "",
    )


def read_side(item: Entry) -> Side:
    """One of the three sides."""
    match item.one_of(SIDES):
        case "shared":
            return "shared"
        case "victim":
            return "victim"
        case _:
            return "using-abuse"


def _read_by(item: Entry) -> Literal["phone", "text", "app"]:
    match item.one_of(("phone", "text", "app")):
        case "phone":
            return "phone"
        case "text":
            return "text"
        case _:
            return "app"


def _read_verified(item: Entry) -> dt.date | None:
    return None if item.text() == "not verified" else item.date()
