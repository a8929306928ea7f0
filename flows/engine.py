"""One event, one turn: ``advance`` returns the next conversation and what is to be done.

Pure: no clock, no chance, no storage, no language. Exit, stop, a person, the numbers, another
language, skip, back and another door are answered in every state, ahead of everything else.
"""

from collections.abc import Callable
from typing import Any

from flows.answering import open_case, take_answer, take_choices, take_text
from flows.answers import Answer, Given
from flows.conversation import END, Conversation, Ended, Owner, Safety
from flows.edition import Edition
from flows.effects import (
    CancelContact,
    EndSession,
    Hear,
    KeepWords,
    OpenDoor,
    Relay,
    Say,
    ShowNumbers,
)
from flows.events import (
    DID,
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
from flows.flow import About, Side
from flows.known import answering
from flows.silence import come_back, interrupt, keep_unanswered
from flows.turn import Turn
from flows.walk import (
    enter_flow,
    enter_step,
    put_question,
    queue,
    say_opening,
    standing,
    take_up,
)


def begin(edition: Edition, talk: Conversation, moment: Moment) -> Turn:
    """A new talk up to its first question. ``talk`` is what the shell knows of it so far."""
    return enter_flow(edition, Turn(talk), edition.entry, moment)


def begin_at_door(edition: Edition, talk: Conversation, moment: Moment) -> Turn:
    """A talk that another door opens (P6): the limits again, then danger, then the door's own flow.

    Whoever changes door has said before that it is safe; nothing else crosses but the language.
    """
    entry = edition.flows[edition.entry]
    told = say_opening(edition, Turn(talk.evolve(safety=Safety.SAFE)), moment)
    danger = next(s for s in entry.steps.values() if s.about is About.DANGER)
    return enter_step(edition, told, danger, moment)


def advance(edition: Edition, conversation: Conversation, event: Event, moment: Moment) -> Turn:
    """The next conversation and its effects. Any event is answered in any state (P7, P9)."""
    turn = Turn(conversation)
    if conversation.ended is not None or conversation.is_entered:
        owner = _OWNERS.get(type(event))
        return turn if owner is None else turn.now(owner=owner)
    if isinstance(event, ChoicesMade) and not event.values:
        event = Skipped()
    if (did := DID.get(type(event))) is not None:
        turn = turn.then(Hear(did=did))
    if moment.after_silence and conversation.safety is Safety.SAFE and type(event) not in _AS_EVER:
        return _ask_again(edition, turn, event, moment)
    return _ANSWERS[type(event)](edition, turn, event, moment)


def _ask_again(edition: Edition, turn: Turn, event: Event, moment: Moment) -> Turn:
    """After a silence safety is asked first of all, and nothing is taken for an answer (P15)."""
    if isinstance(event, TextReceived | ChoiceMade | ChoicesMade | Skipped):
        return keep_unanswered(edition, turn, event, moment)
    return _ANSWERS[type(event)](edition, interrupt(turn), event, moment)


def _exit(edition: Edition, turn: Turn, event: ExitTaken, moment: Moment) -> Turn:
    return turn.now(ended=Ended.EXIT).then(EndSession(Ended.EXIT))


def _stop(edition: Edition, turn: Turn, event: StopSaid, moment: Moment) -> Turn:
    cancelled = turn.then(CancelContact())
    said = cancelled if turn.talk.is_silent else cancelled.then(Say("replies.stopped"))
    return said.then(EndSession(Ended.STOP)).now(ended=Ended.STOP)


def _person(edition: Edition, turn: Turn, event: PersonWanted, moment: Moment) -> Turn:
    opened = open_case(turn)
    if opened.talk.owner is Owner.WORKER:
        return put_question(edition, opened)
    queued = queue(edition, opened, "person")
    if queued.talk.is_silent:
        return put_question(edition, queued)
    return put_question(edition, queued.then(*_person_reply(edition, queued, moment)))


def _person_reply(edition: Edition, turn: Turn, moment: Moment) -> tuple[Say, ...]:
    """The truth at this moment (P2): who is here, when somebody will be, how many are before."""
    if moment.is_staffed(answering(edition, turn.talk).side):
        if not moment.ahead:
            return (Say("replies.person-wanted"),)
        return Say("replies.person-wanted-behind"), Say("replies.ahead", {"count": moment.ahead})
    if moment.next_staffed_at is None:
        return (Say("replies.person-wanted-nobody-here-unknown"),)
    return (Say("replies.person-wanted-nobody-here", {"opening": moment.next_staffed_at}),)


def _numbers(edition: Edition, turn: Turn, event: NumbersWanted, moment: Moment) -> Turn:
    side = edition.flows[turn.talk.flow].side
    return put_question(edition, turn.then(Say("replies.numbers"), ShowNumbers(side)))


def _limits(edition: Edition, turn: Turn, event: LimitsWanted, moment: Moment) -> Turn:
    if turn.talk.is_silent:
        return put_question(edition, turn)
    return put_question(edition, turn.then(Say("replies.limits-longer")))


def _words(edition: Edition, turn: Turn, event: WordsChosen, moment: Moment) -> Turn:
    if turn.talk.safety is not Safety.SAFE or not turn.talk.is_case_open:
        return put_question(edition, turn)
    return put_question(edition, turn.then(KeepWords(), Say("replies.word-kept")))


def _language(edition: Edition, turn: Turn, event: LanguageChanged, moment: Moment) -> Turn:
    if event.language not in edition.languages:
        return put_question(edition, turn)
    return put_question(edition, turn.now(language=event.language))


def _door(edition: Edition, turn: Turn, event: DoorChanged, moment: Moment) -> Turn:
    talk = turn.talk
    if event.flow not in edition.doors or event.flow == talk.flow or talk.is_silent:
        return put_question(edition, turn)
    step = standing(edition, talk)
    if step is not None and step.about is About.SAFETY:
        # Another door would take it for safe (P15). The wish is kept until that has been answered.
        return put_question(edition, turn.now(door=event.flow))
    ended = turn.now(ended=Ended.DOOR)
    return ended.then(EndSession(Ended.DOOR), OpenDoor(event.flow))


def _back(edition: Edition, turn: Turn, event: WentBack, moment: Moment) -> Turn:
    talk = turn.talk
    if talk.is_silent or talk.owner is Owner.WORKER or not talk.path:
        return put_question(edition, turn)
    # The last of the path is the question that stands; the one before it is asked again. Answers
    # stay as they were, and so does the urgency (P3).
    path = talk.path if talk.step == END else talk.path[:-1]
    if not path:
        return put_question(edition, turn)
    flow, _, step = path[-1].partition(".")
    if flow != talk.flow and edition.flows[talk.flow].side is not Side.SHARED:
        # Out of a door leads only another door, in another talk: no answer crosses the wall (P6).
        return put_question(edition, turn)
    return put_question(edition, turn.now(flow=flow, step=step, path=path))


def _skip(edition: Edition, turn: Turn, event: Skipped, moment: Moment) -> Turn:
    return take_answer(edition, open_case(turn), Answer(Given.SKIPPED, moment.now), moment)


def _choose(edition: Edition, turn: Turn, event: ChoiceMade, moment: Moment) -> Turn:
    answer = Answer(Given.CHOSEN, moment.now, (event.value,), event.words)
    return take_choices(edition, turn, answer, moment, is_late=event.is_late)


def _choose_any(edition: Edition, turn: Turn, event: ChoicesMade, moment: Moment) -> Turn:
    answer = Answer(Given.CHOSEN, moment.now, event.values, event.words)
    return take_choices(edition, turn, answer, moment, is_late=event.is_late)


def _joined(edition: Edition, turn: Turn, event: WorkerJoined, moment: Moment) -> Turn:
    held = turn.now(owner=Owner.WORKER)
    return held if held.talk.is_silent else held.then(Say("replies.worker-here"))


def _replied(edition: Edition, turn: Turn, event: WorkerReplied, moment: Moment) -> Turn:
    return turn.then(Relay(event.text))


def _left(edition: Edition, turn: Turn, event: WorkerLeft, moment: Moment) -> Turn:
    queued = turn.now(owner=Owner.QUEUE)
    if queued.talk.is_silent:
        return queued
    told = queued.then(Say("replies.worker-left"))
    # The flow goes on where it was, unless danger came since: then not every question may stand.
    return told if standing(edition, told.talk) is None else take_up(edition, told, moment)


def _withdrew(edition: Edition, turn: Turn, event: WorkerWithdrew, moment: Moment) -> Turn:
    queued = turn.now(owner=Owner.QUEUE)
    # No question of before may take what they write next for its answer: it waits for a person.
    return queued.now(step=END) if queued.talk.safety is Safety.SAFE else queued


def _nobody(edition: Edition, turn: Turn, event: NobodyAnswered, moment: Moment) -> Turn:
    """The truth, to whoever is known to be able to read it (P2, P10, P15)."""
    talk = turn.talk
    if talk.safety is not Safety.SAFE or moment.after_silence:
        return turn
    if talk.owner is not Owner.WORKER and not talk.urgency.is_emergency:
        # The desk alone knows of the second word, and by nothing may it show on the page (P16).
        return turn
    return put_question(edition, turn.then(Say("replies.no-answer-yet")))


def _closed(edition: Edition, turn: Turn, event: CaseClosed, moment: Moment) -> Turn:
    closed = turn.now(owner=Owner.CLOSED, ended=Ended.CLOSED)
    said = closed if closed.talk.is_silent else closed.then(Say("replies.closed"))
    if closed.talk.safety is Safety.SAFE:
        # After this nothing can be asked for any more (P10).
        said = said.then(ShowNumbers(edition.flows[turn.talk.flow].side, ("danger",)))
    return said.then(EndSession(Ended.CLOSED))


_AS_EVER = frozenset(
    {
        *(ExitTaken, StopSaid, CameBack, NobodyAnswered),
        *(WorkerJoined, WorkerReplied, WorkerLeft, WorkerWithdrew, CaseClosed),
    }
)
"""What a silence changes nothing of: leaving, what asks itself, and what the desk does."""

_OWNERS: dict[type, Owner] = {
    WorkerJoined: Owner.WORKER,
    WorkerLeft: Owner.QUEUE,
    WorkerWithdrew: Owner.QUEUE,
    CaseClosed: Owner.CLOSED,
}
"""What staff events mean for a talk with nobody there: nothing is said (P1, R52)."""

_ANSWERS: dict[type, Callable[[Edition, Turn, Any, Moment], Turn]] = {
    ExitTaken: _exit,
    StopSaid: _stop,
    PersonWanted: _person,
    NumbersWanted: _numbers,
    LimitsWanted: _limits,
    WordsChosen: _words,
    CameBack: come_back,
    LanguageChanged: _language,
    DoorChanged: _door,
    WentBack: _back,
    Skipped: _skip,
    ChoiceMade: _choose,
    ChoicesMade: _choose_any,
    TextReceived: take_text,
    WorkerJoined: _joined,
    WorkerReplied: _replied,
    WorkerLeft: _left,
    WorkerWithdrew: _withdrew,
    CaseClosed: _closed,
    NobodyAnswered: _nobody,
}
