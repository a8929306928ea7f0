"""Talks kept in memory under their version, each with the turn that one event at a time may hold.

A copy here is never trusted over the store: a commit compares versions, and a conflict reloads.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from flows.conversation import Conversation, ConversationId
from handoff.case import Case
from handoff.intake import without_intake
from handoff.transcript import Line
from storage.store import Sender
from tenants.tenant import TenantId

KEPT = 20_000
"""Talks kept; the one unused for longest is let go of first, and is loaded again when needed."""

TAIL = 8
"""Lines kept of each talk: what one turn adds, so that telling it costs no read. Danger adds most:
the words, what is said of them, the numbers, and the question again.
"""


@dataclass(slots=True, repr=False)
class Hot:
    """One talk in memory. ``talk`` is None until it is loaded, and again after a conflict.

    As a context it is the talk's turn, which is held for as long as the block lasts.
    ``is_from_store``: not all of its lines were written here, so some may be under older keys.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    talk: Conversation | None = None
    case: Case | None = None
    tail: tuple[Line, ...] = ()
    session_ends_at: datetime | None = None
    sender: Sender | None = None
    is_from_store: bool = False

    async def __aenter__(self) -> Self:
        await self.turn.acquire()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.turn.release()

    def keep(self, talk: Conversation, case: Case | None, lines: tuple[Line, ...]) -> None:
        """Remember what was committed; a turn that wrote no case has left it as it was."""
        self.talk, self.case = talk, without_intake(case) if case else self.case
        self.tail = (*self.tail, *lines)[-TAIL:]


@dataclass(slots=True, repr=False)
class HotTalks:
    """All talks in memory, the latest used last, and which sender each belongs to."""

    _talks: OrderedDict[tuple[TenantId, ConversationId], Hot] = field(default_factory=OrderedDict)
    _senders: dict[tuple[TenantId, Sender], ConversationId] = field(default_factory=dict)

    def get(self, tenant: TenantId, id: ConversationId) -> Hot:
        """The place of this talk, empty if it is new here."""
        hot = self._talks.get((tenant, id))
        if hot is None:
            hot = self._talks[tenant, id] = Hot()
            self._let_go()
        else:
            self._talks.move_to_end((tenant, id))
        return hot

    def turn(self, tenant: TenantId, id: ConversationId) -> Hot:
        """Hold the talk's turn: nobody else in this process may take one until it is let go."""
        return self.get(tenant, id)

    def talk_of(self, tenant: TenantId, sender: Sender) -> ConversationId | None:
        """The talk of a sender, where this process has it."""
        return self._senders.get((tenant, sender))

    def belongs(self, tenant: TenantId, sender: Sender, id: ConversationId) -> None:
        """Remember whose talk this is; it is nobody else's any more."""
        hot = self.get(tenant, id)
        if hot.sender != sender:
            self._forget_sender(tenant, id, hot)
            self._senders[tenant, sender], hot.sender = id, sender

    def forget(self, tenant: TenantId, id: ConversationId) -> None:
        """Somebody else committed: what is here is old, and so may be whose talk it is."""
        hot = self.get(tenant, id)
        hot.talk = hot.case = None
        hot.tail = ()
        self.end(tenant, id)

    def end(self, tenant: TenantId, id: ConversationId) -> None:
        """The way back into this talk is gone."""
        hot = self.get(tenant, id)
        self._forget_sender(tenant, id, hot)
        hot.session_ends_at = None

    def _forget_sender(self, tenant: TenantId, id: ConversationId, hot: Hot) -> None:
        # Behind another door the same sender has another talk by now, which stays theirs.
        if hot.sender is not None and self.talk_of(tenant, hot.sender) == id:
            del self._senders[tenant, hot.sender]
        hot.sender = None

    def _let_go(self) -> None:
        while len(self._talks) > KEPT:
            place = next((p for p, hot in self._talks.items() if not hot.turn.locked()), None)
            if place is None:
                return
            self._forget_sender(*place, self._talks.pop(place))
