"""A risk assessment as a trained worker records it with the person (R18), and where it leads.

A score is a count and nothing else: it has no name, and below a threshold it says nothing (P12).
Judgement may raise where it leads, and never lower it.
"""

from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from handoff.refusals import Refusal
from handoff.risk_topics import TOPICS_BY_ID, Form
from tenants.thresholds import Threshold

LONGEST_WHY = 4000
"""Characters of what somebody gives as their reason."""


class Mark(StrEnum):
    """What was recorded for a topic. A topic without one was not gone through."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "dont-know"
    DECLINED = "declined"


class Source(StrEnum):
    """Where an answer comes from."""

    PERSON = "person-said"
    SEEN = "seen-by-worker"
    AGENCY = "agency"
    RECORD = "record"


class Pathway(IntEnum):
    """Where an assessment leads. The lowest is only *no threshold reached*."""

    NOT_REACHED = 0
    REGISTER = 1
    MARAC = 2


class NoSource(Refusal):
    """Say where the answers come from: for each, or once for all of them."""

    code = "no-source"


class NothingMarked(Refusal):
    """No topic has an answer yet, so there is nothing to save."""

    code = "nothing-marked"


class NoWhy(Refusal):
    """Write why, in a sentence or two. Whoever reads this next needs it."""

    code = "no-why"


class WhyTooLong(Refusal):
    """What you wrote is longer than its box may hold, so nothing was saved. Please shorten it."""

    code = "why-too-long"


class Marked(BaseModel):
    """One topic's answer, and who or what it is from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Mark
    source: Source


class Applied(BaseModel):
    """The threshold as it held on the day: a later agreement changes no earlier sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: str
    since: date
    marac: int
    register_from: int
    reports: int | None = None
    youngest: int | None = None
    is_verified: bool = False


class Assessment(BaseModel):
    """One assessment, whole. ``pathway`` is fixed when it is filed.

    ``wording`` names the licence whose words were on the screen; empty: our own topic words.
    ``area`` is the code of where the person lives, empty when it is not known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    form: Form
    wording: str = ""
    area: str = ""
    topics: dict[str, Marked]
    police_reports: int | None = Field(default=None, ge=0, le=999)
    raised_to: Pathway | None = None
    why: str = Field(default="", max_length=LONGEST_WHY)
    threshold: Applied | None = None
    pathway: Pathway = Pathway.NOT_REACHED

    @model_validator(mode="after")
    def _is_of_known_topics(self) -> Self:
        if not self.topics.keys() <= TOPICS_BY_ID.keys():
            raise ValueError("unknown topic")
        return self

    def count(self, mark: Mark = Mark.YES) -> int:
        """How many topics have this answer."""
        return sum(marked.answer is mark for marked in self.topics.values())

    @property
    def not_gone_through(self) -> int:
        """How many topics have no answer at all."""
        return len(TOPICS_BY_ID) - len(self.topics)

    @property
    def counted(self) -> Pathway:
        """Where the count alone leads."""
        return pathway_of_count(self.count(), self.police_reports, self.threshold)

    @property
    def is_raised(self) -> bool:
        """Whether judgement led further than the count."""
        return self.pathway > self.counted

    @property
    def is_escalation(self) -> bool:
        """Whether there were as many reports to the police as the area calls an escalation."""
        return _is_escalation(self.police_reports, self.threshold)


def pathway_of_count(count: int, police_reports: int | None, threshold: Applied | None) -> Pathway:
    """Where a count leads under a threshold; nowhere by itself where none was agreed."""
    if threshold is None:
        return Pathway.NOT_REACHED
    if count >= threshold.marac or _is_escalation(police_reports, threshold):
        return Pathway.MARAC
    return Pathway.REGISTER if count >= threshold.register_from else Pathway.NOT_REACHED


def _is_escalation(police_reports: int | None, threshold: Applied | None) -> bool:
    if threshold is None or threshold.reports is None or police_reports is None:
        return False
    return police_reports >= threshold.reports


def apply_threshold(threshold: Threshold | None) -> Applied | None:
    """The threshold of a tenant's file as a sheet keeps it."""
    if threshold is None:
        return None
    return Applied(
        area=threshold.area,
        since=threshold.since,
        marac=threshold.marac,
        register_from=threshold.register,
        reports=threshold.reports,
        youngest=threshold.youngest,
        is_verified=threshold.verified is not None,
    )


def settle(assessment: Assessment) -> Assessment:
    """The assessment with where it leads: the further of count and judgement.

    Raises ``NothingMarked``, and ``NoWhy`` where judgement raises it without a reason.
    """
    if not assessment.topics and assessment.raised_to is None:
        raise NothingMarked
    if len(assessment.why) > LONGEST_WHY:
        raise WhyTooLong
    if assessment.raised_to and not assessment.why.strip():
        raise NoWhy
    pathway = max(assessment.counted, assessment.raised_to or Pathway.NOT_REACHED)
    return assessment.model_copy(update={"pathway": pathway})


def read_assessment(content: Mapping[str, object]) -> Assessment:
    """The assessment that a sheet holds."""
    return Assessment.model_validate(content)
