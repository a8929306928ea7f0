"""A MARAC referral: what the form asks and the record has not yet. All else is taken from it (R20).

The risk answers, the intake and the safe contact are never copied in here: whoever prints the
referral reads them from where they stand, so that nothing is retyped.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from handoff.refusals import Refusal
from handoff.risk_assessment import Assessment, NoWhy, Pathway, WhyTooLong
from handoff.risk_register import is_repeat
from tenants.hours import LONDON

LONGEST_ANSWER = 4000
"""Characters of one box of the form."""

WORDS = (
    "name",
    "born",
    "address",
    "feared",
    "children",
    "may_know",
    "must_not_know",
    "happened",
    "wanted",
)
"""The boxes of the form that are filled in with words, in their order."""


class Criterion(StrEnum):
    """On what ground somebody is referred; more than one may hold."""

    JUDGEMENT = "professional-judgement"
    VISIBLE = "visible-high-risk"
    ESCALATION = "potential-escalation"
    REPEAT = "repeat"


class Agreed(StrEnum):
    """Whether the person agrees to the referral. Wanted, and not compulsory."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not-asked"


class NoCriterion(Refusal):
    """Choose at least one ground for the referral."""

    code = "no-criterion"


class NotSaid(Refusal):
    """Say whether the person agrees to it. Where they were not asked, choose that."""

    code = "agreement-not-said"


class Referral(BaseModel):
    """What a worker adds. ``assessment`` is the number of the sheet it is made from, 0 for none.

    ``why_without`` is needed where the person does not agree or was not asked. ``last_referral`` is
    the day of an earlier one that makes this a repeat.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    assessment: int = Field(default=0, ge=0)
    criteria: list[Criterion] = Field(min_length=1)
    agreed: Agreed
    why_without: str = Field(default="", max_length=LONGEST_ANSWER)
    is_repeat: bool = False
    last_referral: date | None = None
    words: dict[str, str] = {}


def criteria_of(
    assessment: Assessment | None, earlier: datetime | None, now: datetime
) -> set[Criterion]:
    """The grounds that the record itself shows; a worker may add others."""
    found = set()
    if assessment is not None and assessment.is_escalation:
        found.add(Criterion.ESCALATION)
    if assessment is not None and is_visible(assessment):
        found.add(Criterion.VISIBLE)
    if assessment is not None and assessment.raised_to is Pathway.MARAC:
        found.add(Criterion.JUDGEMENT)
    if is_repeat(earlier, now):
        found.add(Criterion.REPEAT)
    return found


def is_visible(assessment: Assessment) -> bool:
    """Whether as many topics were answered yes as the area asks for."""
    threshold = assessment.threshold
    return threshold is not None and assessment.count() >= threshold.marac


def make_referral(written: Referral, earlier: datetime | None, now: datetime) -> Referral:
    """The referral as it is filed. Raises the refusal of what is missing.

    A repeat is a fact of the record (R20): nobody can leave it out.
    """
    if any(len(text) > LONGEST_ANSWER for text in (*written.words.values(), written.why_without)):
        raise WhyTooLong
    if written.agreed is not Agreed.YES and not written.why_without.strip():
        raise NoWhy
    if earlier is None or not is_repeat(earlier, now):
        return written
    criteria = [*written.criteria]
    if Criterion.REPEAT not in criteria:
        criteria.append(Criterion.REPEAT)
    last = earlier.astimezone(LONDON).date()
    return written.model_copy(
        update={"criteria": criteria, "is_repeat": True, "last_referral": last}
    )
