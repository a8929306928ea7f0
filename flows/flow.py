"""A flow as the engine reads it: steps in written order, each with what may follow.

Made by ``flows.document`` from a file; never by hand but in tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from flows.answers import Guard
from flows.conversation import END, FlowId, StepId
from flows.urgency import Grade

GROWN_UP = 18
"""Whole years; whoever says they are younger goes by limits in their own words (P17)."""


class Kind(StrEnum):
    """What a step does: it says something, or it asks in one of three ways."""

    SAY = "say"
    ONE = "one"
    ANY = "any"
    WORDS = "words"


class About(StrEnum):
    """What a step is about, as far as the engine, a proof or what is shown must know."""

    LIMITS = "limits"
    SAFETY = "safety"
    QUIET = "quiet"
    DANGER = "danger"
    WHERE_IN_DANGER = "where in danger"
    DOOR = "door"
    HARM = "harm"
    AREA = "area"
    NOTHING = ""


class Side(StrEnum):
    """Which side of the wall a flow, a queue or a number is on (P6)."""

    SHARED = "shared"
    VICTIM = "victim"
    USING_ABUSE = "using-abuse"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question: its value, and the key of its label."""

    value: str
    key: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a jump leads: a step of this flow (END: wait here), or another flow's beginning."""

    step: StepId = END
    flow: FlowId | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``then`` maps what was answered to a target; ``after`` serves all other answers.

    ``ages`` maps a value to the whole years it stands for, both ends included.
    ``intake`` is the dotted place of the answer in the structured intake.
    ``in_place_of`` names the earlier question that this one puts again in other words.
    """

    id: StepId
    kind: Kind
    line: int = 0
    about: About = About.NOTHING
    has_why: bool = False
    options: tuple[Option, ...] = ()
    only_if: Guard = field(default_factory=lambda: MappingProxyType({}))
    then: Mapping[str, Target] = field(default_factory=lambda: MappingProxyType({}))
    after: Target | None = None
    urgency: Mapping[str, Grade] = field(default_factory=lambda: MappingProxyType({}))
    safe_if: frozenset[str] = frozenset()
    hands_over: bool = False
    numbers: tuple[str, ...] = ()
    identifies: bool = False
    intake: str = ""
    ages: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    in_place_of: StepId = END

    @property
    def is_question(self) -> bool:
        """Whether the talk stops here for an answer."""
        return self.kind is not Kind.SAY

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the choices, in order."""
        return tuple(option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Flow:
    """One door's conversation. ``texts`` holds the English of every key it speaks.

    ``queue_in_danger`` is where its cases wait in an emergency.
    """

    id: FlowId
    side: Side
    queue: str
    steps: Mapping[StepId, Step]
    texts: Mapping[str, str]
    file: str = ""
    queue_in_danger: str = ""

    @property
    def first(self) -> StepId:
        """The step it begins at."""
        return next(iter(self.steps))

    @property
    def order(self) -> tuple[StepId, ...]:
        """The steps in written order, the quiet one apart: no order leads to it."""
        return tuple(s.id for s in self.steps.values() if s.about is not About.QUIET)
