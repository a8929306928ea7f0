"""Which talk a sender may go on with: from memory as far as it can be believed, else the store.

Where other processes serve too, a talk may have got another way back there, by a word (P16), or
none, by an exit (I13). Memory then only says which talk to try: its commit finds out (I8).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.hot import HotTalks
from bot.inbound import TalkUnknown
from bot.tenancy import Tenancy
from flows.conversation import ConversationId
from storage.bus import Bus
from storage.store import NOBODY, Sender
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class WaysBack:
    """The ways back into the talks of every tenant of this process."""

    tenancies: Mapping[TenantId, Tenancy]
    clock: Callable[[], datetime]
    bus: Bus
    hot: HotTalks

    def remembered(self, tenant: TenantId, sender: Sender) -> ConversationId | None:
        """The talk that was this sender's when this process last heard of it."""
        id = self.hot.talk_of(tenant, sender)
        ends_at = None if id is None else self.hot.get(tenant, id).session_ends_at
        return id if ends_at is not None and ends_at > self.clock() else None

    async def find(self, tenant: TenantId, sender: Sender) -> ConversationId:
        """The talk that is this sender's. Raises TalkUnknown, whatever the cause (P16)."""
        if self.bus.state == "alone" and (id := self.remembered(tenant, sender)) is not None:
            return id
        for known in sender.each:
            talk = await self.tenancies[tenant].store.conversation_of(known, self.clock())
            if talk is not None:
                # Its next sign of life keeps its way back under the newest key.
                self.hot.belongs(tenant, sender, talk.id)
                return talk.id
        raise TalkUnknown

    async def admit(self, tenant: TenantId, sender: Sender, id: ConversationId) -> None:
        """Asked with the talk's turn in hand and the talk loaded. Raises TalkUnknown if it is not
        this sender's any more: it went to another page, here or elsewhere, while this one waited.
        Nobody's sender, the desk's, needs no way back.
        """
        if sender == NOBODY or self.remembered(tenant, sender) == id:
            return
        if await self.find(tenant, sender) != id:
            raise TalkUnknown
