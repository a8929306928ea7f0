"""What must hold of every single turn from every reachable state: P1, P2, P3, P5, P10, P11.

Each rule looks at one move and says what is broken, or nothing. It reads no text, only keys.
"""

from collections.abc import Callable, Iterator, Mapping

from flows.conversation import END, Conversation, Ended, Owner, Safety
from flows.edition import Edition
from flows.effects import (
    Ask,
    CancelContact,
    Effect,
    EndSession,
    OpenDoor,
    QueueCase,
    RaiseAlarm,
    Relay,
    Say,
    ShowNumbers,
)
from flows.events import (
    ChoiceMade,
    ChoicesMade,
    ExitTaken,
    Moment,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    TextReceived,
)
from flows.explored import Explored, Move
from flows.flow import About, Side, Step
from flows.known import answering
from flows.screening import Level
from flows.urgency import Imminence
from flows.walk import QUEUED_BY, standing

VISIBLE = (Say, Ask, ShowNumbers, Relay)
QUIET_SAYS = frozenset({"replies.quiet-saved", "replies.numbers", "replies.stopped"})
"""All that is ever said on a quiet page, each only in answer to what the visitor did."""

TRUE_WHEN: Mapping[str, Callable[[Moment, Side], bool]] = {
    "replies.person-wanted": lambda now, side: now.is_staffed(side) and not now.ahead,
    "replies.person-wanted-behind": lambda now, side: now.is_staffed(side) and bool(now.ahead),
    "replies.ahead": lambda now, side: now.is_staffed(side) and bool(now.ahead),
    "replies.person-wanted-nobody-here": lambda now, side: not now.is_staffed(side),
    "replies.person-wanted-nobody-here-unknown": lambda now, side: (
        not now.is_staffed(side) and now.next_staffed_at is None
    ),
    "replies.danger-heard": lambda now, side: now.is_staffed(side),
    "replies.danger-heard-nobody-here": lambda now, side: not now.is_staffed(side),
}
"""When each reply that speaks of who is here is true, by the side whose people will answer (P2)."""


def prove_exit(explored: Explored, move: Move) -> Iterator[str]:
    """P1: exit at once, without a question, nothing after it; stop also ends every contact."""
    if move.before.ended is not None:
        if move.turn.effects:
            yield "something follows after the visitor has left"
    elif isinstance(move.event, ExitTaken):
        ends = EndSession(Ended.EXIT) in move.turn.effects
        if move.turn.talk.ended is not Ended.EXIT or not ends:
            yield "exit does not end the talk at once"
        if visible(move):
            yield "exit is answered with more than going"
        if any(isinstance(effect, CancelContact) for effect in move.turn.effects):
            yield "exit takes back a contact that was agreed"
    elif isinstance(move.event, StopSaid):
        ends = {type(effect) for effect in move.turn.effects} >= {CancelContact, EndSession}
        if not ends or move.turn.talk.ended is not Ended.STOP:
            yield "stop does not end everything"


def prove_truth(explored: Explored, move: Move) -> Iterator[str]:
    """P2: every word about who is here, when, and of a reference is true as it is said."""
    edition, now = explored.edition, move.moment
    # Where the event was taken: what is said at once is said before the talk goes on from there.
    talk = move.turn.talk if move.event is None else move.before
    side = answering(edition, talk).side
    for say in _says(move):
        if not _is_true(edition, say, now, talk):
            yield f"{say.key} is said when it is not true"
        if say.parameters.get("count", now.ahead) != now.ahead:
            yield f"{say.key} counts others than those who wait before"
        if "{opening}" in edition.english.get(say.key, "") and (
            say.parameters.get("opening") != now.next_staffed_at or now.next_staffed_at is None
        ):
            yield f"{say.key} tells an opening that is not known"
        if "{reference}" in edition.english.get(say.key, "") and (not move.turn.talk.is_case_open):
            yield f"{say.key} tells a reference before there is a case"
    is_empty = move.event is None and not now.is_staffed(side)
    if is_empty and not _tells_nobody_is_here(explored, move):
        yield "nobody is here, and it is not said before the first question"


def prove_person(explored: Explored, move: Move) -> Iterator[str]:
    """P2: whoever asks for a person is in the queue in that turn, and is told so."""
    if not isinstance(move.event, PersonWanted) or move.before.ended is not None:
        return
    talk = move.turn.talk
    if talk.owner not in (Owner.QUEUE, Owner.WORKER) or not talk.is_case_open:
        yield "asking for a person does not reach the queue in the same turn"
    elif move.before.owner is Owner.BOT and not has(move, QueueCase):
        yield "asking for a person changes the owner and queues nothing"
    elif talk.owner is Owner.QUEUE and not talk.is_silent and not _says_of_person(move):
        yield "asking for a person gets no answer"


def prove_danger(explored: Explored, move: Move) -> Iterator[str]:
    """P3: danger escalates in its own turn, nothing lowers it, and nothing shows while unsafe."""
    before, after = move.before.urgency.reasons, move.turn.talk.urgency.reasons
    if after[: len(before)] != before:
        yield "a reason for urgency was removed"
    if _is_alarming(explored.edition, move):
        talk = move.turn.talk
        if not talk.urgency.is_emergency or not has(move, RaiseAlarm):
            yield "an emergency raises no alarm in its own turn"
        was_bot = move.before.owner is Owner.BOT
        if talk.owner is Owner.BOT or (was_bot and not has(move, QueueCase)):
            yield "an emergency is not queued in its own turn"
    if move.turn.talk.is_silent:
        for effect in visible(move):
            if not _may_show_in_silence(explored.edition, move, effect):
                yield f"{_name(effect)} shows while it is unsafe"
    if has(move, OpenDoor) and move.before.safety is not Safety.SAFE:
        yield "another door opens before anybody has said that it is safe"


def prove_skip(explored: Explored, move: Move) -> Iterator[str]:
    """P5: every question can be skipped; a skipped safety question counts as unsafe."""
    step = _asked(explored.edition, move)
    if not isinstance(move.event, Skipped) or step is None or move.before.owner is Owner.WORKER:
        return
    if is_after_silence(move):
        return  # Kept, and not taken: the question comes again once it is safe.
    talk = move.turn.talk
    if step.about is About.SAFETY:
        if not talk.is_silent:
            yield "a skipped safety question counts as safe"
    elif (talk.flow, talk.step) == (move.before.flow, move.before.step):
        yield "a skipped question is asked again"


def prove_numbers(explored: Explored, move: Move) -> Iterator[str]:
    """P10: the emergency numbers are one turn away everywhere, and never unasked while unsafe."""
    shown = has(move, ShowNumbers)
    if isinstance(move.event, NumbersWanted):
        if move.before.ended is None and not shown:
            yield "the numbers are asked for and not shown"
    elif shown and move.turn.talk.safety is not Safety.SAFE:
        yield "numbers show unasked before anybody has said that it is safe"


def prove_queue(explored: Explored, move: Move) -> Iterator[str]:
    """P11: claimable from the first answer, queued by the tenth question, the intake goes on."""
    talk, before = move.turn.talk, move.before
    if before.ended is not None or talk.ended is not None or not move.is_answer:
        return
    if not talk.is_case_open:
        yield "an answer opens no case"
    if talk.owner is Owner.BOT and talk.asked >= QUEUED_BY:
        yield f"question {QUEUED_BY} is asked and the case is not queued"
    if talk.owner is Owner.BOT and talk.step == END:
        yield "the flow ends and the case is not queued"
    if before.owner is not Owner.WORKER and before.step != END and not visible(move):
        yield "an answer is met with silence"


TURN_PROOFS: tuple[tuple[str, Callable[[Explored, Move], Iterator[str]]], ...] = (
    ("P1", prove_exit),
    ("P2", prove_truth),
    ("P2", prove_person),
    ("P3", prove_danger),
    ("P5", prove_skip),
    ("P10", prove_numbers),
    ("P11", prove_queue),
)


def is_after_silence(move: Move) -> bool:
    """Whether somebody for whom it was safe does something after a long silence."""
    before = move.before
    return move.moment.after_silence and before.safety is Safety.SAFE and before.ended is None


def visible(move: Move) -> list[Effect]:
    """What a turn puts on the page."""
    return [effect for effect in move.turn.effects if isinstance(effect, VISIBLE)]


def _says(move: Move) -> Iterator[Say]:
    return (effect for effect in move.turn.effects if isinstance(effect, Say))


def _is_true(edition: Edition, say: Say, now: Moment, talk: Conversation) -> bool:
    """Whether what is said of who is here is so: a reply by the talk's side, a step by its own."""
    side = answering(edition, talk).side
    if say.key in TRUE_WHEN:
        return TRUE_WHEN[say.key](now, side)
    step, flow = edition.step_at(say.key), edition.flow_of(say.key)
    if step is None or flow is None or "staffed" not in step.only_if:
        return True
    of_whom = side if flow.id == edition.entry else flow.side
    return ("yes" if now.is_staffed(of_whom) else "no") in step.only_if["staffed"]


def has(move: Move, kind: type) -> bool:
    """Whether a turn asks for such an effect."""
    return any(isinstance(effect, kind) for effect in move.turn.effects)


def _says_of_person(move: Move) -> bool:
    return any(say.key.startswith("replies.person-wanted") for say in _says(move))


def _tells_nobody_is_here(explored: Explored, move: Move) -> bool:
    for effect in move.turn.effects:
        if isinstance(effect, Ask):
            return False
        if isinstance(effect, Say):
            step = explored.edition.step_at(effect.key)
            if step is not None and step.only_if.get("staffed") == frozenset({"no"}):
                return True
    return False


def _asked(edition: Edition, move: Move) -> Step | None:
    """The question that was answered; None on a quiet page, which asks nothing."""
    if move.before.ended is not None or move.before.safety is Safety.UNSAFE:
        return None
    return standing(edition, move.before)


def _is_alarming(edition: Edition, move: Move) -> bool:
    if move.before.ended is not None:
        return False
    if isinstance(move.event, TextReceived):
        return move.event.screening.level is Level.EMERGENCY
    step = _asked(edition, move)
    if step is None or not isinstance(move.event, ChoiceMade | ChoicesMade):
        return False
    values = (move.event.value,) if isinstance(move.event, ChoiceMade) else move.event.values
    grades = [step.urgency[value] for value in values if value in step.urgency]
    return any(grade.imminence is Imminence.NOW for grade in grades)


def _may_show_in_silence(edition: Edition, move: Move, effect: Effect) -> bool:
    if isinstance(effect, Ask):
        asked = move.turn.talk.safety is Safety.ASK_AGAIN
        return effect == Ask(edition.entry, (edition.safety if asked else edition.quiet).id)
    if isinstance(effect, ShowNumbers):
        return isinstance(move.event, NumbersWanted)
    return isinstance(effect, Say) and effect.key in QUIET_SAYS


def _name(effect: Effect) -> str:
    return effect.key if isinstance(effect, Say) else type(effect).__name__
