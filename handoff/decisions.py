"""What a person decided about a child, an adult at risk, or a danger to somebody's own life.

The house only knows that it was decided, by whom, and when; it never says which way (R23, R53,
R54).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from handoff.concerns import Marker
from handoff.entry import Entry
from handoff.filing import latest
from handoff.refusals import Refusal
from handoff.risk_assessment import LONGEST_WHY, Mark, NoWhy, WhyTooLong
from handoff.risk_topics import Concern

KIND_OF: Mapping[Concern, str] = MappingProxyType(
    {
        Concern.CHILD: "child-decision",
        Concern.ADULT: "adult-decision",
        Concern.OWN_LIFE: "suicide-decision",
    }
)
"""The kind of sheet that holds the decision about a concern."""

DECIDED: Mapping[Concern, tuple[str, ...]] = MappingProxyType(
    {
        Concern.CHILD: ("referred", "known", "consulted", "no-referral", "nobody"),
        Concern.ADULT: ("referred", "known", "consulted", "no-referral", "nobody"),
        Concern.OWN_LIFE: ("emergency", "handed-on", "plan", "talked", "no-danger-told"),
    }
)
"""What may be decided about each. Codes for the facts; the words are the console's."""

STEPS = ("thoughts", "plan", "means", "soon")
"""What the suicide protocol asks, in this order: thoughts, plan, means, the next 24 to 48 hours."""


class Undecided(Refusal):
    """A decision is not recorded yet."""

    code = "undecided"


class ChildUndecided(Undecided):
    """There may be a child to think of. Record what you decided about it, then close the case."""

    code = "child-undecided"


class AdultUndecided(Undecided):
    """There may be an adult who needs protecting. Record what you decided, then close the case."""

    code = "adult-undecided"


class OwnLifeUndecided(Undecided):
    """They told of ending their life. Record the suicide protocol, then close the case."""

    code = "suicide-undecided"


class NotDecided(Refusal):
    """Choose what you decided before you save it."""

    code = "not-decided"


class Told(StrEnum):
    """Whether the person was told of it first."""

    YES = "yes"
    NO = "no"


class Decision(BaseModel):
    """One decision. ``steps`` are the suicide protocol's, each with what was answered.

    ``told``: whether the person was told of it, and ``why`` is what speaks for the decision.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    concern: Concern
    decided: str
    told: Told
    why: str = Field(max_length=LONGEST_WHY)
    steps: dict[str, Mark] = {}

    @model_validator(mode="after")
    def _is_one_of_ours(self) -> Self:
        if self.decided not in DECIDED[self.concern]:
            raise ValueError("no such decision")
        if self.steps and (
            self.concern is not Concern.OWN_LIFE or not set(STEPS) >= set(self.steps)
        ):
            raise ValueError("no such step")
        return self


def make_decision(
    concern: Concern, decided: str, told: str, why: str, steps: Mapping[str, Mark]
) -> Decision:
    """The decision of a form. Raises the refusal of what is missing."""
    if decided not in DECIDED[concern] or told not in tuple(Told):
        raise NotDecided
    if not why.strip():
        raise NoWhy
    if len(why) > LONGEST_WHY:
        raise WhyTooLong
    return Decision(concern=concern, decided=decided, told=Told(told), why=why, steps=dict(steps))


_UNDECIDED: Mapping[Concern, type[Undecided]] = {
    Concern.CHILD: ChildUndecided,
    Concern.ADULT: AdultUndecided,
    Concern.OWN_LIFE: OwnLifeUndecided,
}


def owed(markers: Iterable[Marker], entries: Iterable[Entry]) -> tuple[Concern, ...]:
    """Concerns that wait for a decision: none was made, or more was told since it was."""
    kept = tuple(entries)
    found = []
    for concern in Concern:
        told_at = max((m.at for m in markers if m.concern is concern), default=None)
        stands = latest(kept, KIND_OF[concern])
        if told_at is not None and (stands is None or stands.at < told_at):
            found.append(concern)
    return tuple(found)


def check_decided(markers: Iterable[Marker], entries: Iterable[Entry]) -> None:
    """Raise the refusal of the first concern that nobody has decided about, if there is one."""
    for concern in owed(tuple(markers), entries):
        raise _UNDECIDED[concern]
