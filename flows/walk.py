"""Going from step to step: what is said on the way, and the question at which a talk stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from flows.answers import Answer, Given, Names, is_met
from flows.conversation import END, Conversation, FlowId, Owner, Safety
from flows.edition import Edition
from flows.effects import Ask, QueueCase, Say, ShowNumbers
from flows.events import Moment
from flows.flow import About, Step, Target
from flows.turn import Turn

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
    door = edition.flows[turn.talk.flow].queue
    return turn.now(owner=Owner.QUEUE).then(QueueCase(FlowId(door), why))


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


def enter_flow(edition: Edition, turn: Turn, flow: FlowId, moment: Moment) -> Turn:
    """Begin a flow, up to its first question."""
    return _go(edition, turn, Target(flow=flow), moment)


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


def _go(edition: Edition, turn: Turn, target: Target, moment: Moment) -> Turn:
    while True:
        if target.flow is not None:
            turn = turn.now(flow=target.flow, step=END)
            target = edition.machines[target.flow].first(_names(edition, turn.talk, moment))
        if target.step == END:
            return queue(edition, turn.now(step=END), "end")
        step = edition.flows[turn.talk.flow].steps[target.step]
        turn = turn.now(step=step.id)
        known = _known_door(turn.talk, step)
        if not step.is_question:
            turn = _say(edition, turn, step, moment)
        elif known is None:
            return _stop_at(edition, turn)
        else:
            answer = Answer(Given.CHOSEN, moment.now, (known,))
            turn = turn.now(answers={**turn.talk.answers, turn.talk.key: answer})
        target = edition.machines[turn.talk.flow].after(step.id, _names(edition, turn.talk, moment))


def _known_door(talk: Conversation, step: Step) -> str | None:
    """The choice that leads to the door by which the visitor came, where that is known already."""
    if step.about is not About.DOOR or not talk.door:
        return None
    return next((value for value, to in step.then.items() if to.flow == talk.door), None)


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
    staffed = moment.is_staffed(edition.flows[talk.flow].side)
    now = {
        "staffed": ("yes" if staffed else "no",),
        "opening": ("unknown" if moment.next_staffed_at is None else "known",),
        "emergency": ("yes" if talk.urgency.is_emergency else "no",),
    }
    return _Known(talk.answers, now)


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
