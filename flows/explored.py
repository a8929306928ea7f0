"""What exploring an edition has found: its states by number, a talk for each, and all moves.

A state is the step, the live answers reduced to what guards name, emergency or not, safety, owner.
While safety is asked again no answer is read: there a state has none, and is left with each.
What is owed to somebody changes what is said, never where it leads: it is tried, and no state.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from flows.answers import Answer, Given
from flows.beginnings import newcomer
from flows.conversation import END, Conversation, FlowId, Owner
from flows.edition import Edition
from flows.events import Event, Moment
from flows.flow import About, Side
from flows.inputs import ANSWERING, LATE, LATER, tell
from flows.known import put_over
from flows.liveness import Reads
from flows.turn import Turn
from flows.urgency import Grade, Imminence, Reason, Severity, Urgency

State = tuple[object, ...]

ALARMED = Urgency((Reason("earlier", "", Grade(Severity.SEVERE, Imminence.NOW), LATER.now),))


@dataclass(frozen=True, slots=True)
class Move:
    """One turn from one state. Without an event it is a talk's beginning, from state -1.

    ``through`` is a move that was made just before it, out of the same state, to one that forgets
    the answers with which this one goes on.
    """

    source: int
    before: Conversation
    event: Event | None
    moment: Moment
    turn: Turn
    target: int
    through: "Move | None" = None

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
    _read: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _tellings: dict[tuple[str, tuple[str, ...]], Answer | None] = field(default_factory=dict)

    def of(self, edition: Edition) -> "Explored":
        """The same for another edition of the same outline (``flows.outline``)."""
        return replace(self, edition=edition)

    def has(self, talk: Conversation) -> bool:
        """Whether a real talk stands in one of the states."""
        return self.state_of(talk) in self.numbers

    def state_of(self, talk: Conversation) -> State:
        """The talk without anything that can no longer change what happens."""
        if talk.ended is not None:
            return talk.ended, talk.owner is Owner.CLOSED
        if talk.is_interrupted:
            return self.place_of(talk)
        answers = tuple((key, answer.values) for key, answer in self._live(talk).items())
        return (*self.place_of(talk), answers)

    def place_of(self, talk: Conversation) -> State:
        """The state but for its answers, which nothing reads while the talk is interrupted."""
        door = talk.door if talk.flow in self.door_flows else None
        safety = talk.safety, talk.is_interrupted
        standing = (talk.flow, talk.step, safety, talk.owner, talk.is_case_open)
        return (*standing, door, talk.urgency.is_emergency, self.origin(talk), self.over(talk))

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
            is_interrupted=talk.is_interrupted,
            answers=self._live(talk),
            path=(*passed, *self.asked(talk)),
            urgency=ALARMED if talk.urgency.is_emergency else Urgency(),
            is_case_open=talk.is_case_open,
        )

    def asked(self, talk: Conversation) -> tuple[str, ...]:
        """The question that stands, behind that which it was put over."""
        return tuple(filter(None, (self.over(talk), *self.question(talk))))

    def question(self, talk: Conversation) -> tuple[str, ...]:
        """The question that stands; unseen, a turn may have led to what is yet to be said."""
        step = self.edition.step_at(talk.key)
        is_asked = talk.step != END and (step is None or step.is_question)
        return (talk.key,) if is_asked else ()

    def over(self, talk: Conversation) -> str:
        """The key of the question over which the one that stands was put; empty where none was."""
        step = put_over(self.edition, talk)
        return "" if step is None else f"{talk.flow}.{step.id}"

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
        for key in self._read_at(talk.key, self.over(talk)):
            answer = talk.answers.get(key)
            told = None if answer is None else self._told(key, answer.names)
            if told is not None:
                kept[key] = told
        return kept

    def _read_at(self, question: str, over: str) -> tuple[str, ...]:
        if (question, over) not in self._read:
            self._read[question, over] = tuple(sorted(self.reads.at(question, over)))
        return self._read[question, over]

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
        told = list(_tell_backwards(move))
        while move.source != -1:
            move = self.first_moves[move.source]
            told.extend(_tell_backwards(move))
        return tuple(reversed(told))


def _tell_backwards(move: Move) -> Iterator[str]:
    for link in filter(None, (move, move.through)):
        yield tell(link.event, link.before, link.moment)
