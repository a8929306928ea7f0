"""What a move of the ladder causes, as one change: a rung, its sheet, its facts, its next timer,
and where the visitor is to hear the truth, their line. Whatever was done already causes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.apply import Origin, apply_turn
from bot.tenancy import Tenancy
from bot.turns import Tools
from bot.watching import keep_watched
from flows.conversation import Conversation
from flows.edition import Edition
from flows.effects import Say
from flows.engine import advance
from flows.events import NobodyAnswered
from flows.turn import Turn
from handoff.case import Case
from handoff.counting import count_rung, count_seen
from handoff.desk import Move
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.intake import with_kept_intake_of
from handoff.ladder import (
    Step,
    find_watch,
    place_call,
    see,
    take_step,
    tell_truth,
    watched,
    with_watch,
)
from handoff.ladder_moves import CallPlaced, Climb, Seen
from handoff.staff import StaffId
from handoff.watch import Cause, Watch
from storage.store import AuditEntry, Change, Timer

OF_OTHER_ROOMS = frozenset({Cause.CALL_BACK, Cause.TRANSFER})
"""Causes whose timer somebody may set without a watch in the case: then it is watched from then."""

MOST = 200
"""Due timers among which one is looked for."""


@dataclass(frozen=True, slots=True)
class LadderTurn:
    """One move of the ladder on one talk. ``taken`` is what the visitor's side made of it."""

    tools: Tools
    tenancy: Tenancy
    move: Move
    talk: Conversation
    case: Case
    edition: Edition
    now: datetime

    async def change(self) -> tuple[Change | None, tuple[Turn, ...]]:
        """The change, and the turn of the talk where the visitor is told."""
        match self.move.step:
            case Seen(id):
                return self._seen(find_watch(self.case, id)), ()
            case CallPlaced(id, call):
                return self._placed(find_watch(self.case, id), call), ()
            case Climb() as climb:
                return await self._climbed(climb)
        return None, ()

    def _seen(self, watch: Watch | None) -> Change | None:
        if watch is None or not watch.is_alarming:
            return None
        by, spans = self.move.by, self.tenancy.tenant.settings.ladder
        case = with_watch(self.case, see(watch, by, spans, self.now))
        audit = AuditEntry(by.id, "seen", self.now, case.reference, f"{watch.cause} {watch.rung}")
        fact = count_seen(watch, case, by, self.now)
        return replace(self._filed(case, watch, by.id, is_seen=True, facts=(fact,)), audit=(audit,))

    def _placed(self, watch: Watch | None, call: int) -> Change | None:
        if watch is None or watch.call != call or watch.calls_at is None:
            return None
        return self._of_case(with_watch(self.case, place_call(watch)))

    async def _climbed(self, climb: Climb) -> tuple[Change | None, tuple[Turn, ...]]:
        case = await self._watched(climb)
        watch = find_watch(case, climb.watch)
        if watch is None:
            return self._ended(climb), ()
        spans = self.tenancy.tenant.settings.ladder
        on_shift = await self.tenancy.on_shift(self.now)
        step = take_step(watch, case, on_shift, spans, self.now)
        if step is None:
            # Another process has taken it, or the case was found without its watch and has it now.
            return (None if case is self.case else self._of_case(case)), ()
        return await self._stepped(case, watch, step)

    async def _watched(self, climb: Climb) -> Case:
        """The case with a watch for this timer, where it is one that should be watched."""
        case = keep_watched(self.tenancy, self.case, self.now)
        if find_watch(case, climb.watch) is not None or climb.kind not in OF_OTHER_ROOMS:
            return case
        due = await self.tenancy.store.due_timers(self.now, limit=MOST)
        if case.closed_at is not None or not any(timer.id == climb.watch for timer in due):
            return case
        spans = self.tenancy.tenant.settings.ladder
        case = watched(case, Cause(climb.kind), spans, since=climb.due_at, id=climb.watch)
        watch = case.watches[-1]
        # Its own timer is the one that is due: nobody waits a second span.
        return with_watch(case, watch.evolve(climbs_at=self.now))

    def _ended(self, climb: Climb) -> Change:
        """A timer of nothing: done, in a commit that nobody can come between."""
        done = Timer(
            climb.watch,
            climb.kind,
            climb.due_at,
            self.talk.id,
            self.case.reference,
            is_done=True,
        )
        return replace(self._of_case(self.case), timers=(done,))

    async def _stepped(
        self, case: Case, watch: Watch, step: Step
    ) -> tuple[Change, tuple[Turn, ...]]:
        after = step.watch.evolve(tried_by=self.move.id) if step.calls else step.watch
        facts = (count_rung(after, case, self.now),) if step.rung else ()
        if not step.tells:
            return self._climbed_to(with_watch(case, after), watch, step, facts), ()
        moment = await self.tenancy.moment(self.now, heard_at=self.talk.heard_at)
        turn = advance(self.edition, self.talk, NobodyAnswered(), moment)
        is_said = any(isinstance(effect, Say) for effect in turn.effects)
        case = with_watch(case, tell_truth(after, is_said=is_said))
        filed = self._climbed_to(case, watch, step, facts)
        setting = self.tools.setting(self.tenancy, self.edition, self.now)
        told = apply_turn(setting, self.talk, turn, self.case, Origin(moved=filed.case))
        whole = replace(told, entries=filed.entries, facts=(*told.facts, *filed.facts))
        return whole, (turn,)

    def _climbed_to(self, case: Case, was: Watch, step: Step, facts: Iterable[Fact]) -> Change:
        if step.rung is None or step.rung is was.rung:
            return replace(self._of_case(case), facts=tuple(facts))
        return self._filed(case, step.watch, StaffId(""), is_seen=False, facts=facts)

    def _filed(
        self, case: Case, watch: Watch, by: StaffId, *, is_seen: bool, facts: Iterable[Fact]
    ) -> Change:
        """The change with a sheet for the case's file: what climbed, or who has seen it."""
        content = {"cause": watch.cause, "rung": watch.rung, "is_seen": is_seen}
        case = case.evolve(filed=case.filed + 1)
        id = self.move.id
        entry = Entry(case.reference, case.filed, id, "alarm", self.now, by, content)
        return replace(self._of_case(case), entries=(entry,), facts=tuple(facts))

    def _of_case(self, case: Case) -> Change:
        """Of the talk nothing but the version changes. In memory a case is without its intake."""
        listed = with_kept_intake_of(self.edition, self.talk, case)
        return Change(conversation=self.talk, case=listed)
