"""All of a talk is sent: its timer is done, unless a line was committed meanwhile (I8).

It says nothing, and changes nothing of the talk but its version.
"""

from dataclasses import dataclass

from bot.delivery import send_timer
from bot.hot import Hot
from bot.inbound import Receipt
from flows.conversation import Conversation
from flows.turn import Turn
from handoff.transcript import Line, Seq
from storage.store import NOBODY, Change, Sender, Session


@dataclass(slots=True)
class SettledTurn:
    """``through`` is the last line that was looked at. ``is_settled`` says what came of it."""

    through: int
    sender: Sender = NOBODY
    session: Session | None = None
    taken: tuple[Turn, ...] = ()
    is_settled: bool = False

    async def older_line(self, _talk: Conversation, _hot: Hot) -> Line | None:
        """It has no id under which it could come again."""
        return None

    def set_aside(self) -> bool:
        """There is nothing in it that could be left out."""
        return False

    async def change(self, talk: Conversation, _hot: Hot) -> Change | None:
        """The timer is done; None where there is more to send."""
        self.is_settled = talk.last_seq <= self.through
        if not self.is_settled or talk.heard_at is None:
            return None
        done = send_timer(talk.chat, talk.heard_at, is_done=True)
        return Change(conversation=talk, timers=(done,))

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """It stands already."""
        return Receipt(talk.id, talk, seq)
