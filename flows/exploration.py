"""Every state that a talk of one edition can reach, found with the engine itself, breadth first.

Never too few; after *back*, where the answers before are forgotten, there may be too many.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product

from flows.answers import Answer, Given
from flows.beginnings import beginnings
from flows.conversation import END, Conversation, FlowId, Owner
from flows.edition import Edition
from flows.engine import advance
from flows.events import Event, Moment, WentBack
from flows.explored import Explored, Move, State
from flows.inputs import LATER, SILENCE, inputs, way_out
from flows.liveness import find_reads
from flows.turn import Turn
from flows.walk import QUEUED_BY

Engine = Callable[[Edition, Conversation, Event, Moment], Turn]
OWED = ("danger", "suicide")
"""All that may wait to be said until it is safe."""

Watch = Callable[[Explored, Move], bool]


def explore(
    edition: Edition, engine: Engine = advance, *, is_enough: Watch = lambda _found, _move: False
) -> Explored:
    """Walk an edition to its last state, or until ``is_enough`` says so of a move just found.

    ``engine`` is another's only where a test spoils one.
    """
    explored = Explored(edition, find_reads(edition))
    with suppress(_Enough):
        _Explorer(explored, engine, is_enough).run()
    return explored


class _Enough(Exception):
    pass


@dataclass
class _Explorer:
    found: Explored
    engine: Engine
    is_enough: Watch
    waiting: deque[int] = field(default_factory=deque)
    before: dict[State, dict[tuple[tuple[str, ...], FlowId], None]] = field(default_factory=dict)
    standing: dict[State, list[int]] = field(default_factory=dict)
    tried: set[State] = field(default_factory=set)
    places: set[State] = field(default_factory=set)
    entered: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        for talk, moment, turn in beginnings(self.found.edition):
            self._keep(Move(-1, talk, None, moment, turn, self._arrive(talk, turn.talk)))
        while self.waiting:
            while self.waiting:
                self._visit(self.waiting.popleft())
            self._go_back()

    def _visit(self, number: int) -> None:
        talk = self.found.talks[number]
        place = self.found.place_of(talk)
        is_first = place not in self.places
        self.places.add(place)
        for event, moment in inputs(self.found.edition, talk, is_first=is_first):
            move = self._try(number, talk, event, moment)
            if moment is SILENCE and not is_first:
                self._come_back(move)
            if talk.owner is Owner.BOT and moment is LATER and move.is_answer:
                # Whatever was asked so far: the next question may be the tenth (P11).
                self._try(number, talk.evolve(asked=QUEUED_BY - 1), event, moment)
            if talk.is_silent and event == way_out(self.found.edition, talk):
                self._try(number, talk.evolve(owed=OWED), event, moment)

    def _come_back(self, move: Move) -> None:
        """Out of a state that forgets answers, with these answers."""
        talk = move.turn.talk
        if talk.is_interrupted:
            event = way_out(self.found.edition, talk)
            turn = self.engine(self.found.edition, talk, event, LATER)
            target = self._arrive(talk, turn.talk)
            self._keep(Move(move.source, talk, event, LATER, turn, target, through=move))

    def _try(self, number: int, talk: Conversation, event: Event, moment: Moment) -> Move:
        turn = self.engine(self.found.edition, talk, event, moment)
        target = self._arrive(talk, turn.talk)
        return self._keep(Move(number, talk, event, moment, turn, target))

    def _keep(self, move: Move) -> Move:
        self.found.moves.append(move)
        if self.is_enough(self.found, move):
            raise _Enough
        return move

    def _arrive(self, before: Conversation, talk: Conversation) -> int:
        """The number of the state to which a turn has led, a new one where nothing has yet."""
        found = self.found
        if talk.ended is None and talk.flow != before.flow:
            self.entered.setdefault(talk.flow, set()).add(before.flow)
        self._note_way(talk)
        number = found.numbers.setdefault(found.state_of(talk), len(found.talks))
        if number == len(found.talks):
            reduced = found.reduce(talk)
            found.talks.append(reduced)
            self.waiting.append(number)
            self.standing.setdefault(self._question(reduced), []).append(number)
        return number

    def _note_way(self, talk: Conversation) -> None:
        """Remember which question led to the one that stands: *back* leads there again."""
        path = talk.path if talk.step == END else talk.path[:-1]
        if talk.ended is None and path and not path[-1].endswith("."):
            earlier = self._at(talk.evolve(path=path), path[-1])
            known = self.before.setdefault(self._question(talk), {})
            known[self.found.asked(earlier), self.found.origin(earlier)] = None

    def _question(self, talk: Conversation) -> State:
        return talk.key, self.found.origin(talk), self.found.over(talk)

    def _at(self, talk: Conversation, key: str) -> Conversation:
        flow, _, step = key.partition(".")
        return talk.evolve(flow=flow, step=step)

    def _go_back(self) -> None:
        for here, ways in list(self.before.items()):
            for number in list(self.standing.get(here, ())):
                for asked, origin in list(ways):
                    self._back(number, asked, origin)

    def _back(self, number: int, asked: tuple[str, ...], origin: FlowId) -> None:
        talk = self.found.talks[number]
        if talk.is_silent:
            return  # There *back* reads nothing: ``inputs`` has it among its events.
        last = self.found.question(talk)
        passed = (f"{origin}.",) if origin else ()
        lost = self._lost(talk, asked)
        if (number, asked, origin, lost) in self.tried:
            return
        self.tried.add((number, asked, origin, lost))
        for answers in self._forgotten(lost):
            full = talk.evolve(path=(*passed, *asked, *last), answers={**talk.answers, **answers})
            self._try(number, full, WentBack(), LATER)

    def _lost(self, talk: Conversation, asked: tuple[str, ...]) -> tuple[str, ...]:
        """The answers that matter there, no longer matter here, and can have been given."""
        been = self._been(talk.flow)
        *over, key = asked
        here = self.found.reads.at(talk.key, self.found.over(talk))
        lost = self.found.reads.at(key, *over) - here
        return tuple(sorted(name for name in lost if name.partition(".")[0] in been))

    def _been(self, flow: str) -> set[str]:
        """The flows that a talk in this flow may have been in, as far as anything has shown."""
        been: set[str] = set()
        waiting = [flow]
        while waiting:
            flow = waiting.pop()
            if flow not in been:
                been.add(flow)
                waiting.extend(self.entered.get(flow, ()))
        return been

    def _forgotten(self, lost: tuple[str, ...]) -> Iterator[dict[str, Answer]]:
        """What the answers may have been that were forgotten."""
        reads = self.found.reads
        choices = [(None, *reads.classes(key)) for key in lost]
        for values in product(*choices):
            yield {
                key: Answer(Given.CHOSEN, LATER.now, (value,))
                for key, value in zip(lost, values, strict=True)
                if value is not None
            }
