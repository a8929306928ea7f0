"""Every state that a talk of one edition can reach, found with the engine itself, breadth first.

A state is the step, the live answers reduced to what guards name, emergency or not, safety, owner.
Never too few; after *back*, where the answers before are forgotten, there may be too many.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from flows.answers import Answer, Given
from flows.beginnings import beginnings, newcomer
from flows.conversation import END, Conversation, FlowId, Owner
from flows.edition import Edition
from flows.engine import advance
from flows.events import Event, Moment, WentBack
from flows.flow import About, Side
from flows.inputs import ANSWERING, LATE, LATER, inputs, tell
from flows.liveness import Reads, find_reads
from flows.turn import Turn
from flows.urgency import Grade, Imminence, Reason, Severity, Urgency
from flows.walk import QUEUED_BY

Engine = Callable[[Edition, Conversation, Event, Moment], Turn]
State = tuple[object, ...]

ALARMED = Urgency((Reason("earlier", "", Grade(Severity.SEVERE, Imminence.NOW), LATER.now),))


@dataclass(frozen=True, slots=True)
class Move:
    """One turn from one state. Without an event it is a talk's beginning, from state -1."""

    source: int
    before: Conversation
    event: Event | None
    moment: Moment
    turn: Turn
    target: int

    @property
    def is_answer(self) -> bool:
        """Whether the visitor answered the question that stands, or passed over it."""
        return isinstance(self.event, ANSWERING) and self.event is not LATE


@dataclass
class Explored:
    """All states of an edition by number, one talk for each, and all moves between them."""

    edition: Edition
    reads: Reads
    numbers: dict[State, int] = field(default_factory=dict)
    talks: list[Conversation] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    _read: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _tellings: dict[tuple[str, tuple[str, ...]], Answer | None] = field(default_factory=dict)

    def has(self, talk: Conversation) -> bool:
        """Whether a real talk stands in one of the states."""
        return self.state_of(talk) in self.numbers

    def state_of(self, talk: Conversation) -> State:
        """The talk without anything that can no longer change what happens."""
        if talk.ended is not None:
            return talk.ended, talk.owner is Owner.CLOSED
        answers = tuple((key, answer.values) for key, answer in self._live(talk).items())
        door = talk.door if talk.flow in self.door_flows else None
        standing = (talk.flow, talk.step, talk.safety, talk.owner, talk.is_case_open)
        return (*standing, door, talk.urgency.is_emergency, self.origin(talk), answers)

    def reduce(self, talk: Conversation) -> Conversation:
        """One talk that stands for all of its state."""
        if talk.ended is not None:
            return newcomer(self.edition).evolve(ended=talk.ended, owner=talk.owner)
        origin = self.origin(talk)
        passed = (f"{origin}.",) if origin and origin != talk.flow else ()
        return newcomer(self.edition).evolve(
            flow=talk.flow,
            step=talk.step,
            door=talk.door if talk.flow in self.door_flows else None,
            owner=talk.owner,
            safety=talk.safety,
            answers=self._live(talk),
            path=(*passed, talk.key) if talk.step != END else passed,
            urgency=ALARMED if talk.urgency.is_emergency else Urgency(),
            is_case_open=talk.is_case_open,
        )

    def origin(self, talk: Conversation) -> FlowId:
        """The last flow on either side of the wall that the talk has been in; empty before any."""
        if talk.flow in self._sided:
            return talk.flow
        for key in reversed(talk.path):
            flow = FlowId(key.partition(".")[0])
            if flow in self._sided:
                return flow
        return FlowId("")

    @cached_property
    def _sided(self) -> frozenset[FlowId]:
        flows = self.edition.flows.values()
        return frozenset(flow.id for flow in flows if flow.side is not Side.SHARED)

    def _live(self, talk: Conversation) -> dict[str, Answer]:
        kept: dict[str, Answer] = {}
        for key in self._read_at(talk.key):
            answer = talk.answers.get(key)
            told = None if answer is None else self._told(key, answer.names)
            if told is not None:
                kept[key] = told
        return kept

    def _read_at(self, question: str) -> tuple[str, ...]:
        if question not in self._read:
            self._read[question] = tuple(sorted(self.reads.live.get(question, ())))
        return self._read[question]

    def _told(self, key: str, names: tuple[str, ...]) -> Answer | None:
        """What guards can tell of an answer; None where they can tell nothing of it."""
        if (key, names) not in self._tellings:
            known = self.reads.names[key]
            told = tuple(sorted({known[name] for name in names if name in known}))
            answer = Answer(Given.CHOSEN, LATER.now, told) if told else None
            self._tellings[key, names] = answer
        return self._tellings[key, names]

    @cached_property
    def door_flows(self) -> frozenset[str]:
        """The flows that ask for a door, where one that is known already still matters."""
        return frozenset(
            flow.id
            for flow in self.edition.flows.values()
            if any(step.about is About.DOOR for step in flow.steps.values())
        )

    @cached_property
    def first_moves(self) -> dict[int, Move]:
        """The move by which each state is first reached, breadth first from the beginnings."""
        onward: dict[int, list[Move]] = {}
        for move in self.moves:
            onward.setdefault(move.source, []).append(move)
        first: dict[int, Move] = {}
        waiting = deque([-1])
        while waiting:
            for move in onward.get(waiting.popleft(), ()):
                if move.target not in first:
                    first[move.target] = move
                    waiting.append(move.target)
        return first

    @cached_property
    def depths(self) -> dict[int, int]:
        """How many moves lead to each state, by the shortest way known."""
        depths = {-1: 0}
        for number, move in self.first_moves.items():
            depths[number] = depths[move.source] + 1
        return depths

    def path(self, move: Move) -> tuple[str, ...]:
        """What a visitor does, from the beginning up to and with this move; the shortest known."""
        told = [tell(move.event, move.before, move.moment)]
        while move.source != -1:
            move = self.first_moves[move.source]
            told.append(tell(move.event, move.before, move.moment))
        return tuple(reversed(told))


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
    before: dict[State, dict[State, None]] = field(default_factory=dict)
    standing: dict[State, list[int]] = field(default_factory=dict)
    tried: set[State] = field(default_factory=set)
    entered: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        for talk, moment, turn in beginnings(self.found.edition):
            self._keep(-1, talk, None, moment, turn)
        while self.waiting:
            while self.waiting:
                self._visit(self.waiting.popleft())
            self._go_back()

    def _visit(self, number: int) -> None:
        talk = self.found.talks[number]
        for event, moment in inputs(self.found.edition, talk):
            self._try(number, talk, event, moment)
            if talk.owner is Owner.BOT and moment is LATER and isinstance(event, ANSWERING):
                # Whatever was asked so far: the next question may be the tenth (P11).
                self._try(number, talk.evolve(asked=QUEUED_BY - 1), event, moment)

    def _try(self, number: int, talk: Conversation, event: Event, moment: Moment) -> None:
        turn = self.engine(self.found.edition, talk, event, moment)
        self._keep(number, talk, event, moment, turn)

    def _keep(
        self, source: int, before: Conversation, event: Event | None, moment: Moment, turn: Turn
    ) -> None:
        found, talk = self.found, turn.talk
        if talk.ended is None and talk.flow != before.flow:
            self.entered.setdefault(talk.flow, set()).add(before.flow)
        self._note_way(talk)
        number = found.numbers.setdefault(found.state_of(talk), len(found.talks))
        if number == len(found.talks):
            reduced = found.reduce(talk)
            found.talks.append(reduced)
            self.waiting.append(number)
            self.standing.setdefault(self._question(reduced), []).append(number)
        found.moves.append(Move(source, before, event, moment, turn, number))
        if self.is_enough(found, found.moves[-1]):
            raise _Enough

    def _note_way(self, talk: Conversation) -> None:
        """Remember which question led to the one that stands: *back* leads there again."""
        path = talk.path if talk.step == END else talk.path[:-1]
        if talk.ended is None and path and not path[-1].endswith("."):
            earlier = talk.evolve(path=path)
            known = self.before.setdefault(self._question(talk), {})
            known[path[-1], self._origin_at(earlier, path[-1])] = None

    def _question(self, talk: Conversation) -> State:
        return talk.key, self.found.origin(talk)

    def _origin_at(self, talk: Conversation, key: str) -> FlowId:
        flow, _, step = key.partition(".")
        return self.found.origin(talk.evolve(flow=flow, step=step))

    def _go_back(self) -> None:
        for here, ways in list(self.before.items()):
            for number in list(self.standing.get(here, ())):
                for key, origin in list(ways):
                    self._back(number, str(key), str(origin))

    def _back(self, number: int, key: str, origin: str) -> None:
        talk = self.found.talks[number]
        last = () if talk.step == END else (talk.key,)
        passed = (f"{origin}.",) if origin else ()
        lost = self._lost(talk, key)
        if (number, key, origin, lost) in self.tried:
            return
        self.tried.add((number, key, origin, lost))
        for answers in self._forgotten(lost):
            full = talk.evolve(path=(*passed, key, *last), answers={**talk.answers, **answers})
            self._try(number, full, WentBack(), LATER)

    def _lost(self, talk: Conversation, key: str) -> tuple[str, ...]:
        """The answers that matter there, no longer matter here, and can have been given."""
        live = self.found.reads.live
        been = self._been(talk.flow)
        lost = live.get(key, frozenset()) - live.get(talk.key, frozenset())
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
