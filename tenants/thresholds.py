"""From how many risk topics on what follows: local agreements, by area, each from a day on.

They differ from place to place and change with time, so none is ever assumed: where an area has
none, a count leads nowhere by itself, and a worker's judgement alone decides.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tenants.dash import TOPICS
from tenants.reading import Entry

FILE = "thresholds.yaml"
REVIEW_WITHIN = dt.timedelta(days=14)

_NEEDED = "marac register source"
_OPTIONAL = "reports youngest verified"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What was agreed in one area from `since` on.

    `marac` and `register`: topics answered yes from which a case goes to MARAC, or on the risk
    register. `reports`: reports to the police within a year that count as escalation. `youngest`:
    the age from which MARAC takes somebody. `verified`: when somebody asked whether it still holds.
    """

    area: str
    since: dt.date
    marac: int
    register: int
    source: str
    reports: int | None = None
    youngest: int | None = None
    verified: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All of a tenant's, the oldest first in each area. `review_within`: the register's rhythm."""

    areas: Mapping[str, tuple[Threshold, ...]] = field(default_factory=lambda: MappingProxyType({}))
    review_within: dt.timedelta = REVIEW_WITHIN

    def at(self, area: str, day: dt.date) -> Threshold | None:
        """What holds in an area on a day.

        For an area that is not known, that of the area which asks for the fewest topics: not to
        know where somebody lives must not raise the bar.
        """
        if area in self.areas:
            return self._on(area, day)
        held = [found for each in self.areas if (found := self._on(each, day)) is not None]
        return min(held, key=lambda each: (each.marac, each.register), default=None)

    def _on(self, area: str, day: dt.date) -> Threshold | None:
        held = [each for each in self.areas[area] if each.since <= day]
        return held[-1] if held else None


def read_thresholds(document: Entry, areas: Collection[str]) -> Thresholds:
    """`thresholds.yaml`: area, then the day from which it holds, then what was agreed."""
    fields = document.fields(needed="areas", optional="review_within")
    found = {}
    for area, rows in fields["areas"].entries():
        each = [_read_threshold(area.one_of(areas), day, row) for day, row in rows.entries()]
        if not each:
            raise area.error("no day is named", "Write a day such as 2026-01-31: and what holds")
        found[area.text()] = tuple(sorted(each, key=lambda one: one.since))
    within = fields["review_within"].duration() if "review_within" in fields else REVIEW_WITHIN
    if not within:
        raise fields["review_within"].error("a review may not be due at once", "Write 14d")
    return Thresholds(found, within)


def _read_threshold(area: str, day: Entry, row: Entry) -> Threshold:
    fields = row.fields(needed=_NEEDED, optional=_OPTIONAL)
    marac, register = (_read_count(fields[name]) for name in ("marac", "register"))
    if register > marac:
        cure = "The register is for those who are below the MARAC's number"
        raise fields["register"].error("the register begins above the MARAC", cure)
    return Threshold(
        area=area,
        since=day.date(),
        marac=marac,
        register=register,
        source=fields["source"].text(),
        reports=fields["reports"].whole() if "reports" in fields else None,
        youngest=fields["youngest"].whole() if "youngest" in fields else None,
        verified=fields["verified"].date() if "verified" in fields else None,
    )


def _read_count(item: Entry) -> int:
    count = item.whole()
    if not 1 <= count <= len(TOPICS):
        raise item.error(f"{count} topics cannot be", f"Write a number from 1 to {len(TOPICS)}")
    return count
