"""The stored transcript played again through the pure engine: the state must be what it says (I8).

Every turn's lines must be those of an event that a client sent; no other way explains a talk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.webchat.frames import read_event
from bot.inbound import Typed
from bot.trouble import take_in_trouble
from bot.understanding import Understanding
from bot.words import WordsGiven
from flows.conversation import Conversation, ConversationId
from flows.edition import Edition
from flows.effects import Ask, Hear, Relay, Say, ShowNumbers
from flows.engine import advance, begin, begin_at_door
from flows.events import (
    CaseClosed,
    Event,
    Moment,
    TextReceived,
    WordsChosen,
    WorkerJoined,
    WorkerLeft,
    WorkerReplied,
)
from flows.turn import Turn
from handoff.transcript import Speaker
from locales.lookup import Catalogues
from locales.words import Synonyms
from tests.faults.history import Frame
from tests.faults.stored import Stored, Told
from tests.faults.warm import harbour
from tests.house import NOW, screener
from tests.kept import kept_edition

_BY_DESK: Mapping[str, Event] = {
    "replies.worker-here": WorkerJoined(),
    "replies.worker-left": WorkerLeft(),
    "replies.closed": CaseClosed(),
}
_BY_FACT: Mapping[str, Event] = {
    "case-claimed": WorkerJoined(),
    "case-given-back": WorkerLeft(),
    "case-closed": CaseClosed(),
}
_STATE = (
    *("flow", "step", "owner", "safety", "answers", "path", "asked", "urgency"),
    *("is_case_open", "ended", "language", "edition"),
)
_made: list[Understanding] = []


def understanding() -> Understanding:
    """One for all rounds."""
    if not _made:
        _made.append(Understanding(Synonyms(Catalogues.load())))
    return _made[0]


@dataclass(frozen=True, slots=True)
class Reached:
    """A talk as it may have stood before the line at ``at``, after so many turns."""

    talk: Conversation
    at: int = 0
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Fold:
    """One talk's lines, and what the clients sent under which key."""

    stored: Stored
    talk: Conversation
    sent: Mapping[bytes, Frame]
    edition: Edition

    def breaks(self, renewals: int = 0) -> Iterator[str]:
        """Why the stored state is not what its own lines make; nothing when it is.

        ``renewals`` bounds how many commits may have left no line at all.
        """
        lines = self.stored.lines[self.talk.id]
        if not lines:
            yield "has no lines at all"
            return
        states = self._opening(lines)
        if not states:
            yield "does not begin as its edition does"
            return
        moves = self._moves()
        while (at := min(state.at for state in states)) < len(lines):
            is_move = lines[at].line.key in _BY_DESK and lines[at].line.speaker is Speaker.BOT
            moves = moves[1:] if is_move else moves
            states = self._go_on(states, lines, at)
            if not states:
                yield f"no accepted input explains line {lines[at].seq}"
                return
        yield from self._compare([self._moved(state, moves) for state in states], renewals)

    def _moved(self, state: Reached, moves: list[Event]) -> Reached:
        """Whoever has left is told nothing of the desk's moves: only the facts tell of these."""
        talk = state.talk
        for event in moves:
            talk = advance(self.edition, talk, event, self._moment(NOW)).talk
        return Reached(talk, state.at, state.turns + len(moves))

    def _moves(self) -> list[Event]:
        """What the desk did with this talk's case, as the facts count it, in order."""
        mine = (f.kind for f in self.stored.facts if f.conversation == self.talk.id)
        return [_BY_FACT[kind] for kind in mine if kind in _BY_FACT]

    def _compare(self, ends: list[Reached], renewals: int) -> Iterator[str]:
        unlike: list[list[str]] = [
            [name for name in _STATE if getattr(end.talk, name) != getattr(self.talk, name)]
            for end in ends
        ]
        if all(unlike):
            nearest = min(unlike, key=len)
            yield f"its {', '.join(nearest)} are not what its lines make"
        if not any(0 <= self.talk.version - end.turns <= renewals for end in ends):
            turns = max(end.turns for end in ends)
            yield f"is of version {self.talk.version} after {turns} turns"
        if self.talk.last_seq != len(self.stored.lines[self.talk.id]):
            yield f"says its last line is {self.talk.last_seq}"

    def _opening(self, lines: list[Told]) -> list[Reached]:
        talk = self.talk
        blank = Conversation(
            id=talk.id,
            tenant=talk.tenant,
            channel=talk.channel,
            edition=talk.edition,
            language=lines[0].line.language,
            flow=self.edition.entry,
            door=talk.door,
            staffed=talk.staffed,
            heard_at=lines[0].line.at,
        )
        moment = Moment(lines[0].line.at, talk.staffed)
        begun = [f(self.edition, blank, moment) for f in (begin, begin_at_door)]
        return list(self._fitting(begun, lines, Reached(blank)))

    def _go_on(self, states: list[Reached], lines: list[Told], at: int) -> list[Reached]:
        """One turn more for those that stand at this line; two may be of different lengths."""
        found = [state for state in states if state.at > at]
        for state in states:
            if state.at == at:
                turns = list(self._turns(state.talk, lines[at]))
                found += [f for f in self._fitting(turns, lines, state) if f not in found]
        return found

    def _turns(self, state: Conversation, told: Told) -> Iterator[Turn]:
        """Every turn that may begin with this line."""
        line = told.line
        sent = self.sent.get(told.inbox or b"")
        if line.speaker is Speaker.VISITOR and sent is not None:
            yield from self._of_visitor(state, sent, line.at)
        elif line.speaker is Speaker.WORKER and sent is not None:
            words = str(sent.get("text", "")).replace("\r\n", "\n")
            yield advance(self.edition, state, WorkerReplied(words), self._moment(line.at))
        elif line.speaker is Speaker.BOT and line.key in _BY_DESK:
            yield advance(self.edition, state, _BY_DESK[line.key], self._moment(line.at))

    def _of_visitor(self, state: Conversation, frame: Frame, at: datetime) -> Iterator[Turn]:
        _, happened = read_event(frame)
        yield take_in_trouble(state, happened)
        event: Event | None
        if isinstance(happened, Typed):
            event = understanding().read(self.edition, state, happened.text)
            if event is None:
                door = str(self.edition.flows[state.flow].side)
                event = TextReceived(happened.text, screener().screen(happened.text, door=door))
        else:
            event = WordsChosen() if isinstance(happened, WordsGiven) else happened
        silence = harbour().settings.ask_safety_after
        is_after = state.heard_at is not None and at - state.heard_at > silence
        for ahead in (None, 0, 1):
            moment = replace(self._moment(at, ahead), after_silence=is_after)
            yield advance(self.edition, state, event, moment).now(heard_at=at)

    def _moment(self, at: datetime, ahead: int | None = None) -> Moment:
        return Moment(at, self.talk.staffed, None, ahead)

    def _fitting(self, turns: list[Turn], lines: list[Told], state: Reached) -> Iterator[Reached]:
        for turn in turns:
            keys, at = list(_keys(turn)), state.at
            stored = [(t.line.speaker, t.line.key) for t in lines[at : at + len(keys)]]
            if keys and stored == keys:
                yield Reached(turn.talk, at + len(keys), state.turns + 1)


def _keys(turn: Turn) -> Iterator[tuple[Speaker, str]]:
    """Who speaks in each line of a turn, and by which text."""
    for effect in turn.effects:
        match effect:
            case Hear():
                yield Speaker.VISITOR, effect.did
            case Say(key):
                yield Speaker.BOT, key
            case Ask(flow, step):
                yield Speaker.BOT, f"{flow}.{step}.ask"
            case ShowNumbers():
                yield Speaker.BOT, "numbers"
            case Relay():
                yield Speaker.WORKER, ""


def fold_of(stored: Stored, id: ConversationId, sent: Mapping[bytes, Frame]) -> Fold:
    """The fold of one talk under the edition that it is pinned to."""
    talk = stored.talks[id]
    return Fold(stored, talk, sent, kept_edition(stored.editions[talk.edition], harbour()))
