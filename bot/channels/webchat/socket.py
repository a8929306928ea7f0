"""The socket of the visitor's page: frames in, committed lines out, in order and without a gap.

A frame is acknowledged only after its commit. Where it stands is a sequence, so that any break of
the line is mended by going on after it (I4, I16).
"""

import asyncio
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

import structlog
from aiohttp import WSCloseCode

from bot.channels.webchat.admission import wait_to_open
from bot.channels.webchat.ahead import Frames
from bot.channels.webchat.browser import (
    CHANNEL,
    device_of,
    language_of,
    new_token,
    sender_of,
)
from bot.channels.webchat.frames import (
    WORD,
    Frame,
    Hello,
    Malformed,
    beat_frame,
    error_frame,
    message_frame,
    read_event,
    read_hello,
    read_seen,
    read_word,
)
from bot.channels.webchat.pace import Pace
from bot.channels.webchat.standing import Standing, stand
from bot.channels.webchat.unsaved import Unsaved
from bot.channels.webchat.welcome import welcome_frame
from bot.channels.webchat.wire import Wire
from bot.channels.webchat.word import open_by_word
from bot.house import House
from bot.inbound import Arrival, IdReused, Inbound, NotSaved, Receipt, TalkUnknown, TextTooLong
from bot.presence import talk_topic
from bot.tenancy import Tenancy
from bot.words import WordUnknown
from flows.conversation import Conversation, ConversationId, Ended, Owner
from handoff.transcript import Seq, Speaker
from storage.bus import Subscription
from storage.errors import StorageError
from storage.store import NOBODY, Sender
from tenants.tenant import TenantId

log = structlog.get_logger()

BEAT = 20.0
"""Seconds between two signs of life; a page that misses two of them takes a new line."""


@dataclass(slots=True)
class PageLine:
    """One open socket. ``after`` is the last sequence that the page has, ``beat_at`` when the next
    sign of life is due, by the loop's clock. ``is_holding_back``: safety is asked again, and what
    was said before that waits for the answer (P15).
    """

    house: House
    tenancy: Tenancy
    wire: Wire
    cookie: str
    token: str = ""
    sender: Sender = NOBODY
    device: bytes = b""
    id: ConversationId = ConversationId("")
    after: Seq = Seq(0)
    stood: Standing | None = None
    is_taking: bool = False
    is_holding_back: bool = False
    beat_at: float = field(default_factory=lambda: asyncio.get_running_loop().time() + BEAT)
    nudges: Subscription | None = None
    unsaved: Unsaved = field(default_factory=Unsaved)

    @property
    def tenant(self) -> TenantId:
        return self.tenancy.tenant.id

    def _hold(self, token: str) -> None:
        """Take this way back as the page's own: what stands for it is asked for at every frame."""
        self.token = token
        self.sender = sender_of(self.house.keyring, self.tenant, token, self.cookie)
        self.device = device_of(self.house.keyring, self.tenant, self.cookie)

    async def run(self) -> None:
        """Greet, then read frames until the page goes; nudges are told beside."""
        while not self.id:
            if (frame := await self.wire.next()) is None:
                return
            await self._greet(frame)
        beside = asyncio.create_task(self._tell_nudges(), name="webchat: tell")
        beside.add_done_callback(self._fell_silent)
        pace = Pace(on=self.house.settings.rate_limits == "on")
        frames = Frames(self.wire.next, pace, lambda: self.wire.send(error_frame("slow-down")))
        try:
            while (frame := await frames.next()) is not None:
                await self._take(frame)
                del frame  # Nothing of it is held while the page is still.
        finally:
            await frames.close()
            beside.remove_done_callback(self._fell_silent)
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)

    def _fell_silent(self, _task: asyncio.Task[None]) -> None:
        """However the telling ended: a page that is told nothing more must come back to a new line,
        which it never would while this one looks alive.
        """
        if not self.wire.is_closed:
            self.wire.cut()

    async def _beat(self) -> None:
        """A sign of life each way: one that a page's script can see, and its way back lasts on."""
        await self.wire.send(beat_frame())
        await self.live_on()

    async def live_on(self) -> None:
        """An open page's way back lasts, however long the wait (I4)."""
        # Ended or unsaved, the next frame tells the page; a beat must not cost it the socket.
        with suppress(TalkUnknown, NotSaved, StorageError):
            await self.house.door.stay(self.tenant, self.sender, self.device)

    async def _greet(self, frame: Frame) -> None:
        try:
            hello = read_hello(frame)
            await (self._resume(hello) if hello.resume else self._open(hello))
        except Malformed as mistake:
            await self.wire.refuse(mistake)
        except (TalkUnknown, NotSaved) as refused:
            self.token = ""
            await self.wire.send(error_frame(refused.code))

    async def _open(self, hello: Hello) -> None:
        self._hold(new_token())
        language = language_of(self.wire.request, self.tenancy.tenant, hello.language)
        arrival = Arrival(self.tenant, CHANNEL, self.sender, language, self.device)
        await wait_to_open(self.wire.request, self.house, self.tenant)
        receipt = await self.house.door.open(arrival)
        self.id = receipt.conversation
        async with self.wire.writing:
            await self._welcome(receipt.talk)

    async def _resume(self, hello: Hello) -> None:
        self._hold(hello.resume)
        id = await self.house.door.find(self.tenant, self.sender)
        talk = await self.house.door.talk(self.tenant, id)
        if talk is None or talk.ended is not None:
            raise TalkUnknown
        self.id, self.after = id, Seq(min(hello.after, talk.last_seq))
        async with self.wire.writing:
            await self._welcome(talk)

    async def _welcome(self, talk: Conversation, own: Seq | None = None) -> None:
        welcome = welcome_frame(self.house, self.tenancy, talk, self.token, beat=BEAT)
        await self.wire.write(welcome, *await self._news(own=own))

    async def _begin_anew(self, talk: Conversation) -> None:
        """The same line goes on in another talk, or in this one from its beginning."""
        self.after, self.stood, self.is_holding_back = Seq(0), None, False
        await self._welcome(talk, own=Seq(0))

    async def _take(self, frame: Frame) -> None:
        """One event: commit it, acknowledge it, and say what follows."""
        try:
            if frame["type"] == WORD:
                id, word = read_word(frame)
                return await self._come_back(str(frame["id"]), id, word)
            id, event = read_event(frame)
            self.is_taking = True
            inbound = Inbound(self.tenant, self.sender, id, event, self.device, read_seen(frame))
            # What follows the ack is everything there is: this page needs no nudge of its own.
            looking = self.nudges.looking() if self.nudges else nullcontext()
            with self.unsaved.in_turn(id, frame["type"]), looking:
                receipt = await self.house.door.receive(inbound)
            async with self.wire.writing:
                # The page's own spelling of its id: it looks for exactly that.
                await self._acknowledge(str(frame["id"]), receipt)
        except Malformed as mistake:
            await self.wire.refuse(mistake)
        except (TalkUnknown, IdReused, TextTooLong, NotSaved, WordUnknown) as refused:
            await self.wire.send(error_frame(refused.code, str(frame["id"])))
        finally:
            self.is_taking = False

    async def _come_back(self, own: str, id: str, word: str) -> None:
        """With the right word this line goes over to the talk that it opens (P16)."""
        back = await open_by_word(self.wire.request, self.house, self.cookie, id, word)
        async with self.wire.writing:
            await self.wire.write({"type": "ack", "id": own, "seq": 0})
            self._hold(back.token)
            left, self.id = self.id, back.receipt.conversation
            await self._begin_anew(back.receipt.talk)
            self.house.bus.publish(talk_topic(self.tenant, left))

    async def _acknowledge(self, id: str, receipt: Receipt) -> None:
        """The ack and what follows it, as one: no nudge may tell a line in between."""
        ack = {"type": "ack", "id": id, "seq": receipt.seq}
        if receipt.talk.ended in (Ended.EXIT, Ended.STOP):
            is_exit = receipt.talk.ended is Ended.EXIT
            await self.wire.write(ack, *([] if is_exit else await self._news(own=receipt.seq)))
            await self.wire.close()
        elif receipt.conversation != self.id:
            # Another door: a talk of its own, that begins at one (P6).
            await self.wire.write(ack)
            left, self.id = self.id, receipt.conversation
            await self._begin_anew(receipt.talk)
            self.house.bus.publish(talk_topic(self.tenant, left))
        elif self.is_holding_back and not receipt.talk.is_silent:
            # It is safe again: what was held back is told, from the beginning.
            await self.wire.write(ack)
            await self._begin_anew(receipt.talk)
        else:
            await self.wire.write(ack, *await self._news(own=receipt.seq))

    async def _tell_nudges(self) -> None:
        """Whenever the talk changes by another hand, say what is new."""
        try:
            while not self.wire.is_closed:
                await self._tell_nudges_of(self.id)
        except Exception as error:
            log.error("telling-failed", error=type(error).__name__)
            # A page that is told nothing more would wait for ever; it comes back to a new socket.
            await self.wire.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _tell_nudges_of(self, id: ConversationId) -> None:
        # Heard first and counted as here then: that nudges this very page, which so catches up with
        # whatever was said between its welcome and now.
        with (
            self.house.bus.subscribe(talk_topic(self.tenant, id)) as nudges,
            self.house.presence.visitor_at(self.tenant, id),
        ):
            self.nudges = nudges
            while self.id == id and not self.wire.is_closed:
                await self._hear(nudges)
                async with self.wire.writing:
                    await self.wire.write(*await self._news())

    async def _hear(self, nudges: Subscription) -> None:
        """Wait for a nudge; when it is time for a sign of life, give one and look all the same."""
        loop = asyncio.get_running_loop()
        # One timer and no more: there are as many of them as there are open pages.
        timer = loop.call_at(self.beat_at, nudges.remind)
        try:
            await nudges.next()
        finally:
            timer.cancel()
        if loop.time() >= self.beat_at:
            self.beat_at = loop.time() + BEAT
            await self._beat()

    async def _news(self, own: Seq | None = None) -> list[Frame]:
        """The lines that the page does not have yet, then how things stand if that changed."""
        is_own = own is not None
        talk = await self.house.door.talk(self.tenant, self.id, is_own=is_own)
        if talk is None or not (is_own or await self._may_hear(talk)):
            # This page must not go on showing it: it comes back, is told that there is no such
            # talk, and goes neutral.
            await self.wire.close()
            return []
        frames: list[Frame] = []
        self.is_holding_back |= talk.hidden_to > 0
        for line in await self.house.door.lines(self.tenant, self.id, after=self.after):
            if line.seq > talk.last_seq:
                # Committed since the talk was read, perhaps by an exit: its own nudge tells (I13).
                break
            if line.speaker is Speaker.VISITOR and self.is_taking and not is_own:
                # The page's own line, on its way to be acknowledged: the ack tells it and the rest.
                return frames
            if line.seq != own and line.seq > talk.hidden_to:
                frames.append(message_frame(line, talk))
            self.after = line.seq
        return [*frames, *await self._changed_standing(talk)]

    async def _may_hear(self, talk: Conversation) -> bool:
        """Not where another page left it (P1, I13), or has come back to it by a word (P16)."""
        if talk.ended is not None:
            return talk.ended is not Ended.EXIT
        try:
            return await self.house.door.find(self.tenant, self.sender) == self.id
        except TalkUnknown:
            return False

    async def _changed_standing(self, talk: Conversation) -> list[Frame]:
        before, is_held = self.stood, talk.owner is Owner.WORKER
        # Only of a worker who holds the talk is it told whether they are here.
        here = is_held and self.house.presence.worker_is_here(self.tenant, self.id)
        is_known = before is not None and before.has_side_of(talk)
        side = before.side if before and is_known else self.tenancy.side_of_talk(talk)
        staffed = await self.tenancy.is_staffed(self.house.clock(), side)
        if before is not None and before.is_of(talk, here=here, staffed=staffed):
            return []
        self.stood = stand(talk, side, self.tenancy.tenant.settings, here=here, staffed=staffed)
        known = before.frames if before else (None, None)
        return [new for new, old in zip(self.stood.frames, known, strict=True) if new != old]
