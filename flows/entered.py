"""A contact by telephone, in person or by an agency: its answers as a worker enters them (R52).

The same questions, places and grades as a visitor meets. Nobody is spoken to: nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from flows.answering import open_case
from flows.answers import Answer
from flows.conversation import END, Conversation, FlowId, Owner, Safety
from flows.danger import heed_answer, heed_markers
from flows.edition import Edition
from flows.effects import OpenCase, QueueCase, RaiseAlarm
from flows.events import Moment
from flows.flow import About, Step
from flows.known import queue_of
from flows.screening import Screening
from flows.turn import Turn

NOT_OFFERED = frozenset({"entry", "grown-up"})
"""Flows that are no door of a caller: the way in, and what a child types for somebody else."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One answer under its key, with what screening found in the words that were typed."""

    key: str
    answer: Answer
    screening: Screening


def doors_to_enter(edition: Edition) -> tuple[FlowId, ...]:
    """The doors that a worker may enter a contact for."""
    return tuple(id for id in edition.flows if id not in NOT_OFFERED)


def questions_to_enter(edition: Edition, door: FlowId) -> tuple[tuple[str, Step], ...]:
    """The questions with their answer keys: danger first, then the door's own, each place once."""
    entry = edition.flows[edition.entry]
    of_entry = [s for s in entry.steps.values() if s.about in (About.DANGER, About.WHERE_IN_DANGER)]
    steps = [s for s in edition.flows[door].steps.values() if s.is_question and s.intake]
    of_door = {s.intake: s for s in steps if s.in_place_of == END}
    found = [(edition.entry, s) for s in of_entry if s.is_question and s.intake not in of_door]
    found += [(door, s) for s in of_door.values()]
    return tuple((f"{flow}.{step.id}", step) for flow, step in found)


def enter(edition: Edition, talk: Conversation, given: Iterable[Entered], moment: Moment) -> Turn:
    """The talk with these answers, its case open and in the queue of its door (P3, P6).

    ``talk`` is new, and its flow is the door.
    """
    # It is in the queue before danger is heeded, so that it is counted there once, by its own door.
    talk = talk.evolve(owner=Owner.QUEUE, safety=Safety.SAFE)
    turn, door = open_case(Turn(talk)), talk.flow
    for each in given:
        turn, door = _take(edition, turn, each, moment), _next_door(edition, each, door)
    turn = turn.now(flow=door, step=END)
    why = "danger" if turn.talk.urgency.is_emergency else "entered"
    queued = turn.then(QueueCase(FlowId(queue_of(edition, turn.talk)), why))
    return Turn(queued.talk, tuple(e for e in queued.effects if isinstance(e, _KEPT)))


_KEPT = (OpenCase, QueueCase, RaiseAlarm)


def _take(edition: Edition, turn: Turn, given: Entered, moment: Moment) -> Turn:
    step = edition.step_at(given.key)
    if step is None:
        return turn
    answers = MappingProxyType({**turn.talk.answers, given.key: given.answer})
    at = turn.now(answers=answers, flow=FlowId(given.key.partition(".")[0]))
    heeded = heed_answer(edition, at, step, given.answer, moment)
    return heed_markers(edition, heeded, given.screening, moment)


def _next_door(edition: Edition, given: Entered, door: FlowId) -> FlowId:
    """Where an answer leads to another flow, as an age does, the case goes there (P17, R30)."""
    step = edition.step_at(given.key)
    if step is None or step.about is not About.NOTHING:
        return door
    targets = (step.then[name].flow for name in given.answer.names if name in step.then)
    return next((flow for flow in targets if flow is not None), door)
