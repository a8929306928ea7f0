"""One turn of a visitor's: the loaded talk -> the change to commit. The desk's: ``bot.desk_turn``.

A failure in a visitor's turn ends here: what was written is kept and the case goes to a person.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.apply import Origin, Setting, apply_turn
from bot.hot import Hot
from bot.inbound import IdReused, Inbound, Receipt, TalkUnknown, Typed
from bot.late_screener import LateScreener
from bot.meters import Meters
from bot.passwords import Passwords
from bot.tenancy import Tenancy
from bot.trouble import fit_to_keep, take_in_trouble
from bot.understanding import Understanding
from bot.words import WordsGiven, keep_words
from flows.ages import own_age
from flows.conversation import END, Conversation, ConversationId, Owner
from flows.edition import Edition
from flows.effects import KeepWords, OpenDoor
from flows.engine import begin_at_door
from flows.events import (
    ChoiceMade,
    ChoicesMade,
    ExitTaken,
    Moment,
    PersonWanted,
    Skipped,
    TextReceived,
    VisitorEvent,
    WordsChosen,
)
from flows.known import queue_of
from flows.remembered import advance
from flows.turn import Turn
from handoff.case import Case
from handoff.counting import count_beginning
from handoff.queue import rank
from handoff.transcript import Line, Seq
from locales.lookup import Catalogues
from storage.keyring import Keyring
from storage.store import Change, Sender, Session

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tools:
    """What every turn needs beside the talk itself."""

    catalogues: Catalogues
    understanding: Understanding
    screener: LateScreener
    keyring: Keyring
    clock: Callable[[], datetime]
    meters: Meters = field(default_factory=Meters)
    passwords: Passwords = field(default_factory=Passwords)

    def setting(self, tenancy: Tenancy, edition: Edition, now: datetime) -> Setting:
        """What a turn is applied in."""
        return Setting(tenancy, edition, self.catalogues, now)

    def inbox(self, tenancy: Tenancy, talk: ConversationId, external_id: str) -> bytes:
        """What stands for a channel's own id of an event in the transcript (I2)."""
        return self.keyring.keyed_hash("inbox", tenancy.tenant.id, f"{talk} {external_id}")

    async def older_line(
        self, tenancy: Tenancy, talk: Conversation, id: str, hot: Hot
    ) -> Line | None:
        """The line of an event that was committed under an older key: no commit finds that one."""
        if talk.ended is not None or not hot.is_from_store:
            return None
        older = self.keyring.older_hashes("inbox", tenancy.tenant.id, f"{talk.id} {id}")
        for inbox in older:
            if (line := await tenancy.store.line_of(talk.id, inbox)) is not None:
                return line
        return None


@dataclass(slots=True)
class VisitorTurn:
    """A visitor's event. ``session`` is set where this turn prolongs their way back.

    ``taken`` is what the event was made into: one turn, or two where another door opened.
    ``refusals`` is how often what it caused was unfit for the store.
    """

    tools: Tools
    tenancy: Tenancy
    inbound: Inbound
    session: Session | None = None
    taken: tuple[Turn, ...] = ()
    refusals: int = 0

    @property
    def sender(self) -> Sender:
        """Whose the talk must still be when this is committed."""
        return self.inbound.sender

    def set_aside(self) -> bool:
        """No store will ever take it as it is: take less of it, if there is less."""
        self.refusals += 1
        log.error("turn-unfit", refusals=self.refusals)
        self.tools.meters.count_failed(self.tenancy.tenant.id)
        return self.refusals < 3

    async def change(self, talk: Conversation, hot: Hot) -> Change | None:
        """What this event causes in the talk as it was loaded."""
        if talk.ended is not None:
            raise TalkUnknown
        now = self.tools.clock()
        inbox = self.tools.inbox(self.tenancy, talk.id, self.inbound.external_id)
        if self.refusals:
            return self._prolonged(await self._last_resort(talk, hot, now, inbox), hot, now)
        try:
            change = await self._advanced(talk, hot, now, inbox)
        except Exception as error:
            # Whatever it was, the person must not pay for it. The class alone is logged: a message
            # might quote what they wrote.
            log.error("turn-failed", conversation=talk.id, error=type(error).__name__)
            self.tools.meters.count_failed(self.tenancy.tenant.id)
            change = await self._last_resort(talk, hot, now, inbox)
        return self._prolonged(change, hot, now)

    async def older_line(self, talk: Conversation, hot: Hot) -> Line | None:
        """Its line from before the newest key, if it was taken then. Raises IdReused."""
        if isinstance(self.inbound.event, ExitTaken):
            # Nothing is looked up before somebody may go (P1); twice gone is gone.
            return None
        external_id = self.inbound.external_id
        return self._own(await self.tools.older_line(self.tenancy, talk, external_id, hot))

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """The same id again: the same answer, unless it comes with other words."""
        inbox = self.tools.inbox(self.tenancy, talk.id, self.inbound.external_id)
        self._own(await self.tenancy.store.line_of(talk.id, inbox))
        return Receipt(talk.id, talk, seq)

    def _own(self, line: Line | None) -> Line | None:
        if line is not None and not self._is_of(line):
            raise IdReused
        return line

    def _is_of(self, line: Line) -> bool:
        """Whether this event is the one that the line was written for."""
        if Typed(line.text) in (fit_to_keep(self.inbound.event, n) for n in (1, 2)):
            return True
        match self.inbound.event:
            case Typed(text):
                # A typed way out is written as what it did, anything else word for word.
                return line.text == text or (
                    line.key != "" and line.key == self.tools.understanding.written(text)
                )
            case ChoiceMade(value):
                return line.values == (value,)
            case ChoicesMade(values) if values:
                return line.values == values
        return line.key != "" or not line.text

    async def _advanced(self, talk: Conversation, hot: Hot, now: datetime, inbox: bytes) -> Change:
        edition = await self.tenancy.edition_of(talk.edition)
        event = self._in_time(talk, self._understood(edition, talk))
        ahead = None
        if isinstance(event, PersonWanted):
            # Counted only where it will be told.
            ahead = await self._ahead(edition, talk, hot.case, now)
        moment = await self.tenancy.moment(now, ahead=ahead, heard_at=talk.heard_at)
        turn = await self._with_words(advance(edition, talk, event, moment).now(heard_at=now))
        self.taken = (turn,)
        setting = self.tools.setting(self.tenancy, edition, now)
        change = apply_turn(setting, talk, turn, hot.case, Origin(inbox))
        for effect in turn.effects:
            if isinstance(effect, OpenDoor):
                following = self._other_door(edition, talk, effect, moment)
                return replace(change, following=following)
        return change

    async def _with_words(self, turn: Turn) -> Turn:
        """Where words are to be kept: what stands for them, with the talk."""
        given = self.inbound.event
        if not isinstance(given, WordsGiven) or KeepWords() not in turn.effects:
            return turn
        return Turn(await keep_words(self.tools.passwords, turn.talk, given), turn.effects)

    def _understood(self, edition: Edition, talk: Conversation) -> VisitorEvent:
        event = self.inbound.event
        if isinstance(event, WordsGiven):
            return WordsChosen()
        if not isinstance(event, Typed):
            return event
        named = self.tools.understanding.read(edition, talk, event.text)
        if named is not None and not (isinstance(named, Skipped) and self._is_late(talk)):
            return named
        # A *no* that was sent before the question was seen passes over nothing (P5, P19).
        door = str(edition.flows[talk.flow].side)
        with self.tools.meters.screening():
            screening = self.tools.screener.screen(event.text, door=door)
        choice = self.tools.understanding.lean(edition, talk, event.text)
        return TextReceived(event.text, screening, age=own_age(event.text), choice=choice)

    def _in_time(self, talk: Conversation, event: VisitorEvent) -> VisitorEvent:
        """Mark an answer that was made before the question that stands now could be seen (P5)."""
        if isinstance(event, TextReceived | ChoiceMade | ChoicesMade) and self._is_late(talk):
            return replace(event, is_late=True)
        return event

    def _is_late(self, talk: Conversation) -> bool:
        seen = self.inbound.seen
        return seen is not None and seen < talk.last_seq

    async def _ahead(
        self, edition: Edition, talk: Conversation, case: Case | None, now: datetime
    ) -> int:
        """How many will be before this talk, where this turn puts it: in its own flow's queue."""
        queue = self.tenancy.queue_of(queue_of(edition, talk))
        since = (case and case.waiting_since) or now
        before = rank(since, talk.urgency.level)
        ahead = await self.tenancy.store.count_waiting(queue, before=before)
        # A second word moves their own case forward, and nothing of that may show (P16).
        is_own = case is not None and case.owner is Owner.QUEUE and case.queue == queue
        return ahead - (is_own and case is not None and case.rank_at < before)

    def _other_door(
        self, edition: Edition, talk: Conversation, opened: OpenDoor, moment: Moment
    ) -> Change:
        """The talk that the new door opens, in the same commit; only the language crosses (P6)."""
        newcomer = Conversation(
            id=new_id(),
            tenant=talk.tenant,
            channel=talk.channel,
            edition=edition.id,
            language=talk.language,
            flow=edition.entry,
            door=opened.flow,
            staffed=moment.staffed,
            heard_at=moment.now,
            chat=talk.chat,
        )
        turn = begin_at_door(edition, newcomer, moment)
        self.taken = (*self.taken, turn)
        setting = self.tools.setting(self.tenancy, edition, moment.now)
        change = apply_turn(setting, newcomer, turn, None, Origin())
        ends_at = self.tenancy.session_end(moment.now)
        session = Session(self.inbound.sender, ends_at, self.inbound.device)
        facts = (count_beginning(newcomer, moment.now), *change.facts)
        return replace(change, session=session, facts=facts)

    async def _last_resort(
        self, talk: Conversation, hot: Hot, now: datetime, inbox: bytes
    ) -> Change:
        """Keep the words, queue the case with what is known, and say so; never silence (P9)."""
        edition = self.tenancy.edition
        event = fit_to_keep(self.inbound.event, self.refusals)
        was_silent = self.tenancy.is_after_silence(now, talk.heard_at)
        kept = take_in_trouble(talk, event, after_silence=was_silent)
        if talk.flow not in edition.flows:
            kept = kept.now(flow=edition.entry, step=END)
        self.taken = (kept,)
        setting = self.tools.setting(self.tenancy, edition, now)
        return apply_turn(setting, talk, kept, hot.case, Origin(inbox, in_trouble=True))

    def _prolonged(self, change: Change, hot: Hot, now: datetime) -> Change:
        """Move the end of the visitor's way back, but not on every turn: it costs a write."""
        life = self.tenancy.tenant.settings.resume_within
        far = hot.session_ends_at is not None and hot.session_ends_at - now > life / 2
        if far or change.ends_session:
            return change
        ends_at = self.tenancy.session_end(now)
        self.session = Session(self.inbound.sender, ends_at, self.inbound.device)
        return replace(change, session=self.session)


def new_id() -> ConversationId:
    """An id of a talk: 128 random bits, of no meaning."""
    return ConversationId(secrets.token_hex(16))
