"""What an answer came to before, kept with its edition, so that the engine need not find it again.

The engine decides, once: what it read of the answers meanwhile is watched, and where all of that is
the same, so is what follows. Only answers that fit a question are kept, and nobody's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows import engine
from flows.answers import Answer, Given
from flows.conversation import Conversation, Owner, Safety
from flows.edition import Edition
from flows.effects import Ask, Effect, Hear, OpenCase, QueueCase, Say, ShowNumbers
from flows.events import ChoiceMade, ChoicesMade, Event, Moment
from flows.turn import Turn
from flows.walk import QUEUED_BY
from flows.watching import Read, Watched, told

KEPT = 8192
"""Outcomes kept with each edition; the oldest goes first."""

_EFFECTS = (Hear, Ask, Say, ShowNumbers, OpenCase, QueueCase)
"""Effects of which all talks may have the same, where they carry no time and nobody's words."""

_SET = ("flow", "step", "safety", "owner", "is_case_open")
"""What an answer may set in a talk, beside the answers, the path and the questions counted."""

_AS_EVER = (*_SET, "asked", "path", "answers")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows an answer: what it sets, the questions put, what was answered, the effects."""

    sets: Mapping[str, Any]
    put: tuple[str, ...]
    answered: Mapping[str, tuple[Given, tuple[str, ...]]]
    effects: tuple[Effect, ...]

    def of(self, talk: Conversation, moment: Moment) -> Turn:
        """The same for this talk, now."""
        given = {key: Answer(how, moment.now, what) for key, (how, what) in self.answered.items()}
        changed = talk.evolve(
            **self.sets,
            asked=talk.asked + len(self.put),
            path=(*talk.path, *self.put),
            answers={**talk.answers, **given},
        )
        return Turn(changed, self.effects)


def advance(edition: Edition, talk: Conversation, event: Event, moment: Moment) -> Turn:
    """As ``flows.engine.advance``, from memory where the same has been decided before."""
    values = _values(talk, event, moment)
    if values is None:
        return engine.advance(edition, talk, event, moment)
    place = _place(talk, values, moment)
    known = edition.memory
    for keys in known.get(place, ()):
        read = tuple([told(talk.answers.get(key)) for key in keys])
        if (outcome := known.get((place, keys, read))) is not None:
            found: Outcome = outcome
            return found.of(talk, moment)
    return _decide(edition, talk, event, moment, place)


def _values(talk: Conversation, event: Event, moment: Moment) -> tuple[str, ...] | None:
    """The values of an answer that may be remembered; None for all else."""
    if talk.safety not in (Safety.SAFE, Safety.NOT_ASKED) or moment.after_silence:
        return None
    if talk.owner is Owner.WORKER or talk.ended is not None or talk.owed or talk.is_interrupted:
        return None
    if isinstance(event, ChoiceMade) and not (event.words or event.is_late):
        return (event.value,)
    if isinstance(event, ChoicesMade) and not (event.words or event.is_late):
        return event.values
    return None


def _place(talk: Conversation, values: tuple[str, ...], moment: Moment) -> tuple[object, ...]:
    """All that may matter but for the answers. Members of enumerations are slow to look up."""
    return (
        talk.flow,
        talk.step,
        values,
        talk.safety is Safety.SAFE,
        talk.owner is Owner.BOT,
        talk.is_case_open,
        talk.door,
        talk.urgency.is_emergency,
        min(talk.asked, QUEUED_BY),
        moment.staffed,
        moment.staffed_apart,
        moment.next_staffed_at is None,
    )


def _decide(
    edition: Edition, talk: Conversation, event: Event, moment: Moment, place: tuple[object, ...]
) -> Turn:
    watched = Watched(talk.answers, {})
    turn = engine.advance(edition, talk.evolve(answers=watched), event, moment)
    made = turn.talk.answers
    added = made.added if isinstance(made, Watched) else {}
    turn = turn.now(answers={**talk.answers, **added} if added else talk.answers)
    outcome = _outcome(talk, turn, added)
    if outcome is not None and not any(_is_urgent(edition, *each) for each in added.items()):
        _keep(edition.memory, place, watched.read, outcome)
    return turn


def _outcome(talk: Conversation, turn: Turn, added: Mapping[str, Answer]) -> Outcome | None:
    """What to remember of a turn; None where it is not the same for all who stand there."""
    after, put = turn.talk, turn.talk.path[len(talk.path) :]
    is_all = after == talk.evolve(**{name: getattr(after, name) for name in _AS_EVER})
    has_grown = after.path == (*talk.path, *put) and after.asked == talk.asked + len(put)
    is_plain = all(
        isinstance(effect, _EFFECTS) and not getattr(effect, "parameters", None)
        for effect in turn.effects
    )
    if not (added and is_all and has_grown and is_plain):
        return None
    sets = {n: getattr(after, n) for n in _SET if getattr(after, n) != getattr(talk, n)}
    answered = {key: (answer.given, answer.values) for key, answer in added.items()}
    return Outcome(sets, put, answered, turn.effects)


def _is_urgent(edition: Edition, key: str, answer: Answer) -> bool:
    """Whether an answer is a reason for the urgency, which is each talk's own."""
    step = edition.step_at(key)
    return step is None or not step.urgency.keys().isdisjoint(answer.names)


def _keep(
    known: dict[Any, Any], place: tuple[object, ...], read: Mapping[str, Read], outcome: Outcome
) -> None:
    keys = tuple(read)
    ways = known.get(place, ())
    if keys not in ways:
        known[place] = (*ways, keys)
    known[place, keys, tuple(read.values())] = outcome
    while len(known) > KEPT:
        del known[next(iter(known))]
