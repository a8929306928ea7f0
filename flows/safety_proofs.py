"""What must hold of every turn after a silence, and of coming back with a word: P3, P15, P16.

Each rule looks at one move, as those of ``flows.turn_proofs`` do.
"""

from collections.abc import Callable, Iterator

from flows.conversation import Owner, Safety
from flows.effects import Ask, RaiseAlarm, ShowNumbers
from flows.events import CameBack, ExitTaken, StopSaid, TextReceived
from flows.explored import Explored, Move
from flows.turn_proofs import has, is_after_silence, visible


def prove_asked_again(explored: Explored, move: Move) -> Iterator[str]:
    """P15: after a silence whether it is safe is asked, and nothing is said before it is answered.

    Leaving is as ever, and numbers that are asked for are shown.
    """
    if not is_after_silence(move) or isinstance(move.event, ExitTaken | StopSaid):
        return
    edition, talk = explored.edition, move.turn.talk
    if talk.safety is not Safety.ASK_AGAIN:
        yield "a silence is ignored: safety is not asked again"
    if Ask(edition.entry, edition.safety.id) not in move.turn.effects:
        yield "after a silence the safety question is not put"
    if (move.before.flow, move.before.step) == (talk.flow, talk.step) or _is_heard_young(move):
        return
    yield "what came after a silence is taken for an answer"


def _is_heard_young(move: Move) -> bool:
    return isinstance(move.event, TextReceived) and move.event.age is not None


def prove_both_words_alike(explored: Explored, move: Move) -> Iterator[str]:
    """P16: whoever comes back sees the safety question and nothing by which to tell their words."""
    before, after = move.before, move.turn.talk
    if not isinstance(move.event, CameBack) or before.ended is not None:
        return
    edition = explored.edition
    if visible(move) != [Ask(edition.entry, edition.safety.id)]:
        yield "whoever comes back sees more than the safety question"
    if (after.key, after.owner, after.urgency) != (before.key, before.owner, before.urgency):
        yield "coming back changes what the talk shows later"
    if move.event.by_other and not has(move, RaiseAlarm):
        yield "the word of somebody who is made to write raises no alarm"


def prove_owed(explored: Explored, move: Move) -> Iterator[str]:
    """P3: danger that could not be answered unseen is answered as soon as it is safe."""
    owed, talk = move.before.owed, move.turn.talk
    if not owed or talk.safety is not Safety.SAFE or talk.ended is not None:
        return
    if talk.owner is not Owner.WORKER and not has(move, ShowNumbers):
        yield "danger that was heard while it was quiet is never answered"
    if talk.owed:
        yield "what was owed is told and still owed"


SAFETY_PROOFS: tuple[tuple[str, Callable[[Explored, Move], Iterator[str]]], ...] = (
    ("P15", prove_asked_again),
    ("P3", prove_owed),
    ("P16", prove_both_words_alike),
)
