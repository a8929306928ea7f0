"""One move of the desk: the loaded talk and its case -> the change to commit, or a refusal."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.apply import Origin, apply_turn
from bot.hot import Hot
from bot.inbound import Receipt
from bot.reach import check_reach
from bot.sheet_timers import timers_of
from bot.tenancy import Tenancy
from bot.turns import Tools
from flows.conversation import Conversation
from flows.engine import advance
from flows.turn import Turn
from handoff.case import Case
from handoff.closing import check_closing
from handoff.desk import Claim, Close, File, Move, Reply, check_move, event_of, make_move
from handoff.entry import Entry
from handoff.filing import check_filing
from handoff.intake import with_intake_of, with_kept_intake_of
from handoff.refusals import NotFound, Refusal
from handoff.sheet_facts import count_sheet
from handoff.transcript import Line, Seq
from storage.store import NOBODY, AuditEntry, Change, Sender, Session


@dataclass(slots=True)
class DeskTurn:
    """A move of the desk."""

    tools: Tools
    tenancy: Tenancy
    move: Move
    sender: Sender = NOBODY
    session: Session | None = None
    taken: tuple[Turn, ...] = ()

    async def older_line(self, talk: Conversation, hot: Hot) -> Line | None:
        """The line of this move from before the newest key, if it was made then."""
        return await self.tools.older_line(self.tenancy, talk, self.move.id, hot)

    def set_aside(self) -> bool:
        """A move is made whole or not at all; whoever made it is told."""
        return False

    async def change(self, talk: Conversation, hot: Hot) -> Change | None:
        """What the move causes, with its audit row; None when it was made already."""
        case, by = hot.case, self.move.by
        if case is None:
            raise NotFound
        now = self.tools.clock()
        inbox = self.tools.inbox(self.tenancy, talk.id, self.move.id)
        try:
            check_move(self.move, case, talk, await self.tenancy.on_shift(now))
            if isinstance(self.move.step, Close):
                await self._check_closing(case, talk)
            if isinstance(self.move.step, Reply):
                await check_reach(self.tenancy, talk, now)
        except Refusal:
            # The same reply again, after the case has moved on: it was sent, and that is all.
            if await self.tenancy.store.line_of(talk.id, inbox) is not None:
                return None
            raise
        if isinstance(self.move.step, Claim) and case.holder == by.id:
            return None
        edition = await self.tenancy.edition_of(talk.edition)
        if isinstance(self.move.step, File):
            # A case in memory is without what the stored one keeps of its intake for the list.
            kept = with_kept_intake_of(edition, talk, case)
            return await self._filed(self.move.step, talk, kept, now)
        moment = await self.tenancy.moment(now)
        turn = advance(edition, talk, event_of(self.move.step), moment)
        self.taken = (turn,)
        origin = Origin(inbox, by.id, make_move(self.move, case, now))
        setting = self.tools.setting(self.tenancy, edition, now)
        change = apply_turn(setting, talk, turn, case, origin)
        action = type(self.move.step).__name__.lower()
        return replace(change, audit=(AuditEntry(by.id, action, now, case.reference),))

    async def _filed(
        self, step: File, talk: Conversation, case: Case, now: datetime
    ) -> Change | None:
        """The case with one more sheet in its file; of the talk nothing but the version changes."""
        by, entries = self.move.by, await self.tenancy.store.entries(case.reference)
        if any(entry.id == self.move.id for entry in entries):
            return None
        check_filing(by, step.kind, entries, step.based_on)
        number = case.filed + 1
        entry = Entry(case.reference, number, self.move.id, step.kind, now, by.id, step.content)
        audit = AuditEntry(by.id, "filed", now, case.reference, f"{step.kind} {number}")
        return Change(
            conversation=talk,
            case=make_move(self.move, case, now),
            timers=tuple(timers_of(case, entry)),
            entries=(entry,),
            facts=tuple(count_sheet(entry, case, entries)),
            audit=(audit,),
        )

    async def _check_closing(self, case: Case, talk: Conversation) -> None:
        edition = await self.tenancy.edition_of(talk.edition)
        whole = with_intake_of(edition, talk, case)
        check_closing(whole, talk, await self.tenancy.store.entries(case.reference))

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """The same move again: it was made."""
        return Receipt(talk.id, talk, seq)
