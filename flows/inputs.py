"""Everything that may come in at a state, one of each kind that can make a difference."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import combinations

from flows.conversation import Conversation, Owner, Safety
from flows.edition import Edition
from flows.events import (
    CameBack,
    CaseClosed,
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    Event,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    Moment,
    NobodyAnswered,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    TextReceived,
    WentBack,
    WordsChosen,
    WorkerJoined,
    WorkerLeft,
    WorkerReplied,
    WorkerWithdrew,
)
from flows.flow import Kind, Side, Step
from flows.screening import Level, Marker, Screening
from flows.walk import CARRY_ON, place, standing

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

LATER, NOBODY, *_ = MOMENTS
"""For what reads nothing of the moment."""

BEHIND = (
    Moment(_NOW, staffed=True, ahead=3),
    Moment(_NOW, staffed=True, ahead=0),
    Moment(_NOW, staffed=True, next_staffed_at=_OPENING, ahead=3, staffed_apart=False),
    Moment(_NOW, staffed=False, next_staffed_at=_OPENING, ahead=3, staffed_apart=True),
)

SILENCE = Moment(_NOW, staffed=True, after_silence=True)
"""Somebody comes back after a long silence. Nothing is said of who is here then, so one is all."""

PLAIN = TextReceived("some words", Screening(Level.NONE, (), "en"))
ALARMING = TextReceived(
    "words of danger",
    Screening(
        Level.EMERGENCY, (Marker("immediate-danger", Level.EMERGENCY, "danger", "rule"),), "en"
    ),
)
YOUNG = TextReceived("i am 13", Screening(Level.NONE, (), "en"), age=13)
OLDER = TextReceived("i am 17", Screening(Level.NONE, (), "en"), age=17)
CAME_BACK = CameBack(), CameBack(by_other=True)
ANSWERING = (ChoiceMade, ChoicesMade, Skipped, TextReceived)
"""What may answer the question that stands."""

LATE = ChoiceMade("(an earlier press)")


def inputs(
    edition: Edition, talk: Conversation, *, is_first: bool = True
) -> Iterator[tuple[Event, Moment]]:
    """Each event with each moment that it tells apart; *back* to a question is not among them.

    ``is_first`` is no for a talk that only its answers tell from one that was tried before: what
    comes after a silence reads no answer until it is safe again, so two kinds of it are enough.
    """
    for event in _anywhere(edition, talk):
        yield event, LATER
    if talk.ended is not None:
        return
    yield YOUNG, LATER
    yield OLDER, LATER
    if is_first:
        yield WordsChosen(), LATER
    if is_first or (talk.safety is Safety.UNSAFE and not talk.is_interrupted):
        # Whoever comes back to a quiet page keeps their answers, and these are read.
        yield from ((event, LATER) for event in CAME_BACK)
    if talk.is_interrupted:
        yield from _while_interrupted(edition, talk)
        return
    for moment in (*MOMENTS, *BEHIND):
        yield PersonWanted(), moment
    for event in (*answers(edition, talk), Skipped(), PLAIN, ALARMING):
        for moment in MOMENTS:
            yield event, moment
    if talk.safety is Safety.SAFE:
        back = _after_silence(edition, talk) if is_first else (PLAIN, ALARMING)
        yield from ((event, SILENCE) for event in back)


def _while_interrupted(edition: Edition, talk: Conversation) -> Iterator[tuple[Event, Moment]]:
    """What leads out is tried with everybody there; what stays quiet tells of nobody."""
    out = way_out(edition, talk)
    yield from ((out, moment) for moment in MOMENTS)
    others = [event for event in answers(edition, talk) if event != out]
    for event in (*others, Skipped(), PLAIN, ALARMING):
        yield event, LATER
    yield from ((PersonWanted(), moment) for moment in (LATER, NOBODY))


def way_out(edition: Edition, talk: Conversation) -> Event:
    """The press by which an interrupted talk goes on."""
    asked = talk.safety is Safety.ASK_AGAIN
    return ChoiceMade(min(edition.safety.safe_if) if asked else CARRY_ON)


def _after_silence(edition: Edition, talk: Conversation) -> Iterator[Event]:
    """What somebody may come back with: one of each kind, and every press that may say danger."""
    yield from (PLAIN, ALARMING, YOUNG, LATE, *answers(edition, talk), Skipped(), WentBack())
    yield from (PersonWanted(), NumbersWanted(), LimitsWanted(), ExitTaken(), StopSaid())
    yield from (LanguageChanged(edition.languages[-1]), DoorChanged(min(edition.doors)))


def _anywhere(edition: Edition, talk: Conversation) -> Iterator[Event]:
    yield from (ExitTaken(), StopSaid(), NumbersWanted(), LimitsWanted(), LATE)
    if len(talk.path) < 2 or talk.is_silent:
        yield WentBack()
    yield LanguageChanged(edition.languages[-1])
    for door in sorted(edition.doors)[: 1 if talk.is_interrupted else None]:
        yield DoorChanged(door)
    if talk.is_case_open and talk.owner is not Owner.WORKER:
        yield WorkerJoined()
    if talk.owner in (Owner.QUEUE, Owner.WORKER):
        yield NobodyAnswered()
    if talk.owner is Owner.WORKER:
        yield from (WorkerLeft(), WorkerWithdrew(), CaseClosed())
        # The desk refuses a reply to somebody for whom it is not safe (handoff.desk).
        if not talk.is_silent:
            yield WorkerReplied("A reply.")


def answers(edition: Edition, talk: Conversation) -> tuple[Event, ...]:
    """One press for each way in which an answer to the question that stands can matter."""
    step = standing(edition, talk)
    if step is None or not step.options:
        return ()
    at = place(edition, talk)
    return _presses(step, _telling(edition, f"{at.flow}.{at.step}"))


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
    staffed = f"{_tell_staff(moment)}{', after a silence' if moment.after_silence else ''}"
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
    WordsChosen: "words",
    CameBack: "comes back",
    ExitTaken: "exit",
    StopSaid: "stop",
    LanguageChanged: "language",
    WorkerJoined: "worker joins",
    WorkerReplied: "worker writes",
    WorkerLeft: "worker leaves",
    WorkerWithdrew: "worker withdraws",
    CaseClosed: "case closed",
    NobodyAnswered: "nobody comes",
}
