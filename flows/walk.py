"""Going from step to step: what is said on the way, and the question at which a talk stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from flows.answers import Answer, Given, Names, is_met
from flows.conversation import END, Conversation, FlowId, Owner, Safety
from flows.edition import Edition
from flows.effects import Ask, QueueCase, Say, ShowNumbers
from flows.events import Moment
from flows.flow import Step, Target
from flows.known import (
    STORY,
    answering,
    is_story_told,
    known_choice,
    own_way,
    queue_of,
    told_band,
    way_in,
)
from flows.turn import Turn
from flows.watching import with_answers

CARRY_ON = "carry-on"
"""The one choice of the quiet step: going on is the visitor's own decision (P15)."""

QUEUED_BY = 10
"""The question by which a talk is in the queue, whatever was answered (P11)."""


def standing(edition: Edition, talk: Conversation) -> Step | None:
    """The question that stands, or None where the talk waits. While it is not known to be safe, the
    quiet step, or the question whether it is (P15).
    """
    if talk.is_silent:
        return edition.safety if talk.safety is Safety.ASK_AGAIN else edition.quiet
    return None if talk.step == END else edition.flows[talk.flow].steps.get(talk.step)


def place(edition: Edition, talk: Conversation) -> Ask:
    """The question that stands, by flow and step; the step is END where the talk waits."""
    if talk.is_silent:
        asked = edition.safety if talk.safety is Safety.ASK_AGAIN else edition.quiet
        return Ask(edition.entry, asked.id)
    return Ask(talk.flow, talk.step)


def queue(edition: Edition, turn: Turn, why: str) -> Turn:
    """Put the talk's case into its queue, once (P2, P3, P11)."""
    if turn.talk.owner is not Owner.BOT:
        return turn
    door = FlowId(queue_of(edition, turn.talk))
    return turn.now(owner=Owner.QUEUE).then(QueueCase(door, why))


def put_question(edition: Edition, turn: Turn) -> Turn:
    """Put the question that stands again; where the talk waits, say so. Never over a worker."""
    talk = turn.talk
    if talk.is_silent:
        return turn.then(place(edition, talk))
    if talk.owner is Owner.WORKER:
        return turn
    if standing(edition, talk) is None:
        return turn.then(Say("replies.waiting"))
    return turn.then(place(edition, talk))


def enter_flow(
    edition: Edition, turn: Turn, flow: FlowId, moment: Moment, *, is_told: bool = False
) -> Turn:
    """Begin a flow, up to its first question; that for their story not where it ``is_told``."""
    return _go(edition, turn, Target(flow=flow), moment, is_told=is_told)


def enter_step(edition: Edition, turn: Turn, step: Step, moment: Moment) -> Turn:
    """Go to one step of the flow that the talk is in, and on to the next question."""
    return _go(edition, turn, Target(step.id), moment)


def say_opening(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    """What stands before the entry's first question: the limits, and who is here (P4, R56)."""
    entry = edition.flows[edition.entry]
    names = _names(edition, turn.talk, moment)
    for step in takewhile(lambda s: not s.is_question, entry.steps.values()):
        if is_met(step.only_if, names):
            turn = _say(edition, turn.now(step=step.id), step, moment)
    return turn


def proceed(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    """Leave the step that stands for what follows it, up to the next question or the end."""
    talk = turn.talk
    target = edition.machines[talk.flow].after(talk.step, _names(edition, talk, moment))
    return _go(edition, turn, target, moment)


def take_up(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    """Go on at the step that stands, unless what was heard since keeps it from being asked."""
    step = standing(edition, turn.talk)
    if step is None:
        return put_question(edition, turn)
    if not step.is_question:
        return enter_step(edition, turn, step, moment)
    if not may_ask(edition, turn.talk, step, moment):
        return proceed(edition, turn, moment)
    return put_question(edition, turn)


def _go(
    edition: Edition, turn: Turn, target: Target, moment: Moment, *, is_told: bool = False
) -> Turn:
    while True:
        if target.flow is not None:
            flow = way_in(edition, turn.talk, target.flow)
            is_told = is_told or (flow == edition.young and is_story_told(edition, turn.talk))
            turn, target = _enter(edition, turn, flow, moment)
        if target.step == END:
            return queue(edition, turn.now(step=END), "end")
        step = edition.flows[turn.talk.flow].steps[target.step]
        turn = turn.now(step=step.id)
        known = known_choice(edition, turn.talk, step)
        if not step.is_question:
            turn = _say(edition, turn, step, moment)
        elif known is not None:
            turn = _answer(turn, known, moment)
        elif not (is_told and step.intake.startswith(STORY)):
            return _stop_at(edition, turn)
        target = edition.machines[turn.talk.flow].after(step.id, _names(edition, turn.talk, moment))


def _enter(edition: Edition, turn: Turn, flow: FlowId, moment: Moment) -> tuple[Turn, Target]:
    """Where a flow begins; past the question for an age that they told before they came (R5)."""
    turn = turn.now(flow=flow, step=END)
    told = told_band(edition, turn.talk)
    own = own_way(edition.flows[flow], told) if told is not None else None
    if told is None or own is None:
        return turn, edition.machines[flow].first(_names(edition, turn.talk, moment))
    step, target = own
    return _answer(turn.now(step=step.id), told, moment), target


def _answer(turn: Turn, known: str, moment: Moment) -> Turn:
    answer = Answer(Given.CHOSEN, moment.now, (known,))
    return turn.now(answers=with_answers(turn.talk.answers, {turn.talk.key: answer}))


def may_ask(edition: Edition, talk: Conversation, step: Step, moment: Moment) -> bool:
    """Whether what a step is guarded by holds now: in danger, or with nobody here, not all may."""
    return is_met(step.only_if, _names(edition, talk, moment))


@dataclass(frozen=True, slots=True)
class _Known:
    """What guards may read: every answer's names under its key, and the circumstances of now."""

    answers: Mapping[str, Answer]
    now: Mapping[str, tuple[str, ...]]

    def get(self, key: str, default: tuple[str, ...], /) -> tuple[str, ...]:
        answer = self.answers.get(key)
        return self.now.get(key, default) if answer is None else answer.names


def _names(edition: Edition, talk: Conversation, moment: Moment) -> Names:
    staffed = moment.is_staffed(answering(edition, talk).side)
    now = {
        "staffed": ("yes" if staffed else "no",),
        "opening": ("unknown" if moment.next_staffed_at is None else "known",),
        "emergency": ("yes" if talk.urgency.is_emergency else "no",),
    }
    return _Known(talk.answers, now)


def say_aside(edition: Edition, turn: Turn, step: Step, moment: Moment) -> Turn:
    """Say one step of the flow that the talk is in, and stand where it stood."""
    return _say(edition, turn.now(step=step.id), step, moment).now(step=turn.talk.step)


def _say(edition: Edition, turn: Turn, step: Step, moment: Moment) -> Turn:
    opening = moment.next_staffed_at
    said = Say(f"{turn.talk.key}.say", {} if opening is None else {"opening": opening})
    turn = turn.then(said)
    if step.numbers:
        turn = turn.then(ShowNumbers(edition.flows[turn.talk.flow].side, step.numbers))
    return queue(edition, turn, "flow") if step.hands_over else turn


def _stop_at(edition: Edition, turn: Turn) -> Turn:
    talk = turn.talk
    counted = turn.now(asked=talk.asked + 1, path=(*talk.path, talk.key))
    if counted.talk.asked >= QUEUED_BY and counted.talk.is_case_open:
        counted = queue(edition, counted, "tenth question")
    return put_question(edition, counted)
