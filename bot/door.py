"""The one door: every event of a visitor or of staff enters here, is committed, and is then told.

A talk's turn is held from before it is loaded until it is committed; only a commit is acknowledged.
Nothing here knows a channel, a page or a language.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.any_turn import AnyTurn
from bot.apply import Origin, apply_turn
from bot.delivery import outbox_topic, with_delivery
from bot.desk_turn import DeskTurn
from bot.hot import Hot, HotTalks
from bot.inbound import (
    LONGEST_TEXT,
    Arrival,
    Inbound,
    NotSaved,
    Receipt,
    TalkUnknown,
    TextTooLong,
    Typed,
)
from bot.presence import desk_topic, talk_topic
from bot.saving import SAVING, gathered
from bot.tenancy import Tenancy
from bot.turns import Tools, VisitorTurn, new_id
from bot.watching import with_watches
from bot.ways_back import WaysBack
from flows.conversation import Conversation, ConversationId
from flows.engine import begin
from flows.events import ExitTaken
from flows.turn import Turn
from handoff.case import Case
from handoff.counting import count_beginning
from handoff.desk import Move
from handoff.reference import Reference
from handoff.refusals import NotFound
from handoff.transcript import Line, Seq
from storage.bus import Bus
from storage.errors import UnfitChange
from storage.store import NOBODY, Change, Committed, Conflict, Repeated, Sender, Session
from tenants.tenant import TenantId

TRIES = 3
"""How often a turn is taken in all when another process keeps committing first."""


@dataclass(slots=True, repr=False)
class Door:
    """Receives what visitors do and what the desk does, for every tenant of this process.

    ``watch`` is told of every turn that was committed; nothing depends on it.
    """

    tenancies: Mapping[TenantId, Tenancy]
    tools: Tools
    bus: Bus
    hot: HotTalks = field(default_factory=HotTalks)
    watch: Callable[[Turn], None] = lambda _turn: None
    ways: WaysBack = field(init=False)

    def __post_init__(self) -> None:
        """The ways back are looked up where the talks are."""
        self.ways = WaysBack(self.tenancies, self.tools.clock, self.bus, self.hot)

    async def open(self, arrival: Arrival) -> Receipt:
        """Begin a talk; its first lines are committed before they are returned. Raises NotSaved."""
        with SAVING:
            return await self._open(arrival)

    async def _open(self, arrival: Arrival) -> Receipt:
        tenancy = self.tenancies[arrival.tenant]
        moment = await tenancy.moment(self.tools.clock())
        talk = Conversation(
            id=new_id(),
            tenant=arrival.tenant,
            channel=arrival.channel,
            edition=tenancy.edition.id,
            language=arrival.language,
            flow=tenancy.edition.entry,
            door=arrival.door,
            staffed=moment.staffed,
            heard_at=moment.now,
            chat=arrival.chat,
        )
        turn = begin(tenancy.edition, talk, moment)
        setting = self.tools.setting(tenancy, tenancy.edition, moment.now)
        change = apply_turn(setting, talk, turn, None, Origin())
        session = Session(arrival.sender, tenancy.session_end(moment.now), arrival.device)
        facts = (count_beginning(talk, moment.now), *change.facts)
        change = with_delivery(replace(change, session=session, facts=facts), moment.now)
        outcome = await tenancy.store.commit(change)
        if not isinstance(outcome, Committed):
            raise NotSaved
        self.watch(turn)
        return self._keep(tenancy, outcome.change, session)

    async def receive(self, inbound: Inbound) -> Receipt:
        """Take one visitor's event, commit what it causes, and only then return.

        Raises TalkUnknown, IdReused, TextTooLong or NotSaved; the page still has the words then.
        """
        if isinstance(inbound.event, Typed) and len(inbound.event.text) > LONGEST_TEXT:
            raise TextTooLong
        tenant, sender = inbound.tenant, inbound.sender
        with SAVING:
            id = self.ways.remembered(tenant, sender) or await self.find(tenant, sender)
            return await self._receive(id, inbound)

    async def leave(self, tenant: TenantId, *devices: bytes) -> None:
        """End every talk of one browser: whoever leaves one page leaves them all (P1, I13).

        ``devices`` are its hashes under every key. Raises the first failure, and only when every
        talk has been tried.
        """
        store, failures = self.tenancies[tenant].store, list[Exception]()
        for device in devices:
            # What cannot be found or ended now must not keep the others alive.
            with gathered(failures):
                talks = await store.conversations_on(device)
                for id in talks:
                    with gathered(failures):
                        await self._leave(tenant, id, device)
        if failures:
            raise failures[0]

    async def _leave(self, tenant: TenantId, id: ConversationId, device: bytes) -> None:
        leaving = Inbound(tenant, NOBODY, secrets.token_hex(16), ExitTaken(), device)
        with suppress(TalkUnknown):
            await self._receive(id, leaving)

    async def _receive(self, id: ConversationId, inbound: Inbound) -> Receipt:
        tenancy = self.tenancies[inbound.tenant]
        async with self.hot.turn(inbound.tenant, id) as hot:
            turn = VisitorTurn(self.tools, tenancy, inbound)
            return await self.commit(tenancy, hot, id, turn)

    async def move(self, tenant: TenantId, move: Move) -> Case:
        """Make a move of the desk by the same door. Raises a ``handoff.refusals.Refusal``."""
        tenancy = self.tenancies[tenant]
        case = await tenancy.store.case(move.reference)
        if case is None:
            raise NotFound
        async with self.hot.turn(tenant, case.conversation) as hot:
            if hot.case is not None and hot.case.version < case.version:
                # Another process has moved on: a refusal from an old copy would be a lie.
                self.hot.forget(tenant, case.conversation)
            await self.commit(tenancy, hot, case.conversation, DeskTurn(self.tools, tenancy, move))
            return hot.case or case

    async def stay(self, tenant: TenantId, sender: Sender, device: bytes) -> None:
        """An open page is a sign of life: its way back lasts, however long the wait (I4)."""
        id = self.ways.remembered(tenant, sender) or await self.find(tenant, sender)
        tenancy, now = self.tenancies[tenant], self.tools.clock()
        async with self.hot.turn(tenant, id) as hot:
            ends_at = hot.session_ends_at
            life = tenancy.tenant.settings.resume_within
            if ends_at is not None and ends_at - now > life / 2:
                return
            talk = await self._load(tenancy, hot, id)
            await self.ways.admit(tenant, sender, id)
            if talk.ended is not None:
                return  # It was left while this waited, here or in another process (I13).
            session = Session(sender, tenancy.session_end(now), device)
            outcome = await tenancy.store.commit(Change(conversation=talk, session=session))
            if isinstance(outcome, Committed) and outcome.change.conversation is not None:
                hot.talk, hot.session_ends_at = outcome.change.conversation, session.ends_at
            else:
                self.hot.forget(tenant, id)

    async def find(self, tenant: TenantId, sender: Sender) -> ConversationId:
        """The talk this sender may go on with. Raises TalkUnknown, whatever the cause (P16)."""
        return await self.ways.find(tenant, sender)

    async def lines(self, tenant: TenantId, id: ConversationId, *, after: Seq) -> tuple[Line, ...]:
        """The lines that follow ``after``, from memory where they are all there (I4, I16)."""
        hot = self.hot.get(tenant, id)
        if hot.talk is not None and after >= hot.talk.last_seq:
            return ()
        if hot.talk is not None and hot.tail and hot.tail[0].seq <= after + 1:
            return tuple(line for line in hot.tail if line.seq > after)
        return tuple(await self.tenancies[tenant].store.lines(id, after=after))

    async def talk(
        self, tenant: TenantId, id: ConversationId, *, is_own: bool = False
    ) -> Conversation | None:
        """A talk as it was last committed, by whichever process.

        ``is_own``: it was committed here just now, so that what is in memory needs no second look.
        """
        hot = self.hot.get(tenant, id)
        if hot.talk is not None and (is_own or self.bus.state == "alone"):
            return hot.talk
        stored = await self.tenancies[tenant].store.conversation(id)
        if stored is not None and hot.talk is not None and hot.talk.version < stored.version:
            self.hot.forget(tenant, id)
        return stored

    async def commit(
        self, tenancy: Tenancy, hot: Hot, id: ConversationId, turn: AnyTurn
    ) -> Receipt:
        """Take a turn on the talk as it stands, again where another process was first."""
        for _ in range(TRIES):
            talk = await self._load(tenancy, hot, id)
            await self.ways.admit(tenancy.tenant.id, turn.sender, id)
            if (line := await turn.older_line(talk, hot)) is not None:
                return await turn.repeated(talk, line.seq)
            change = await turn.change(talk, hot)
            if change is None:
                return Receipt(id, talk, Seq(talk.last_seq))
            now = self.tools.clock()
            change = with_delivery(with_watches(tenancy, hot.case, change, now), now)
            try:
                outcome = await self._outcome(tenancy, id, change)
            except UnfitChange:
                # Sent again, it would be refused again: what can be kept of it goes to a person.
                if not turn.set_aside():
                    raise
                continue
            match outcome:
                case Committed(change=stored):
                    for taken in turn.taken:
                        self.watch(taken)
                    return self._keep(tenancy, stored, turn.session)
                case Repeated(seq=seq):
                    # It was committed and nobody here heard of it: what is in memory is older.
                    self.hot.forget(tenancy.tenant.id, id)
                    talk = await self._load(tenancy, hot, id)
                    self.bus.publish(talk_topic(tenancy.tenant.id, id))
                    return await turn.repeated(talk, seq)
                case Conflict():
                    self.hot.forget(tenancy.tenant.id, id)
        raise NotSaved

    async def _outcome(
        self, tenancy: Tenancy, id: ConversationId, change: Change
    ) -> Committed | Repeated | Conflict:
        """Commit, and hold the turn until the fate is known, even when the caller is cancelled.

        Cancelled or failed is not *not committed* (I1, I2): then memory is not trusted.
        """
        committing = asyncio.ensure_future(tenancy.store.commit(change))
        try:
            return await asyncio.shield(committing)
        except BaseException:
            await asyncio.wait([committing])
            self.hot.forget(tenancy.tenant.id, id)
            if change.conversation is not None:
                # It may stand: whoever reads along must not wait until the caller asks again.
                self.bus.publish(talk_topic(tenancy.tenant.id, id))
                self.bus.publish(desk_topic(tenancy.tenant.id))
            raise

    async def _load(self, tenancy: Tenancy, hot: Hot, id: ConversationId) -> Conversation:
        if hot.talk is None:
            talk = await tenancy.store.conversation(id)
            if talk is None:
                raise TalkUnknown
            if talk.reference:
                hot.case = await tenancy.store.case(Reference(talk.reference))
            hot.talk, hot.is_from_store = talk, True
        return hot.talk

    def _keep(self, tenancy: Tenancy, stored: Change, session: Session | None) -> Receipt:
        """Remember what was committed, and nudge whoever waits for it."""
        talk, tenant = stored.conversation, tenancy.tenant.id
        if talk is None:
            raise NotSaved
        hot = self.hot.get(tenant, talk.id)
        hot.keep(talk, stored.case, stored.lines)
        if session is not None:
            hot.session_ends_at = session.ends_at
            self.hot.belongs(tenant, session.sender, talk.id)
        if stored.ends_session:
            self.hot.end(tenant, talk.id)
        self.bus.publish(talk_topic(tenant, talk.id))
        if stored.case is not None:
            self.bus.publish(desk_topic(tenant))
        if talk.chat:
            self.bus.publish(outbox_topic(tenant))
        own = next((line.seq for line in stored.lines if line.inbox), Seq(talk.last_seq))
        if stored.following is not None:
            opened = self._keep(tenancy, stored.following, stored.following.session)
            return replace(opened, seq=own)
        return Receipt(talk.id, talk, own, stored.lines)
