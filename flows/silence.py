"""Somebody does something after a long silence: whether it is safe is asked first of all (P15).

What was done is kept and heeded, and answers nothing: the question that stood was put long ago. It
is put again once it is safe (``flows.answering``).
"""

from flows.answering import fits, heed_unseen, open_case
from flows.answers import Answer, Given
from flows.conversation import Safety
from flows.danger import heed_answer, made_to_write
from flows.edition import Edition
from flows.effects import Hear, RaiseAlarm
from flows.events import CameBack, ChoiceMade, ChoicesMade, Moment, Skipped, TextReceived
from flows.turn import Turn
from flows.walk import place, put_question, standing

Answering = TextReceived | ChoiceMade | ChoicesMade | Skipped


def interrupt(turn: Turn) -> Turn:
    """The same talk, quiet until it is known again to be safe; its step waits."""
    asked = turn.now(safety=Safety.ASK_AGAIN, hidden_to=turn.talk.last_seq)
    return asked.now(is_interrupted=True)


def keep_unanswered(edition: Edition, turn: Turn, event: Answering, moment: Moment) -> Turn:
    """Keep an answer without taking it for one, heed what it says of danger, and ask (P3, P11)."""
    opened = open_case(turn)
    match event:
        case TextReceived(text):
            heard = interrupt(_hear(edition, opened, text, ()))
            return put_question(edition, heed_unseen(edition, heard, event, moment))
        case ChoiceMade(value, words):
            return _keep_press(edition, opened, (value,), words, moment)
        case ChoicesMade(values, words):
            return _keep_press(edition, opened, values, words, moment)
    return put_question(edition, interrupt(opened))


def _keep_press(
    edition: Edition, turn: Turn, values: tuple[str, ...], words: str, moment: Moment
) -> Turn:
    step = standing(edition, turn.talk)
    heard = interrupt(_hear(edition, turn, words, values))
    if step is None or not fits(step, values):
        return put_question(edition, heard)
    # It is no answer, but what it says of danger was said: the desk hears of it at once.
    pressed = Answer(Given.CHOSEN, moment.now, values, words)
    return put_question(edition, heed_answer(edition, heard, step, pressed, moment))


def _hear(edition: Edition, turn: Turn, words: str, values: tuple[str, ...]) -> Turn:
    at = place(edition, turn.talk)
    return turn.then(Hear(words, values, at.flow, at.step))


def come_back(edition: Edition, turn: Turn, event: CameBack, moment: Moment) -> Turn:
    """With a word: whether it is safe comes first, and both words look the same from here (P16)."""
    if turn.talk.safety in (Safety.SAFE, Safety.NOT_ASKED):
        turn = interrupt(turn)
    else:
        turn = turn.now(safety=Safety.ASK_AGAIN, hidden_to=turn.talk.last_seq)
    if event.by_other:
        reason = made_to_write(moment.now)
        turn = turn.now(other_word_at=moment.now).then(RaiseAlarm((reason,)))
    return put_question(edition, turn)
