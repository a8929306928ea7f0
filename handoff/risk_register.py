"""Who stands on the risk register: high risk, and below the area's number for MARAC (R19, R20).

Folded from a case's sheets, so nobody falls off it for want of a second list. A newer, smaller
count takes nobody off: only a review does, with its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.entry import Entry
from handoff.reference import Reference
from handoff.refusals import Refusal
from handoff.risk_assessment import (
    LONGEST_WHY,
    Assessment,
    NoWhy,
    Pathway,
    WhyTooLong,
    read_assessment,
)
from tenants.hours import LONDON

KINDS = ("risk-assessment", "register-review", "marac-referral")
"""The sheets that say who stands on it."""

REPEAT_WITHIN = timedelta(days=365)
"""Whoever is referred again within a year is a repeat; later it is a new referral (002:508)."""


class NotOnRegister(Refusal):
    """This case is not on the risk register."""

    code = "not-on-register"


class NoReviewDay(Refusal):
    """Give a day, from today on, by which it is looked at again."""

    code = "no-review-day"


class Reviewed(StrEnum):
    """What a review came to."""

    KEEP = "keep"
    LEAVE = "leave"


class Review(BaseModel):
    """One review. ``review_by`` is when it is looked at again, None when it leaves the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    outcome: Reviewed
    review_by: date | None = None
    why: str = Field(max_length=LONGEST_WHY)


def make_review(outcome: Reviewed, review_by: date | None, why: str, today: date) -> Review:
    """The review of a form. Raises the refusal of what is missing."""
    if outcome is Reviewed.KEEP and (review_by is None or review_by < today):
        raise NoReviewDay
    if not why.strip():
        raise NoWhy
    if len(why) > LONGEST_WHY:
        raise WhyTooLong
    kept = review_by if outcome is Reviewed.KEEP else None
    return Review(outcome=outcome, review_by=kept, why=why)


@dataclass(frozen=True, slots=True)
class Standing:
    """One case on the register. ``since`` is when it came on, ``review_by`` when it is looked at.

    ``latest`` is the assessment that stands. ``is_for_marac``: it reached MARAC's number, and no
    referral is recorded since.
    """

    reference: Reference
    since: datetime
    review_by: date
    latest: Assessment
    assessed_at: datetime
    is_for_marac: bool = False

    def is_overdue(self, today: date) -> bool:
        """Whether the day of its review has passed."""
        return self.review_by < today


def standing_of(entries: Iterable[Entry], review_within: timedelta) -> Standing | None:
    """How a case stands after these sheets of its own; None: not on the register."""
    standing: Standing | None = None
    for entry in sorted(entries, key=lambda each: each.number):
        match entry.kind:
            case "risk-assessment":
                standing = _after_assessment(standing, entry, review_within)
            case "register-review":
                standing = _after_review(standing, entry)
            case "marac-referral":
                standing = None
    return standing


def _after_assessment(
    standing: Standing | None, entry: Entry, review_within: timedelta
) -> Standing | None:
    made = read_assessment(entry.content)
    is_for_marac = made.pathway is Pathway.MARAC
    if standing is not None:
        return replace(
            standing,
            latest=made,
            assessed_at=entry.at,
            is_for_marac=standing.is_for_marac or is_for_marac,
        )
    if made.pathway is Pathway.NOT_REACHED:
        return None
    due = (entry.at + review_within).astimezone(LONDON).date()
    return Standing(entry.reference, entry.at, due, made, entry.at, is_for_marac)


def _after_review(standing: Standing | None, entry: Entry) -> Standing | None:
    review = Review.model_validate(entry.content)
    if standing is None or review.review_by is None:
        return None
    return replace(standing, review_by=review.review_by)


def last_referral(entries: Iterable[Entry]) -> datetime | None:
    """When the last MARAC referral of these sheets was made."""
    return max((e.at for e in entries if e.kind == "marac-referral"), default=None)


def is_repeat(earlier: datetime | None, now: datetime) -> bool:
    """Whether a referral now would be a repeat (R20)."""
    return earlier is not None and now - earlier <= REPEAT_WITHIN
