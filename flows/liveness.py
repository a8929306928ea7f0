"""Which earlier answers can still change what happens, at each question: all others are forgotten.

It reads the flows alone and over-approximates: an answer that it calls dead is dead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.conversation import END, FlowId
from flows.edition import Edition
from flows.flow import About, Flow, Step, Target
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


def find_reads(edition: Edition) -> Reads:
    """Live keys by question key, found as the least fixpoint over the published flows."""
    ways = {
        f"{flow.id}.{step.id}": (step, *_way(edition, flow, step))
        for flow in edition.flows.values()
        for step in flow.steps.values()
        # A flow may be about to begin, unseen, until it is known to be safe.
        if (step.is_question or step.id == flow.first) and step.about is not About.QUIET
    }
    live: dict[str, frozenset[str]] = dict.fromkeys(ways, frozenset())
    changed = True
    while changed:
        changed = False
        for key, (step, read, following) in ways.items():
            found = read.union(*(live[next_key] for next_key in following))
            if step.about is not About.SAFETY:
                # Leaving it overwrites its answer; a quiet page is left without a new one.
                found -= {key}
            changed = changed or found != live[key]
            live[key] = found
    return Reads(live, _names(edition))


def _way(edition: Edition, flow: Flow, start: Step) -> tuple[frozenset[str], frozenset[str]]:
    """From a question on: the keys that guards read, and the questions that may come next."""
    read: set[str] = set()
    questions: set[str] = set()
    seen: set[str] = set()
    waiting = [(flow, start)]
    while waiting:
        here, step = waiting.pop()
        for _, jump in jumps(here, step):
            for there, target, guard in onward(edition, here, jump):
                read.update(guard)
                key = f"{there.id}.{target.id}"
                if target.is_question:
                    questions.add(key)
                if key not in seen and (not target.is_question or target.about is About.DOOR):
                    seen.add(key)
                    waiting.append((there, target))
    return frozenset(read.difference(CIRCUMSTANCES)), frozenset(questions)


def onward(
    edition: Edition, flow: Flow, jump: Target
) -> Iterator[tuple[Flow, Step, Mapping[str, frozenset[str]]]]:
    """The steps at which a jump may arrive, each with its flow and the guard that lets it in."""
    if jump.flow is not None:
        flow = edition.flows[FlowId(jump.flow)]
        jump = Target(flow.first)
    for target, guard in candidates(flow, jump):
        if target.step != END:
            yield flow, flow.steps[target.step], guard


def _names(edition: Edition) -> Mapping[str, Mapping[str, str]]:
    """For each key that guards name: name -> the first of those that the same guards let in."""
    guards: dict[str, list[frozenset[str]]] = {}
    for flow in edition.flows.values():
        for step in flow.steps.values():
            for key, allowed in step.only_if.items():
                guards.setdefault(key, []).append(allowed)
    return {key: _one_for_each(allowed) for key, allowed in guards.items()}


def _one_for_each(guards: list[frozenset[str]]) -> Mapping[str, str]:
    first: dict[tuple[bool, ...], str] = {}
    return {
        name: first.setdefault(tuple(name in guard for guard in guards), name)
        for name in sorted(frozenset().union(*guards))
    }
