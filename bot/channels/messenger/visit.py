"""One update in one chat, whose turn is in hand: the door, what is shown, and the chat's row."""

from dataclasses import replace
from datetime import timedelta

import structlog

from bot.channels.messenger import chat as chats
from bot.channels.messenger import wording
from bot.channels.messenger.carrier import Closed, Message, Refused, Sent
from bot.channels.messenger.chat import Chat, Edit, Posted
from bot.channels.messenger.clearing import clear_at
from bot.channels.messenger.place import Place
from bot.channels.messenger.told import Pressed, Told
from bot.delivery import clear_timer, outbox_topic, send_timer
from bot.inbound import Arrival, Happened, IdReused, Inbound, NotSaved, Receipt, TalkUnknown
from flows.conversation import Conversation, ConversationId, FlowId
from flows.events import PersonWanted, Skipped
from locales.languages import negotiate
from storage.store import Change, Sender
from tenants.messaging import ANY_DOOR

log = structlog.get_logger()

TOOLS: dict[str, Happened] = {wording.SKIP: Skipped(), wording.PERSON: PersonWanted()}


class Visit:
    """``chat`` is its row as it was read, with what this update has found out of it since."""

    def __init__(self, place: Place, told: Told, chat: Chat) -> None:
        self.place, self.told, self.chat = place, told, chat
        self.house, self.tenancy, self.tenant = place.house, place.tenancy, place.tenancy.tenant
        self.now = place.now()
        self.hash = place.update_hash(told.update)
        self.device = chats.device_of(self.house.keyring, self.tenant.id, chat.key)
        self.pressed_at = ""
        self.talk: Conversation | None = None
        if not chat.language:
            known = negotiate(told.language, self.tenant.languages, self.tenant.language)
            self.chat = replace(chat, language=known)

    @property
    def sender(self) -> Sender:
        """The way back into the talk that the chat is in."""
        return chats.sender_of(self.house.keyring, self.tenant.id, self.chat)

    @property
    def is_late(self) -> bool:
        """Whether it was written before they left: nothing may follow it any more (P1)."""
        return self.chat.left_at is not None and self.told.at < self.chat.left_at

    async def find_talk(self) -> None:
        """The talk that this chat may go on with, if there is one."""
        try:
            id = await self.house.door.find(self.tenant.id, self.sender)
        except TalkUnknown:
            return
        talk = await self.house.door.talk(self.tenant.id, id)
        self.talk = talk if talk is not None and talk.ended is None else None

    def was_silent(self, talk: Conversation) -> bool:
        """Whether somebody else may hold the telephone by now (P15)."""
        return self.tenancy.is_after_silence(self.now, talk.heard_at)

    # The door

    async def open(self, sender: Sender, *, chat: str) -> Receipt:
        """Begin a talk. Raises NotSaved."""
        door = None if self.place.door == ANY_DOOR else FlowId(self.place.door)
        app = self.place.bot.partition("/")[0]
        language = self.chat.language
        arrival = Arrival(self.tenant.id, app, sender, language, self.device, door, chat)
        return await self.house.door.open(arrival)

    async def begin(self) -> Edit:
        """Begin a talk, and show it."""
        receipt = await self.open(self.sender, chat=self.chat.key)
        return into(receipt.conversation, is_held=False)

    async def receive(self, event: Happened, *, sender: Sender | None = None) -> Receipt | None:
        """Commit what they did; None where the talk was ended meanwhile, or has it already."""
        id, whose = f"{self.place.bot} {self.told.update}", sender or self.sender
        inbound = Inbound(self.tenant.id, whose, id, event, self.device, self._seen())
        try:
            return await self.house.door.receive(inbound)
        except (TalkUnknown, IdReused):
            return None

    def _seen(self) -> int | None:
        """The last line that they can have had before them when they did this (P5, P19)."""
        if self.talk is None:
            return None
        if isinstance(self.told.what, Pressed):
            stands = self.pressed_at in ("", self.talk.key)
            return self.talk.last_seq if stands else 0
        sent_at = self.chat.sent_at
        # Apps tell whole seconds.
        if sent_at is not None and self.told.at < sent_at - timedelta(seconds=1):
            return 0
        return self.chat.sent

    # What is shown at once, before it is acknowledged: what fails now comes again with the update.

    async def greet(self, edit: Edit, language: str = "") -> Edit:
        """The greeting, and what else becomes of the row. Raises NotSaved."""
        shown = language or self.chat.language
        message = wording.greeting(self.house.catalogues, self.tenant, self.chat, shown)
        await self._show(message)
        return edit

    async def say(self, key: str) -> None:
        """One of our own texts. Raises NotSaved."""
        await self._show(Message(wording.own_words(self.house.catalogues, key, self.chat.language)))

    async def _show(self, message: Message) -> None:
        match await self.place.send(self.chat.key, self.told.address, message):
            case Sent(id):
                self.chat = self.chat.posted(Posted(id, self.now))
            case Closed():
                self.chat = replace(self.chat, is_blocked=True)
            case Refused():
                # It would be refused again for ever; what they did is kept all the same.
                log.error("message-refused", tenant=self.tenant.id)
            case _:
                raise NotSaved

    async def take_away(self) -> None:
        """Their own message held a word: it goes at once, where the app lets us."""
        if self.told.post:
            await self.place.delete(self.chat.key, self.told.address, [self.told.post])

    # The chat's row

    async def keep(self, edit: Edit) -> None:
        """The row as it is after this update. Raises ChatBusy."""
        ours = self.chat
        written = (Posted(self.told.post, self.told.at),) if self.told.post else ()
        is_gone = ours.is_gone and self.is_late

        def whole(chat: Chat) -> Chat:
            # What this update found out itself goes over what was read at its beginning.
            found = replace(
                chat,
                address=self.told.address,
                language=ours.language,
                generation=max(chat.generation, ours.generation),
                is_blocked=ours.is_blocked,
                is_gone=is_gone,
            )
            return edit(found.posted(*ours.posts, *written)).saw(self.hash)

        self.chat = await chats.amend(self.tenancy.store, ours, whole) or ours

    async def arm(self) -> None:
        """Something is to be sent or taken away: a timer remembers it, and a nudge hurries."""
        key, timers = self.chat.key, []
        if self.chat.talk and not self.chat.is_held:
            timers.append(send_timer(key, self.now))
        if self.chat.owes or self.chat.posts:
            timers.append(clear_timer(key, clear_at(self.chat, self.now)))
        if timers:
            await self.tenancy.store.commit(Change(timers=tuple(timers)))
            self.house.bus.publish(outbox_topic(self.tenant.id))


def into(id: ConversationId, *, is_held: bool, sent: int = 0) -> Edit:
    """The chat is in this talk from here on."""

    def edit(chat: Chat) -> Chat:
        is_new = chat.talk != id
        return replace(
            chat,
            talk=id,
            sent=sent if is_new else max(sent, chat.sent),
            parts=0 if is_new else chat.parts,
            missed=(0, 0) if is_new else chat.missed,
            is_held=is_held,
            is_locked=False,
        )

    return edit


def as_it_is(chat: Chat) -> Chat:
    """Nothing becomes of the row."""
    return chat
