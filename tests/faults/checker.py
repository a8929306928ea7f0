"""Reads the clients' history beside everything the store holds, and names what does not agree.

Stricter than Jepsen's total-queue: what came twice, or in another order, is wrong too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flows.conversation import ConversationId, Ended, Owner
from handoff.case import Case
from handoff.transcript import Speaker
from tests.faults.folding import fold_of
from tests.faults.history import Frame, History, Op, Phase
from tests.faults.stored import Stored, Told

VISITOR = (
    *("text", "choice", "choices", "skip", "back", "person", "numbers"),
    *("exit", "stop", "language", "door"),
)
MOVES = {"claim": "claim", "reply": "reply", "give-back": "giveback", "close": "close"}
"""A worker's moves, and the audit's word for each."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that was broken, by its number in ``docs/rules.md``."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True)
class World:
    """A history and a store. ``expected`` are refusals that the scenario provokes.

    ``renewals``: how often a way back may have been renewed, a commit of its own without a line.
    """

    history: History
    stored: Stored
    expected: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    renewals: int = 0

    @cached_property
    def ops(self) -> list[Op]:
        return self.history.ops()

    @cached_property
    def inbound(self) -> list[Op]:
        """Whatever should stand in the transcript under its key."""
        return [op for op in self.ops if op.kind in (*VISITOR, "reply")]

    def talk_of(self, op: Op) -> ConversationId | None:
        """The talk that an act was of."""
        if op.kind in MOVES or op.kind == "read":
            case = self.case_called(op.subject)
            return None if case is None else case.conversation
        return self.stored.talk_called(op.subject)

    def case_called(self, reference: str) -> Case | None:
        return next((c for c in self.stored.cases if c.reference == reference), None)

    def landed(self, op: Op) -> list[Told]:
        talk = self.talk_of(op)
        return [] if talk is None else self.stored.landed(talk, op.key)

    def sent_in(self, talk: ConversationId) -> dict[bytes, Frame]:
        """What was sent, by the hash under which it may stand in this talk."""
        return {self.stored.inbox(talk, op.key): op.sent for op in self.inbound}


def check(world: World) -> list[Violation]:
    """Every violation that history and store show, by invariant."""
    return [Violation(name, what) for name, each in INVARIANTS.items() for what in each(world)]


def _nothing_lost(world: World) -> Iterator[str]:
    for op in world.inbound:
        if op.phase is Phase.OK and not world.landed(op):
            yield f"{op.client}'s {op.kind} was acknowledged and is not in the transcript"
        if op.phase is Phase.OK and op.seq and [t.seq for t in world.landed(op)] != [op.seq]:
            yield f"{op.client}'s {op.kind} was acknowledged as line {op.seq} and is not there"
    for op in world.ops:
        if op.kind == "open" and op.phase is Phase.OK and world.talk_of(op) is None:
            yield f"{op.client} was welcomed to a talk that is not stored"


def _once(world: World) -> Iterator[str]:
    for op in world.inbound:
        places = [
            told.seq for talk in world.stored.talks for told in world.stored.landed(talk, op.key)
        ]
        if len(places) > 1:
            yield f"{op.client}'s {op.kind} stands {len(places)} times"


def _nothing_invented(world: World) -> Iterator[str]:
    for talk, lines in world.stored.lines.items():
        sent = world.sent_in(talk)
        for told in lines:
            if told.line.speaker is Speaker.BOT:
                continue
            if told.inbox is None or told.inbox not in sent:
                yield f"line {told.seq} from the {told.line.speaker} was sent by nobody"
            elif told.line.text != sent[told.inbox].get("text", told.line.text):
                yield f"line {told.seq} is not as it was sent"
    opened = sum(op.attempts for op in world.ops if op.kind == "open")
    if len(world.stored.talks) > opened:
        yield f"{len(world.stored.talks)} talks, and {opened} were asked for"


def _in_order(world: World) -> Iterator[str]:
    for lines in world.stored.lines.values():
        if [told.seq for told in lines] != list(range(1, len(lines) + 1)):
            yield f"the lines are numbered {[told.seq for told in lines]}"
        if any(told.seq != told.line.seq for told in lines):
            yield "a line's seal says another place than its row"
    by_sender: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for op in world.inbound:
        for told in world.landed(op):
            by_sender[op.client, op.subject].append((told.seq, op.kind))
    for (client, _), places in by_sender.items():
        for (one, _), (other, kind) in pairwise(places):
            if other <= one:
                yield f"{client}'s {kind} stands at {other}, what was sent before it at {one}"


def _readers(world: World) -> Iterator[str]:
    """Each open line gave a page exactly what follows what it asked for, in order (I4, I9)."""
    have: dict[tuple[str, int, str], set[int]] = {}
    for seen in world.history.seen:
        place = seen.client, seen.line, seen.talk
        known = have.setdefault(place, set(range(1, seen.after + 1)))
        seq = int(seen.frame.get("seq", 0))
        if seen.frame["type"] == "message":
            if missing := set(range(1, seq)) - known:
                yield f"{seen.client} was given line {seq} before {min(missing)}"
            yield from _unlike(world, seen.talk, seen.frame)
        if seen.frame["type"] in ("message", "ack"):
            known.add(seq)


def _unlike(world: World, short: str, frame: Frame) -> Iterator[str]:
    talk = world.stored.talk_called(short)
    lines = {t.seq: t.line for t in world.stored.lines.get(talk, [])} if talk else {}
    line = lines.get(int(frame["seq"]))
    if line is None:
        yield f"line {frame['seq']} was shown and is not stored"
    elif (line.text, str(line.speaker)) != (frame["text"], frame["from"]):
        yield f"line {frame['seq']} was shown as something else than is stored"


def _shown_once(world: World) -> Iterator[str]:
    have: dict[tuple[str, int, str], set[int]] = {}
    for seen in world.history.seen:
        place = seen.client, seen.line, seen.talk
        known = have.setdefault(place, set(range(1, seen.after + 1)))
        if seen.frame["type"] == "message":
            seq = int(seen.frame["seq"])
            if seq in known:
                yield f"{seen.client} was shown line {seq} again"
            known.add(seq)


def _escalated(world: World) -> Iterator[str]:
    stored = world.stored
    known = {(c.conversation, c.reference) for c in stored.cases}
    opened = Counter(c.conversation for c in stored.cases if c.closed_at is None)
    told = Counter(f.conversation for f in stored.facts if f.kind == "case-opened")
    for id, talk in stored.talks.items():
        if talk.is_case_open != bool(talk.reference):
            yield "a talk's case is open without a reference"
        if talk.is_case_open and (id, talk.reference) not in known:
            yield "a talk has escalated and there is no case"
        if opened[id] > 1 or told[id] != int(talk.is_case_open):
            yield f"a talk has {opened[id]} open cases, and {told[id]} were counted"
    for case in stored.cases:
        yield from _case_agrees(world, case)
    raised = {f.conversation for f in stored.facts if f.kind == "alarm-raised"}
    for id, talk in stored.talks.items():
        if talk.urgency.is_emergency and (id not in raised or talk.owner is Owner.BOT):
            yield "somebody is in danger, and nobody was alarmed"


def _case_agrees(world: World, case: Case) -> Iterator[str]:
    talk = world.stored.talks.get(case.conversation)
    if talk is None:
        yield "a case is of no talk"
        return
    owner = Owner.CLOSED if case.closed_at else talk.owner
    if case.owner is not owner:
        yield f"a case is with the {case.owner} and its talk with the {talk.owner}"
    if case.urgency != talk.urgency or case.is_silent != talk.is_silent:
        yield "a case knows less of the danger than its talk"


def _one_holder(world: World) -> Iterator[str]:
    """The facts tell who held a case from when to when: one at a time, and each was asked for."""
    for case in world.stored.cases:
        holder: str | None = None
        for fact in world.stored.facts:
            if fact.reference != case.reference:
                continue
            if fact.kind == "case-claimed":
                if holder is not None:
                    yield "a case was claimed while somebody held it"
                holder = fact.values["by"]
            elif fact.kind == "case-given-back":
                holder = None
        if case.holder != holder:
            yield "a case is held by another than who claimed it last"
    yield from _claims_agree(world)
    yield from _replies_by_holder(world)


def _claims_agree(world: World) -> Iterator[str]:
    """Whoever was told *yes* has claimed; nobody claimed who did not ask."""
    names = {id: name for name, id in world.stored.staff.items()}
    claimed = Counter(
        (names.get(f.values["by"], ""), f.reference)
        for f in world.stored.facts
        if f.kind == "case-claimed"
    )
    asked: Counter[tuple[str, str]] = Counter()
    for op in world.ops:
        if op.kind != "claim":
            continue
        asked[op.client, op.subject] += 1
        if op.phase is Phase.OK and not claimed[op.client, op.subject]:
            yield f"{op.client}'s claim was confirmed, and they never held the case"
    for place, times in claimed.items():
        if times > asked[place]:
            yield f"{place[0]} claimed {times} times and asked {asked[place]} times"


def _replies_by_holder(world: World) -> Iterator[str]:
    """Between two claims nobody else's words are in the talk: the lines are in one order."""
    claimed = {f.reference: set[str]() for f in world.stored.facts if f.kind == "case-claimed"}
    for fact in world.stored.facts:
        if fact.kind == "case-claimed":
            claimed[fact.reference].add(fact.values["by"])
    for case in world.stored.cases:
        for told in world.stored.lines.get(case.conversation, []):
            is_workers = told.line.speaker is Speaker.WORKER
            if is_workers and told.line.by not in claimed.get(case.reference, set()):
                yield f"line {told.seq} is by somebody who never held the case"


def _folds(world: World) -> Iterator[str]:
    for id in world.stored.talks:
        for what in fold_of(world.stored, id, world.sent_in(id)).breaks(world.renewals):
            yield f"a talk {what}"


def _audited(world: World) -> Iterator[str]:
    stored = world.stored
    if not stored.chain_holds():
        yield "the audit's chain is broken"
    names = {id: name for name, id in stored.staff.items()}
    rows = Counter(
        (names.get(link.entry.staff, ""), link.entry.action, link.entry.subject)
        for link in stored.audit
    )
    yield from _readings(world, rows)
    facts = {"claim": "case-claimed", "giveback": "case-given-back", "close": "case-closed"}
    for action, kind in facts.items():
        made = Counter(f.reference for f in stored.facts if f.kind == kind)
        noted = Counter[str]()
        for (_, which, subject), times in rows.items():
            noted[subject] += times if which == action else 0
        for reference in {*made, *noted}:
            if made[reference] != noted[reference]:
                yield f"{made[reference]} {action}s were made and {noted[reference]} are audited"
    for (name, action, subject), times in _written(world).items():
        if rows[name, action, subject] != times:
            yield f"{name} wrote {times} replies and {rows[name, action, subject]} are audited"


def _readings(world: World, rows: Counter[tuple[str, str, str]]) -> Iterator[str]:
    asked, shown = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for op in world.ops:
        if op.kind == "read":
            asked[op.client, "opened", op.subject] += 1
            shown[op.client, "opened", op.subject] += op.phase is Phase.OK
    for place in {*asked, *(row for row in rows if row[1] == "opened")}:
        if not shown[place] <= rows[place] <= asked[place]:
            yield (
                f"{place[0]} was shown a case {shown[place]} times, asked {asked[place]} times, "
                f"and {rows[place]} are audited"
            )


def _written(world: World) -> Counter[tuple[str, str, str]]:
    names = {id: name for name, id in world.stored.staff.items()}
    references = {case.conversation: case.reference for case in world.stored.cases}
    return Counter(
        (names.get(told.line.by, ""), "reply", str(references.get(id, "")))
        for id, lines in world.stored.lines.items()
        for told in lines
        if told.line.speaker is Speaker.WORKER
    )


def _left(world: World) -> Iterator[str]:
    """After the exit no line follows and no page is told; no end leaves a way back (I13)."""
    for id, talk in world.stored.talks.items():
        if talk.ended is not None and id in world.stored.sessions:
            yield f"a talk has ended by {talk.ended}, and the way back is still there"
        if talk.ended not in (Ended.EXIT, Ended.STOP):
            continue
        lines = world.stored.lines[id]
        said = [t.seq for t in lines if t.line.key in ("replies.you-left", "replies.you-stopped")]
        if not said:
            yield "somebody has left, and no line says so"
        elif talk.ended is Ended.EXIT and said[0] != len(lines):
            yield f"{len(lines) - said[0]} lines follow an exit"
        yield from _told_after_exit(world, id, said[0] if said else 0)
    for op in world.ops:
        if op.kind in ("exit", "stop") and op.phase is Phase.OK:
            gone = world.talk_of(op)
            if gone is None or world.stored.talks[gone].ended is None:
                yield f"{op.client}'s {op.kind} was acknowledged, and the talk goes on"


def _told_after_exit(world: World, id: ConversationId, last: int) -> Iterator[str]:
    left_at = min(
        (
            op.ended
            for op in world.ops
            if op.kind == "exit" and op.ended and world.talk_of(op) == id
        ),
        default=None,
    )
    for seen in world.history.seen:
        if world.stored.talk_called(seen.talk) != id:
            continue
        is_line = seen.frame["type"] == "message" and seen.frame["seq"] >= last
        is_welcome = seen.frame["type"] == "welcome" and left_at is not None and seen.at > left_at
        if (is_line and world.stored.talks[id].ended is Ended.EXIT) or is_welcome:
            yield f"{seen.client} was told something after the exit"


def _served(world: World) -> Iterator[str]:
    """Once the fault is over, everything is done or refused for a reason that was expected."""
    yield from world.problems
    for op in world.ops:
        if op.phase is Phase.FAIL and op.code not in world.expected:
            yield f"{op.client}'s {op.kind} was refused: {op.code}"
    ended = {world.talk_of(op) for op in world.ops if op.kind in ("exit", "stop")}
    closed = {id for id, talk in world.stored.talks.items() if talk.owner is Owner.CLOSED}
    for op in world.inbound:
        if op.code == "resume-unknown" and world.talk_of(op) not in ended | closed:
            yield f"{op.client}'s way back was lost"


INVARIANTS: dict[str, Callable[[World], Iterator[str]]] = {
    "I1": _nothing_lost,
    "I2": _once,
    "I3": _nothing_invented,
    "I4": _in_order,
    "I4r": _readers,
    "I5": _escalated,
    "I6": _one_holder,
    "I8": _folds,
    "I9": _shown_once,
    "I11": _audited,
    "I13": _left,
    "served": _served,
}
