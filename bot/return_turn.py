"""Coming back with a word: the loaded talk -> the change by which its visitor has it again (P16).

The word was compared before this; here it is only seen that it is still the talk's.
"""

from dataclasses import dataclass, field, replace

from bot.apply import Origin, apply_turn
from bot.hot import Hot
from bot.inbound import Receipt
from bot.tenancy import Tenancy
from bot.turns import Tools
from bot.words import WordUnknown
from flows.conversation import Conversation
from flows.engine import advance
from flows.events import CameBack
from flows.turn import Turn
from handoff.transcript import Line, Seq
from storage.store import NOBODY, Change, Sender, Session
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Return:
    """A word that was tried. ``sender`` is the way back that it would have, ``devices`` what stands
    for its browser under every key, the newest first.
    """

    tenant: TenantId
    sender: Sender
    external_id: str
    devices: tuple[bytes, ...]
    word: str = field(repr=False)


@dataclass(slots=True)
class ReturnTurn:
    """``known`` is the talk whose word was given; ``event`` says by which of its two."""

    tools: Tools
    tenancy: Tenancy
    asked: Return
    known: Conversation
    event: CameBack
    sender: Sender = NOBODY
    session: Session | None = None
    taken: tuple[Turn, ...] = ()

    async def older_line(self, _talk: Conversation, _hot: Hot) -> Line | None:
        """It was never taken under another key: each coming back is a new one."""
        return None

    def set_aside(self) -> bool:
        """There is nothing in it that could be left out."""
        return False

    async def change(self, talk: Conversation, hot: Hot) -> Change | None:
        """The way back is the new page's from here on; the page before it has none any more."""
        if talk.ended is not None or talk.word != self.known.word:
            raise WordUnknown
        now = self.tools.clock()
        edition = await self.tenancy.edition_of(talk.edition)
        turn = advance(edition, talk, self.event, await self.tenancy.moment(now))
        turn = turn.now(heard_at=now)
        self.taken = (turn,)
        setting = self.tools.setting(self.tenancy, edition, now)
        inbox = self.tools.inbox(self.tenancy, talk.id, self.asked.external_id)
        change = apply_turn(setting, talk, turn, hot.case, Origin(inbox))
        ends_at = self.tenancy.session_end(now)
        self.session = Session(self.asked.sender, ends_at, self.asked.devices[0])
        return replace(change, session=self.session)

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """The same again: they are back already."""
        return Receipt(talk.id, talk, seq)
