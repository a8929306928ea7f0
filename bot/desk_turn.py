"""One move of the desk: the loaded talk and its case -> the change to commit, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import desk_records
from bot.apply import Origin, apply_turn
from bot.capacity import require_room
from bot.hot import Hot
from bot.inbound import Receipt
from bot.ladder_turn import LadderTurn
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
from handoff.duty import KIND as DUTY
from handoff.duty import check_deciding, check_duty
from handoff.entry import Entry
from handoff.filing import check_filing
from handoff.intake import with_intake_of, with_kept_intake_of
from handoff.ladder_moves import LadderStep
from handoff.passing import AcceptOffer, OfferCase, Passing
from handoff.refusals import NotFound, NotThere, Refusal
from handoff.sheet_facts import count_sheet
from handoff.transcript import Line, Seq
from storage.store import NOBODY, Change, Sender, Session


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
        if isinstance(self.move.step, LadderStep):
            return await self._on_ladder(talk, case, now)
        filed = await self._filed_before(case)
        inbox = self.tools.inbox(self.tenancy, talk.id, self.move.id)
        if any(entry.id == self.move.id for entry in filed):
            return None
        try:
            check_move(self.move, case, talk, await self.tenancy.on_shift(now))
            if isinstance(self.move.step, Close):
                await self._check_closing(self.move.step, case, talk)
            if isinstance(self.move.step, Reply):
                await check_reach(self.tenancy, talk, now)
        except Refusal:
            # The same reply again, after the case has moved on: it was sent, and that is all.
            if await self.tenancy.store.line_of(talk.id, inbox) is not None:
                return None
            raise
        if isinstance(self.move.step, Claim) and case.holder == by.id:
            return None
        await self._check_beside(case, filed)
        made = await self._made(talk, case, inbox, now)
        sheets = desk_records.sheet(self.move, case, now)
        of_sheets = (f for sheet in sheets for f in count_sheet(sheet, made.case or case, filed))
        return replace(
            made,
            entries=sheets,
            facts=(*made.facts, *of_sheets, *desk_records.facts(self.move, case, now)),
            audit=(desk_records.audit(self.move, case, now),),
            timers=(
                *desk_records.timers(case, made.case or case),
                *(timer for sheet in sheets for timer in timers_of(case, sheet)),
            ),
        )

    async def _filed_before(self, case: Case) -> Sequence[Entry]:
        """The case's file, for the moves that leave a sheet there: under their id, once."""
        if not isinstance(self.move.step, File | Passing):
            return ()
        return await self.tenancy.store.entries(case.reference)

    async def _check_beside(self, case: Case, filed: Sequence[Entry]) -> None:
        """What speaks against a move by more than its own case. Raises the refusal."""
        match self.move.step:
            case File(kind, _, based_on):
                check_filing(self.move.by, kind, filed, based_on)
                if kind == DUTY:
                    check_deciding(self.move.by, case)
            case OfferCase(queue=queue) if queue is not None:
                # Behind the other wall nobody may so much as be offered it (P6).
                if queue not in self.tenancy.queues or self.tenancy.side_of(queue) != case.side:
                    raise NotThere
            case Claim():
                await require_room(self.tenancy, self.move.by, case)
            case AcceptOffer() if case.offer is not None and not case.offer.joins:
                await require_room(self.tenancy, self.move.by, case)

    async def _made(self, talk: Conversation, case: Case, inbox: bytes, now: datetime) -> Change:
        """The talk and the case after the move; of some the visitor's side is no part."""
        edition = await self.tenancy.edition_of(talk.edition)
        event = event_of(self.move, case)
        if event is None:
            # A case in memory is without what the stored one keeps of its intake for the list.
            kept = with_kept_intake_of(edition, talk, case)
            return Change(conversation=talk, case=make_move(self.move, kept, now))
        turn = advance(edition, talk, event, await self.tenancy.moment(now))
        self.taken = (turn,)
        origin = Origin(inbox, self.move.by.id, make_move(self.move, case, now))
        return apply_turn(self.tools.setting(self.tenancy, edition, now), talk, turn, case, origin)

    async def _on_ladder(self, talk: Conversation, case: Case, now: datetime) -> Change | None:
        check_move(self.move, case, talk, ())
        edition = await self.tenancy.edition_of(talk.edition)
        turn = LadderTurn(self.tools, self.tenancy, self.move, talk, case, edition, now)
        change, self.taken = await turn.change()
        return change

    async def _check_closing(self, step: Close, case: Case, talk: Conversation) -> None:
        edition = await self.tenancy.edition_of(talk.edition)
        whole, entries = (
            with_intake_of(edition, talk, case),
            await self.tenancy.store.entries(case.reference),
        )
        check_closing(whole, talk, entries)
        check_duty(case, entries, step.outcome, is_gone=step.is_gone)

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """The same move again: it was made."""
        return Receipt(talk.id, talk, seq)
