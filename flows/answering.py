"""What a visitor gives at a question: a choice, their own words or a skip, recorded and heeded.

Whether it is safe is settled before anything is said of danger, and before the flow goes on.
"""

from typing import Any

from flows.answers import Answer, Given
from flows.conversation import Conversation, Owner, Safety
from flows.danger import heed_age, heed_answer, heed_markers, tell_owed
from flows.edition import Edition
from flows.effects import Hear, OpenCase, Say
from flows.events import Moment, TextReceived
from flows.flow import About, Kind, Step
from flows.turn import Turn
from flows.walk import CARRY_ON, place, proceed, put_question, standing, take_up
from flows.watching import with_answers
from flows.young import is_heard_young, meet_young


def take_choices(
    edition: Edition, turn: Turn, answer: Answer, moment: Moment, *, is_late: bool = False
) -> Turn:
    """A press, or a typed text that names a choice: kept whatever it is, answered where it fits."""
    step = standing(edition, turn.talk)
    at = place(edition, turn.talk)
    opened = open_case(turn).then(Hear(answer.words, answer.values, at.flow, at.step))
    if turn.talk.safety is Safety.UNSAFE:
        return _carry_on(edition, opened, answer, moment)
    if step is None or is_late or not fits(step, answer.values):
        is_several = not is_late and _is_several(step, answer.values)
        return _keep_late(edition, opened, is_several=is_several)
    if turn.talk.owner is Owner.WORKER and not turn.talk.is_silent:
        return _answer_beside_worker(edition, opened, answer, moment)
    return take_answer(edition, opened, answer, moment)


def _answer_beside_worker(edition: Edition, turn: Turn, answer: Answer, moment: Moment) -> Turn:
    """A press that crossed with a worker's coming: the flow rests, danger and silence do not."""
    recorded = _record(edition, turn, answer, moment)
    return put_question(edition, recorded) if recorded.talk.is_silent else recorded


def fits(step: Step, values: tuple[str, ...]) -> bool:
    """Whether these values can be an answer to this step."""
    several = step.kind is Kind.ANY or len(values) == 1
    return several and set(values) <= set(step.values)


def _is_several(step: Step | None, values: tuple[str, ...]) -> bool:
    """Whether these are choices of the question that stands, but more than it takes."""
    return step is not None and len(values) > 1 and set(values) <= set(step.values)


def _keep_late(edition: Edition, turn: Turn, *, is_several: bool) -> Turn:
    """A press that does not fit the question is kept for the worker, never dropped."""
    if turn.talk.owner is Owner.WORKER or turn.talk.is_silent:
        return put_question(edition, turn)
    reply = "replies.one-only" if is_several else "replies.not-now"
    return put_question(edition, turn.then(Say(reply)))


def _carry_on(edition: Edition, turn: Turn, answer: Answer, moment: Moment) -> Turn:
    if answer.values != (CARRY_ON,):
        return put_question(edition, turn)
    return _go_on_safely(edition, turn.now(safety=Safety.SAFE), moment)


def _go_on_safely(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    """It is safe, and was not: what waited to be said, then the step that waited (P15)."""
    # Somebody may have gone back to this very question: then it has just been answered.
    waits = turn.talk.is_interrupted and turn.talk.key != edition.safety_key
    safe = turn.now(is_interrupted=False, hidden_to=0)
    if safe.talk.owner is Owner.WORKER:
        return safe.now(owed=()).then(Say("replies.worker-here"))
    told = tell_owed(edition, safe, moment)
    return take_up(edition, told, moment) if waits else proceed(edition, told, moment)


def take_text(edition: Edition, turn: Turn, event: TextReceived, moment: Moment) -> Turn:
    """Free text: heard, heeded for danger, and taken for an answer where a question stands."""
    at = place(edition, turn.talk)
    heard = open_case(turn).then(Hear(event.text, (), at.flow, at.step))
    if turn.talk.safety is Safety.UNSAFE:
        heeded = heed_unseen(edition, heard, event, moment)
        return put_question(edition, heeded.then(Say("replies.quiet-saved")))
    if turn.talk.safety is Safety.ASK_AGAIN:
        return _say_of_safety(edition, heard, event, moment)
    if turn.talk.owner is Owner.WORKER or standing(edition, turn.talk) is None:
        return heed_markers(edition, heard, event.screening, moment)
    if event.is_late and not _asks_safety(edition, turn):
        # Nobody answers a question that they have not seen: it is kept, heeded, and asked again.
        return put_question(edition, heed_markers(edition, heard, event.screening, moment))
    answer = _in_words(edition, turn.talk, event, moment)
    # Whether it is safe is settled before anything is said of danger: unsafe means silent (P15).
    recorded = _record(edition, heard, answer, moment)
    heeded = heed_markers(edition, recorded, event.screening, moment)
    if is_heard_young(edition, turn.talk, event):
        return meet_young(edition, turn.talk, heeded, event, moment)
    return _go_on(edition, heeded, moment)


def _say_of_safety(edition: Edition, turn: Turn, event: TextReceived, moment: Moment) -> Turn:
    """Words where safety is asked again: other words than *yes* are not safe."""
    heeded = heed_unseen(edition, turn, event, moment)
    if event.is_late:
        return put_question(edition, heeded)
    answer = Answer(Given.SAID, moment.now, words=event.text)
    return put_question(edition, _record(edition, heeded, answer, moment))


def heed_unseen(edition: Edition, turn: Turn, event: TextReceived, moment: Moment) -> Turn:
    """Heed words while nothing of it may show; what they lead to waits until it is safe (P3)."""
    heeded = heed_markers(edition, turn, event.screening, moment)
    once_safe = turn.talk.evolve(safety=Safety.SAFE)
    if edition.young is None or not is_heard_young(edition, once_safe, event):
        return heeded
    aged = heed_age(edition, heeded, event, moment)
    return aged.now(flow=edition.young, step=edition.flows[edition.young].first)


def _in_words(edition: Edition, talk: Conversation, event: TextReceived, moment: Moment) -> Answer:
    step = standing(edition, talk)
    if step is not None and event.choice in step.values:
        return Answer(Given.CHOSEN, moment.now, (event.choice,), event.text)
    return Answer(Given.SAID, moment.now, words=event.text)


def _asks_safety(edition: Edition, turn: Turn) -> bool:
    step = standing(edition, turn.talk)
    return step is not None and step.about is About.SAFETY


def take_answer(edition: Edition, turn: Turn, answer: Answer, moment: Moment) -> Turn:
    """Record the answer to the question that stands, heed it, and go on."""
    if turn.talk.safety is Safety.ASK_AGAIN:
        answered = _record(edition, turn, answer, moment)
        if answered.talk.is_silent:
            return put_question(edition, answered)
        return _go_on_safely(edition, answered, moment)
    if turn.talk.owner is Owner.WORKER:
        return turn
    if standing(edition, turn.talk) is None or turn.talk.is_silent:
        return put_question(edition, turn)
    return _go_on(edition, _record(edition, turn, answer, moment), moment)


def _record(edition: Edition, turn: Turn, answer: Answer, moment: Moment) -> Turn:
    """The answer to the question that stands, what it says of safety, and what it adds (P3, P5).

    Only an answer that a safety question names as safe is safe; a skip never is (P15).
    """
    talk, at = turn.talk, place(edition, turn.talk)
    step = edition.flows[at.flow].steps[at.step]
    given = {f"{at.flow}.{at.step}": answer}
    if step.in_place_of:
        # What was said first stands in the transcript; what was meant is what others go by.
        given[f"{at.flow}.{step.in_place_of}"] = answer
    known: dict[str, Any] = {"answers": with_answers(talk.answers, given)}
    if step.about is About.SAFETY:
        is_safe = not step.safe_if.isdisjoint(answer.names)
        known["safety"] = Safety.SAFE if is_safe else Safety.UNSAFE
    return heed_answer(edition, turn.now(**known), step, answer, moment)


def _go_on(edition: Edition, turn: Turn, moment: Moment) -> Turn:
    return put_question(edition, turn) if turn.talk.is_silent else proceed(edition, turn, moment)


def open_case(turn: Turn) -> Turn:
    """Open the talk's case, once: from here on it can be claimed (P11)."""
    if turn.talk.is_case_open:
        return turn
    return turn.now(is_case_open=True).then(OpenCase())
