"""What must hold of the ways between states: P4, P5, P7, P11, P17. It judges no single turn.

Ways on are answers, skips and words; *back* and what a worker does are no way on.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from flows.conversation import END, Owner
from flows.edition import Edition
from flows.effects import Ask, Say
from flows.events import CaseClosed, ChoiceMade, Moment, Skipped, TextReceived, WorkerLeft
from flows.explored import Explored, Move
from flows.flow import GROWN_UP, About, Flow, Kind, Step, Target
from flows.inputs import ALARMING, MOMENTS
from flows.liveness import may_be_passed, onward
from flows.machine import jumps
from flows.young import is_heard_young

ASKED_BY = 4
"""Danger is among the first four questions (P11)."""

IDENTIFYING = ("contact.address", "person.name", "danger.where")
"""Places of the intake that say who or where somebody is, whatever the flow's author marked."""

Found = tuple[Move | None, str, str]
"""The move that shows it (or None), the key it stands at, and what is wrong."""


def find_circles(edition: Edition) -> Iterator[tuple[str, str]]:
    """P7: steps that only say, and lead to one another for ever. The engine would never return."""
    for flow in edition.flows.values():
        for step in flow.steps.values():
            if step.kind is Kind.SAY and _comes_back(edition, flow, step):
                yield f"{flow.id}.{step.id}", "what is said leads back to itself without a question"


def _comes_back(edition: Edition, flow: Flow, step: Step) -> bool:
    seen: set[tuple[str, str]] = set()
    waiting = [(flow, step)]
    while waiting:
        here, at = waiting.pop()
        for there, target in _untold(edition, here, at):
            if target is step and there is flow:
                return True
            if (there.id, target.id) not in seen:
                seen.add((there.id, target.id))
                waiting.append((there, target))
    return False


def _untold(edition: Edition, flow: Flow, step: Step) -> Iterator[tuple[Flow, Step]]:
    """The steps that may follow without a word of the visitor's: a door that is known goes on."""
    ways: Iterable[Target] = (jump for _, jump in jumps(flow, step))
    if step.is_question:
        if not may_be_passed(step):
            return
        if step.about is About.DOOR:
            ways = [jump for jump in step.then.values() if jump.flow is not None]
    for jump in ways:
        for there, target, _ in onward(edition, flow, jump):
            yield there, target


def prove_limits_first(explored: Explored) -> Iterator[Found]:
    """P4: nothing that identifies is asked before the limits were stated."""
    begun = [move for move in explored.moves if move.event is None]
    for move, step in _unwarned(explored, begun, lambda flow: flow in explored.edition.flows):
        if step.about is not About.WHERE_IN_DANGER and (
            step.identifies or step.intake in IDENTIFYING
        ):
            yield move, _key(move), "a question that identifies comes before the limits"


def prove_young_people(explored: Explored) -> Iterator[Found]:
    """P17: whoever says they are under 18 meets limits in their words before any abuse."""
    told = [move for move in explored.moves if _is_young(explored.edition, move)]
    for move, step in _unwarned(explored, told, lambda flow: flow != explored.edition.entry):
        if step.about is About.HARM:
            yield move, _key(move), "under 18, and asked of harm before the limits in their words"


def _unwarned(
    explored: Explored, begun: list[Move], counts: Callable[[str], bool]
) -> Iterator[tuple[Move, Step]]:
    """Each question put on a way on which no limits have been stated yet."""
    ways = _ways_on(explored)
    seen: set[int] = set()
    waiting = deque(begun)
    while waiting:
        move = waiting.popleft()
        asked = _asked_before_limits(explored.edition, move, counts)
        if asked is None:
            continue
        yield from ((move, step) for step in asked)
        if move.target not in seen:
            seen.add(move.target)
            waiting.extend(ways.get(move.target, ()))


def _asked_before_limits(
    edition: Edition, move: Move, counts: Callable[[str], bool]
) -> list[Step] | None:
    """The questions of a turn, or None where it states the limits first."""
    asked: list[Step] = []
    for effect in move.turn.effects:
        if isinstance(effect, Ask) and effect.step != END:
            asked.append(edition.flows[effect.flow].steps[effect.step])
        elif isinstance(effect, Say):
            flow, said = edition.flow_of(effect.key), edition.step_at(effect.key)
            if flow and said and counts(flow.id) and said.about is About.LIMITS and not asked:
                return None
    return asked


def _is_young(edition: Edition, move: Move) -> bool:
    if move.before.is_silent or move.before.ended is not None or move.before.step == END:
        return False
    if isinstance(move.event, TextReceived):
        return is_heard_young(edition, move.before, move.event)
    if not isinstance(move.event, ChoiceMade) or move.moment.after_silence:
        return False
    step = edition.flows[move.before.flow].steps[move.before.step]
    _, oldest = step.ages.get(move.event.value, (0, GROWN_UP))
    return oldest < GROWN_UP and move.before.owner is not Owner.WORKER


def prove_not_again(explored: Explored) -> Iterator[Found]:
    """P5: a skipped question never comes again on the way on; skipped contact is no contact."""
    ways = _ways_on(explored)
    done: set[tuple[str, int]] = set()
    for move in explored.moves:
        step = _skipped(explored.edition, move)
        if step is None or step.about is About.SAFETY or (move.before.key, move.target) in done:
            continue
        done.add((move.before.key, move.target))
        for later in _following(explored, ways, move.target):
            talk = explored.talks[later]
            if talk.key == move.before.key:
                yield move, talk.key, "a skipped question comes again"
                break
            if step.intake == "contact.channel" and _asks_contact(explored.edition, talk.key):
                yield move, talk.key, "contact was skipped and is asked for"
                break


def _skipped(edition: Edition, move: Move) -> Step | None:
    before = move.before
    rests = before.owner is Owner.WORKER or before.is_silent or before.ended is not None
    rests = rests or move.moment.after_silence  # Kept, and not taken for an answer.
    if not isinstance(move.event, Skipped) or rests or before.step == END:
        return None
    return edition.flows[before.flow].steps[before.step]


def _asks_contact(edition: Edition, key: str) -> bool:
    step = edition.step_at(key)
    return step is not None and step.intake.startswith("contact.")


def prove_an_end(explored: Explored) -> Iterator[Found]:
    """P7: from every state an end is reached without exit, a person, or words of danger.

    Whoever is there then: a way out that opens only when the staff comes or goes is none.
    """
    for moment in MOMENTS:
        reached = _leading_to_an_end(explored, moment)
        for number, talk in enumerate(explored.talks):
            if number not in reached:
                yield explored.first_moves[number], talk.key, "no end can be reached from here"


def _leading_to_an_end(explored: Explored, moment: Moment) -> set[int]:
    towards: dict[int, list[int]] = {}
    for move in explored.moves:
        goes_on = move.is_answer and move.event is not ALARMING and move.moment is moment
        if goes_on or isinstance(move.event, WorkerLeft | CaseClosed):
            towards.setdefault(move.target, []).append(move.source)
    reached = {n for n, talk in enumerate(explored.talks) if talk.ended or talk.step == END}
    waiting = deque(reached)
    while waiting:
        for number in towards.get(waiting.popleft(), ()):
            if number not in reached:
                reached.add(number)
                waiting.append(number)
    return reached


def prove_danger_early(explored: Explored) -> Iterator[Found]:
    """P11: danger is among the first four questions, whichever way is taken."""
    ways = _ways_on(explored)
    waiting = deque((move, 1) for move in explored.moves if move.event is None)
    seen: set[tuple[int, int]] = set()
    while waiting:
        move, count = waiting.popleft()
        talk = move.turn.talk
        if talk.ended is not None or _is_about_danger(explored.edition, talk.key):
            continue
        if count >= ASKED_BY or talk.step == END:
            yield move, talk.key, f"danger is not among the first {ASKED_BY} questions"
        elif (move.target, count) not in seen:
            seen.add((move.target, count))
            for later in ways.get(move.target, ()):
                is_new = later.turn.talk.key != talk.key
                waiting.append((later, count + is_new))


def _is_about_danger(edition: Edition, key: str) -> bool:
    step = edition.step_at(key)
    return step is not None and step.about is About.DANGER


def _ways_on(explored: Explored) -> dict[int, list[Move]]:
    ways: dict[int, list[Move]] = {}
    for move in explored.moves:
        # After a silence the talk comes back to where it was: that is no way on.
        if move.is_answer and not move.moment.after_silence:
            ways.setdefault(move.source, []).append(move)
    return ways


def _following(explored: Explored, ways: dict[int, list[Move]], start: int) -> Iterator[int]:
    seen = {start}
    waiting = deque([start])
    while waiting:
        number = waiting.popleft()
        yield number
        for move in ways.get(number, ()):
            if move.target not in seen:
                seen.add(move.target)
                waiting.append(move.target)


def _key(move: Move) -> str:
    return move.turn.talk.key


WAY_PROOFS: tuple[tuple[str, Callable[[Explored], Iterator[Found]]], ...] = (
    ("P4", prove_limits_first),
    ("P5", prove_not_again),
    ("P7", prove_an_end),
    ("P11", prove_danger_early),
    ("P17", prove_young_people),
)
