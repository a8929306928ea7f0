"""Which earlier answers can still change what happens, at each question: all others are forgotten.

It reads the flows alone and over-approximates: an answer that it calls dead is dead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.answers import Given
from flows.conversation import END, FlowId
from flows.edition import Edition
from flows.flow import About, Flow, Side, Step, Target
from flows.known import (
    STORY,
    age_key,
    bands_of_choice,
    is_behind_story,
    own_way,
    story_keys,
)
from flows.machine import candidates, jumps
from flows.restrictions import CIRCUMSTANCES


@dataclass(frozen=True, slots=True)
class Reads:
    """What guards name: the live answer keys of each question, and each key's telling names."""

    live: Mapping[str, frozenset[str]]
    names: Mapping[str, Mapping[str, str]]

    def classes(self, key: str) -> tuple[str, ...]:
        """One name for each way in which an answer of this key can matter."""
        return tuple(dict.fromkeys(self.names[key].values()))

    def at(self, key: str, over: str = "") -> frozenset[str]:
        """What is live at a question, or at one that was put over another (``put_over``)."""
        if over:
            return (self.live[over] | {over}) - {key}
        return self.live.get(key, frozenset())


def find_reads(edition: Edition) -> Reads:
    """Live keys by question key, found as the least fixpoint over the published flows."""
    ways = {
        f"{flow.id}.{step.id}": (step, *_way(edition, flow, step))
        for flow in edition.flows.values()
        for step in flow.steps.values()
        if _may_stand(edition, flow, step)
    }
    live: dict[str, frozenset[str]] = dict.fromkeys(ways, frozenset())
    changed = True
    while changed:
        changed = False
        for key, (step, read, following) in ways.items():
            found = read.union(*(live[next_key] for next_key in following))
            if key.startswith(f"{edition.entry}."):
                # Nobody comes back into the entry from behind a door (P6).
                found = frozenset(name for name in found if not _is_behind_a_door(edition, name))
            if step.about is not About.SAFETY:
                # Leaving it overwrites its answer; a quiet page is left without a new one.
                found -= {key}
            changed = changed or found != live[key]
            live[key] = found
    return Reads(live, _names(edition))


def _way(edition: Edition, flow: Flow, start: Step) -> tuple[frozenset[str], frozenset[str]]:
    """From a question on: the keys that guards read, and the questions that may come next."""
    # Who says in the entry that they are a child goes on by whether their story is told (R5).
    read: set[str] = set(_stories(edition, flow, start) if flow.id == edition.entry else ())
    # At 16 and 17 the choice is put over a question, where it has not been made yet.
    read |= _choices(edition, flow)
    questions: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting: list[tuple[Flow, Step, frozenset[str]]] = [(flow, start, frozenset())]
    while waiting:
        here, step, anew = waiting.pop()
        for _, jump in jumps(here, step):
            if jump.flow is not None:
                read.update(_read_on_entering(edition, here, step, jump.flow) - anew)
            for there, target, guard in _ways(edition, here, jump):
                read.update(guard.keys() - anew)
                key = f"{there.id}.{target.id}"
                if target.ages:
                    read.add(age_key(edition))
                if target.is_question:
                    questions.add(key)
                # A door that is known is answered anew as it is passed.
                passed = anew | {key} if target.about is About.DOOR else anew
                if (key, passed) not in seen and (not target.is_question or may_be_passed(target)):
                    seen.add((key, passed))
                    waiting.append((there, target, passed))
    return frozenset(read.difference({*CIRCUMSTANCES, ""})), frozenset(questions)


def _may_stand(edition: Edition, flow: Flow, step: Step) -> bool:
    """Whether a talk may stand there: at a question, or unseen before what is yet to be said."""
    choosing = edition.choosing.get(flow.id)
    is_before = step.id == flow.first or (choosing is not None and step.id == choosing.limits)
    return (step.is_question or is_before) and step.about is not About.QUIET


def _choices(edition: Edition, flow: Flow) -> set[str]:
    choosing = edition.choosing.get(flow.id)
    return set() if choosing is None else {f"{flow.id}.{choosing.question}"}


def _is_behind_a_door(edition: Edition, key: str) -> bool:
    flow = edition.flow_of(key)
    return flow is not None and flow.side is not Side.SHARED


def may_be_passed(step: Step) -> bool:
    """Whether a question goes unasked where its answer is known from before (R5)."""
    return step.about is About.DOOR or bool(step.ages) or step.intake.startswith(STORY)


def _stories(edition: Edition, flow: Flow, step: Step) -> frozenset[str]:
    is_read = is_behind_story(edition, f"{flow.id}.{step.id}")
    return story_keys(edition) if is_read else frozenset()


def _read_on_entering(edition: Edition, flow: Flow, step: Step, to: FlowId) -> frozenset[str]:
    """Whether an age turns them away from the door, and a story is told where they are led then."""
    if to == edition.young:
        return _stories(edition, flow, step)
    return _stories(edition, flow, step) | {age_key(edition)}


def _ways(
    edition: Edition, flow: Flow, jump: Target
) -> Iterator[tuple[Flow, Step, Mapping[str, frozenset[str]]]]:
    """Where a jump may arrive, also for somebody who told their age before it."""
    yield from onward(edition, flow, jump)
    if jump.flow is None:
        return
    there = edition.flows[jump.flow]
    for step in there.steps.values():
        for value in step.ages:
            if (own := own_way(there, value)) is not None:
                yield from onward(edition, there, own[1])
    if edition.young is not None:
        yield from onward(edition, there, Target(flow=edition.young))


def onward(
    edition: Edition, flow: Flow, jump: Target
) -> Iterator[tuple[Flow, Step, Mapping[str, frozenset[str]]]]:
    """The steps at which a jump may arrive, each with its flow and the guard that lets it in."""
    if jump.flow is not None:
        flow = edition.flows[FlowId(jump.flow)]
        jump = Target(flow.first)
    passed: dict[str, frozenset[str]] = {}
    for target, guard in candidates(flow, jump):
        # What passes over a step that only an emergency hides is in one, and so on to the next.
        if any(names <= passed.get(key, frozenset()) for key, names in guard.items()):
            continue
        if target.step != END:
            yield flow, flow.steps[target.step], guard
        if len(guard) == 1:
            [(key, names)] = guard.items()
            passed[key] = passed.get(key, frozenset()) | names
            if key in CIRCUMSTANCES and passed[key].issuperset(CIRCUMSTANCES[key]):
                return


def _names(edition: Edition) -> Mapping[str, Mapping[str, str]]:
    """For each key that guards name: name -> the first of those that the same guards let in."""
    guards: dict[str, list[frozenset[str]]] = {}
    for flow in edition.flows.values():
        for step in flow.steps.values():
            for key, allowed in step.only_if.items():
                guards.setdefault(key, []).append(allowed)
    for key in story_keys(edition):
        guards.setdefault(key, []).append(frozenset({Given.SAID.value}))
    for flow in edition.flows.values():
        for key, names in _of_choice(edition, flow):
            guards.setdefault(key, []).append(names)
    for value in bands_of_choice(edition):
        guards.setdefault(age_key(edition), []).append(frozenset({value}))
    return {key: _one_for_each(allowed) for key, allowed in guards.items()}


def _of_choice(edition: Edition, flow: Flow) -> Iterator[tuple[str, frozenset[str]]]:
    """What is read where the choice of 16 and 17 is put over a question: whether either has been
    answered.
    """
    choosing = edition.choosing.get(flow.id)
    if choosing is None:
        return
    choice = flow.steps[choosing.question]
    given = frozenset({Given.SAID.value, Given.SKIPPED.value})
    yield f"{flow.id}.{choice.id}", given | frozenset(choice.values)
    for step in flow.steps.values():
        if step.is_question and step is not choice:
            yield f"{flow.id}.{step.id}", frozenset({Given.SAID.value})


def _one_for_each(guards: list[frozenset[str]]) -> Mapping[str, str]:
    first: dict[tuple[bool, ...], str] = {}
    return {
        name: first.setdefault(tuple(name in guard for guard in guards), name)
        for name in sorted(frozenset().union(*guards))
    }
