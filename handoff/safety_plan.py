"""A safety plan, made with the person: one for an adult, one for a child (R22).

In the person's own words and language. The house writes nothing into it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from handoff.refusals import Empty, Refusal
from handoff.risk_assessment import WhyTooLong

LONGEST_PART = 4000
"""Characters of one part of a plan."""


class Whose(StrEnum):
    """For whom a plan is."""

    ADULT = "adult"
    CHILD = "child"


class Copy(StrEnum):
    """Whether they may keep a copy: a plan that is found can be a danger of its own."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not-asked"


class CopyNotSaid(Refusal):
    """Say whether they may keep a copy. A plan that is found can be a danger of its own."""

    code = "copy-not-said"


PARTS: Mapping[Whose, tuple[str, ...]] = MappingProxyType(
    {
        Whose.ADULT: (
            "signs", "at-home", "leaving", "phone", "word", "people", "children", "after",
            "own-life",
        ),
        Whose.CHILD: ("signs", "go-to", "tell", "call", "word", "not-my-job", "feels-better"),
    }
)  # fmt: skip
"""The parts of each plan, in order."""

KIND_OF: Mapping[Whose, str] = MappingProxyType(
    {Whose.ADULT: "safety-plan-adult", Whose.CHILD: "safety-plan-child"}
)
"""The kind of sheet that holds each plan."""


class SafetyPlan(BaseModel):
    """One plan. ``parts`` has the words of each part that was talked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    whose: Whose
    copy_kept: Copy
    parts: dict[str, str]

    @model_validator(mode="after")
    def _is_of_known_parts(self) -> Self:
        if not set(self.parts) <= set(PARTS[self.whose]):
            raise ValueError("unknown part")
        return self


def make_plan(whose: Whose, copy_kept: str, parts: Mapping[str, str]) -> SafetyPlan:
    """The plan of a form. Raises the refusal of what is missing."""
    written = {part: text for part, text in parts.items() if text.strip()}
    if not written:
        raise Empty
    if any(len(text) > LONGEST_PART for text in written.values()):
        raise WhyTooLong
    if copy_kept not in tuple(Copy):
        raise CopyNotSaid
    return SafetyPlan(whose=whose, copy_kept=Copy(copy_kept), parts=written)
