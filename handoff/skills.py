"""The skills register: who of the staff speaks what, knows what, and can take how much (R35, R51).

Codes only, kept by a supervisor. It says nothing of how good anybody is at their work.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

REGISTER = "skills"
"""The register a supervisor keeps, a row for each member of staff by their id."""

OWN_LIMITS = "own-limits"
"""The register of the lower limits that people set for themselves (R58)."""

SPECIALISMS: Mapping[str, str] = {
    "sexual-violence": "Sexual violence",
    "mental-health": "Mental health",
    "young-people": "Young people",
    "immigration": "Immigration, no recourse to public funds",
    "housing": "A safe place to stay",
}
"""What a case may need somebody for (R51), with the console's word."""

SERVICES: Mapping[str, str] = {
    "bme": "By and for Black and minoritised people",
    "lgbt": "By and for LGBT people",
    "disabled": "By and for disabled people",
    "faith": "By and for people of a faith",
    "men": "By and for men",
}
"""By-and-for services that somebody works for (R36)."""

GENDERS: Mapping[str, str] = {"": "Not said", "woman": "A woman", "man": "A man"}
"""What visitors may ask for (R36); whoever says nothing is matched to no such wish."""

SIGNS = "bsl"
"""Among the languages: British Sign Language."""

MOST_AT_ONCE = 20
"""The highest capacity that a form takes."""


class Skills(BaseModel):
    """One row of the register. ``capacity``: cases at once, None for the tenant's setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: frozenset[str] = frozenset()
    specialisms: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    gender: Literal["", "woman", "man"] = ""
    capacity: int | None = Field(default=None, ge=0, le=MOST_AT_ONCE)


class OwnLimit(BaseModel):
    """How many cases at once somebody takes today, by their own wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_once: int | None = Field(default=None, ge=0, le=MOST_AT_ONCE)


def as_content(row: BaseModel) -> dict[str, Any]:
    """A row as the register keeps it: JSON-able, its sets in order."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in row.model_dump().items()
    }


def capacity_of(setting: int, skills: Skills, own: OwnLimit) -> int:
    """How many cases at once: the tenant's setting or a supervisor's, or their own if lower."""
    given = setting if skills.capacity is None else skills.capacity
    return given if own.at_once is None else min(given, own.at_once)
