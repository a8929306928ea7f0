"""Everything that may come in at a state, one of each kind that can make a difference."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import combinations

from flows.conversation import Conversation, Owner
from flows.edition import Edition
from flows.events import (
    CaseClosed,
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    Event,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    Moment,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    TextReceived,
    WentBack,
    WorkerJoined,
    WorkerLeft,
    WorkerReplied,
)
from flows.flow import Kind, Side, Step
from flows.screening import Level, Marker, Screening
from flows.walk import standing

_NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
_OPENING = datetime(2026, 1, 6, 9, tzinfo=UTC)

MOMENTS = (
    Moment(_NOW, staffed=True),
    Moment(_NOW, staffed=False, next_staffed_at=_OPENING),
    Moment(_NOW, staffed=False),
    Moment(_NOW, staffed=True, next_staffed_at=_OPENING, staffed_apart=False),
    Moment(_NOW, staffed=False, next_staffed_at=_OPENING, staffed_apart=True),
)
"""Who may be there: somebody, nobody until a known hour, nobody and no hour known; one side alone.

Where the sides differ, a word about the wrong side's people is a lie that shows (P2).
"""

LATER = MOMENTS[0]
"""For what reads nothing of the moment."""

BEHIND = (
    Moment(_NOW, staffed=True, ahead=3),
    Moment(_NOW, staffed=True, ahead=0),
    Moment(_NOW, staffed=True, next_staffed_at=_OPENING, ahead=3, staffed_apart=False),
    Moment(_NOW, staffed=False, next_staffed_at=_OPENING, ahead=3, staffed_apart=True),
)

PLAIN = TextReceived("some words", Screening(Level.NONE, (), "en"))
ALARMING = TextReceived(
    "words of danger",
    Screening(
        Level.EMERGENCY, (Marker("immediate-danger", Level.EMERGENCY, "danger", "rule"),), "en"
    ),
)
YOUNG = TextReceived("i am 13", Screening(Level.NONE, (), "en"), age=13)
OLDER = TextReceived("i am 17", Screening(Level.NONE, (), "en"), age=17)
ANSWERING = (ChoiceMade, ChoicesMade, Skipped, TextReceived)
"""What may answer the question that stands."""

LATE = ChoiceMade("(an earlier press)")


def inputs(edition: Edition, talk: Conversation) -> Iterator[tuple[Event, Moment]]:
    """Each event with each moment that it tells apart; *back* to a question is not among them."""
    for event in _anywhere(edition, talk):
        yield event, LATER
    if talk.ended is not None:
        return
    for moment in (*MOMENTS, *BEHIND):
        yield PersonWanted(), moment
    for event in (*answers(edition, talk), Skipped(), PLAIN, ALARMING):
        for moment in MOMENTS:
            yield event, moment
    yield YOUNG, LATER
    yield OLDER, LATER


def _anywhere(edition: Edition, talk: Conversation) -> Iterator[Event]:
    yield from (ExitTaken(), StopSaid(), NumbersWanted(), LimitsWanted(), LATE)
    if len(talk.path) < 2:
        yield WentBack()
    yield LanguageChanged(edition.languages[-1])
    for door in sorted(edition.doors):
        yield DoorChanged(door)
    if talk.is_case_open and talk.owner is not Owner.WORKER:
        yield WorkerJoined()
    if talk.owner is Owner.WORKER:
        yield from (WorkerLeft(), CaseClosed())
        # The desk refuses a reply to somebody for whom it is not safe (handoff.desk).
        if not talk.is_silent:
            yield WorkerReplied("A reply.")


def answers(edition: Edition, talk: Conversation) -> tuple[Event, ...]:
    """One press for each way in which an answer to the question that stands can matter."""
    step = standing(edition, talk)
    if step is None or not step.options:
        return ()
    return _presses(step, _telling(edition, talk.key))


@lru_cache(maxsize=4096)
def _presses_of(kind: Kind, values: tuple[str, ...]) -> tuple[Event, ...]:
    if kind is Kind.ONE:
        return tuple(ChoiceMade(value) for value in values)
    sizes = range(1, len(values) + 1)
    return tuple(ChoicesMade(some) for size in sizes for some in combinations(values, size))


def _presses(step: Step, guards: tuple[frozenset[str], ...]) -> tuple[Event, ...]:
    first: dict[object, str] = {}
    for value in step.values:
        first.setdefault(
            (
                step.then.get(value),
                step.urgency.get(value),
                value in step.safe_if,
                step.ages.get(value),
                *(value in guard for guard in guards),
            ),
            value,
        )
    return _presses_of(step.kind, tuple(first.values()))


def _telling(edition: Edition, key: str) -> tuple[frozenset[str], ...]:
    return tuple(
        step.only_if[key]
        for flow in edition.flows.values()
        for step in flow.steps.values()
        if key in step.only_if
    )


def tell(event: Event | None, talk: Conversation, moment: Moment) -> str:
    """One link of a path, for whoever reads a break."""
    staffed = _tell_staff(moment)
    match event:
        case None:
            door = f" for {talk.door}" if talk.door else ""
            return f"begin{door}{staffed}"
        case ChoiceMade(value):
            told = f"choose {value}"
        case ChoicesMade(values):
            told = f"choose {' and '.join(values)}"
        case TextReceived(text):
            told = text
        case DoorChanged(flow):
            told = f"door {flow}"
        case _:
            told = _NAMES.get(type(event), type(event).__name__)
    return f"{told} at {talk.key.rstrip('.')}{staffed}"


def _tell_staff(moment: Moment) -> str:
    apart = moment.is_staffed(Side.USING_ABUSE)
    if moment.staffed:
        return "" if apart else ", nobody of the using-abuse side here"
    return ", nobody of the victim side here" if apart else ", nobody here"


_NAMES: dict[type, str] = {
    Skipped: "skip",
    WentBack: "back",
    PersonWanted: "a person",
    NumbersWanted: "numbers",
    LimitsWanted: "limits",
    ExitTaken: "exit",
    StopSaid: "stop",
    LanguageChanged: "language",
    WorkerJoined: "worker joins",
    WorkerReplied: "worker writes",
    WorkerLeft: "worker leaves",
    CaseClosed: "case closed",
}
