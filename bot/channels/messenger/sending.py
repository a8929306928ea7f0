"""One chat's lines, sent in order from where it has them: the transcript is the outbox (I4).

A line counts as sent when the app says so. Where nobody can say, it is sent again, and counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog

from bot.channels.messenger import chat as chats
from bot.channels.messenger.carrier import Closed, Outcome, Refused, Sent, Wait
from bot.channels.messenger.chat import LEASE, Chat, ChatKey, Posted
from bot.channels.messenger.lease import leased
from bot.channels.messenger.place import Place
from bot.channels.messenger.settled import SettledTurn
from bot.channels.messenger.wording import as_messages, tag_of
from bot.delivery import clear_timer, send_timer
from bot.reach import is_too_late
from flows.conversation import Conversation, ConversationId, Ended
from handoff.transcript import Line, Seq, Speaker
from storage.store import Change

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds until a failed send is tried again: doubled each time, up to the second."""

SOON = 0.2


async def send_lines(place: Place, key: ChatKey, by: str) -> float | None:
    """Send what there is. Seconds until the rest is to be tried; None: there is none."""
    async with leased(place, key, by) as chat:
        if chat is None:
            return FIRST_WAIT
        return await _Sending(place).send_all(chat)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One chat, leased."""

    place: Place

    async def send_all(self, chat: Chat) -> float | None:
        while True:
            talk = await self._talk(chat)
            if talk is None or not self._may_send(chat, talk):
                return await self._nothing(chat, talk)
            chat = await self._hide(chat, talk)
            found = await self._next(chat, talk)
            if not isinstance(found, Line):
                if await self._settle(talk, found):
                    return None
                continue
            sent = await self._send(chat, talk, found)
            if not isinstance(sent, Chat):
                return sent
            chat = sent

    async def _talk(self, chat: Chat) -> Conversation | None:
        if not chat.talk or not chat.address:
            return None
        return await self.place.tenancy.store.conversation(ConversationId(chat.talk))

    def _may_send(self, chat: Chat, talk: Conversation) -> bool:
        """Not before *Continue*, not to whoever left or closed the chat, nor after so long that
        somebody else may hold the telephone (P1, P15, P19).
        """
        if chat.is_held or chat.is_blocked or talk.ended in (Ended.EXIT, Ended.STOP):
            return False
        return not self._is_too_late(talk)

    async def _nothing(self, chat: Chat, talk: Conversation | None) -> float | None:
        """What there is waits for the person. While they may still come it is looked for again, so
        that no *Continue* that comes at this very moment is lost.
        """
        now = self.place.now()
        if talk is not None and talk.ended is None and not self._is_too_late(talk):
            return LEASE.total_seconds()
        await self.place.tenancy.store.commit(
            Change(timers=(send_timer(chat.key, now, is_done=True),))
        )
        fresh = await chats.find_chat(self.place.tenancy.store, chat.key)
        return SOON if fresh.talk != chat.talk else None

    def _is_too_late(self, talk: Conversation) -> bool:
        return is_too_late(self.place.tenancy, talk, self.place.now())

    async def _settle(self, talk: Conversation, through: int) -> bool:
        """The timer is done, unless a line was committed meanwhile."""
        turn = SettledTurn(through)
        tenancy, door = self.place.tenancy, self.place.house.door
        async with door.hot.turn(tenancy.tenant.id, talk.id) as hot:
            await door.commit(tenancy, hot, talk.id, turn)
        return turn.is_settled

    async def _hide(self, chat: Chat, talk: Conversation) -> Chat:
        """What was said before a silence waits until it is safe again, and then goes first."""
        if talk.hidden_to <= chat.sent:
            return chat
        missed = (chat.missed[0] if chat.missed[1] else chat.sent, talk.hidden_to)
        sent = talk.hidden_to
        return await self._amended(chat, lambda c: replace(c, missed=missed, sent=sent, parts=0))

    async def _next(self, chat: Chat, talk: Conversation) -> Line | int:
        """The next line to send; where there is none, up to which line that is so."""
        first, last = chat.missed
        store = self.place.tenancy.store
        if last and not talk.hidden_to:
            lines = await store.lines(talk.id, after=Seq(first))
            if missed := _first_of_ours(line for line in lines if line.seq <= last):
                return missed
            chat = await self._amended(chat, lambda c: replace(c, missed=(0, 0)))
        lines = await store.lines(talk.id, after=Seq(chat.sent))
        return _first_of_ours(lines) or (lines[-1].seq if lines else chat.sent)

    async def _send(self, chat: Chat, talk: Conversation, line: Line) -> Chat | float:
        """One line in its parts. The chat as it is then, or when to try again."""
        house = self.place.house
        longest = self.place.carrier.longest
        tag = tag_of(house.keyring, talk)
        parts = list(as_messages(house.catalogues, talk, line, tag, longest=longest))
        for number in range(chat.parts, len(parts)):
            outcome = await self.place.send(chat.key, chat.address, parts[number])
            after = await self._record(chat, line, outcome, is_last=number == len(parts) - 1)
            if not isinstance(after, Chat):
                return after
            chat = after
            if chat.is_held or chat.is_blocked or chat.talk != talk.id:
                break
        return chat

    async def _record(
        self, chat: Chat, line: Line, outcome: Outcome, *, is_last: bool
    ) -> Chat | float:
        match outcome:
            case Sent(id):
                return await self._sent(chat, line, id, is_last=is_last)
            case Refused():
                # It would be refused for ever, and all that follows would wait behind it.
                log.error("line-refused", tenant=self.place.tenancy.tenant.id)
                return await self._sent(chat, line, "", is_last=True)
            case Closed():
                return await self._amended(chat, lambda c: replace(c, is_blocked=True))
            case Wait(seconds):
                return seconds
        failed = await self._amended(chat, lambda c: replace(c, failures=c.failures + 1))
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failed.failures - 1, 10)))

    async def _sent(self, chat: Chat, line: Line, id: str, *, is_last: bool) -> Chat:
        now = self.place.now()

        def edit(fresh: Chat) -> Chat:
            posted = fresh.posted(Posted(id, now)) if id else fresh
            kept = replace(posted, sent_at=now, failures=0, lease_until=now + LEASE)
            if fresh.talk != chat.talk:
                return kept
            return kept.passed(line.seq) if is_last else replace(kept, parts=kept.parts + 1)

        kept = await self._amended(chat, edit)
        if kept.is_gone:
            # They left while this was on its way: it is taken away with all the rest (P1).
            await self.place.tenancy.store.commit(Change(timers=(clear_timer(chat.key, now),)))
        return kept

    async def _amended(self, chat: Chat, edit: chats.Edit) -> Chat:
        return await chats.amend(self.place.tenancy.store, chat, edit) or chat


def _first_of_ours(lines: Iterable[Line]) -> Line | None:
    """Their own lines they have already."""
    return next((line for line in lines if line.speaker is not Speaker.VISITOR), None)
