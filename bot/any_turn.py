"""What the door takes on a talk, whoever it comes from."""

from typing import Protocol

from bot.hot import Hot
from bot.inbound import Receipt
from flows.conversation import Conversation
from flows.turn import Turn
from handoff.transcript import Line, Seq
from storage.store import Change, Sender, Session


class AnyTurn(Protocol):
    """What is taken on a talk: a visitor's event, a move of the desk, a return, a settling."""

    session: Session | None
    taken: tuple[Turn, ...]

    @property
    def sender(self) -> Sender:
        """Whose the talk must still be when this is committed; nobody's needs no way back."""

    async def older_line(self, talk: Conversation, hot: Hot, /) -> Line | None:
        """Its line from before the newest key, if it was taken then."""

    def set_aside(self) -> bool:
        """Whether there is less of it to take, where no store takes it as it is."""

    async def change(self, talk: Conversation, hot: Hot, /) -> Change | None:
        """What it causes in the talk as it was loaded; None: nothing."""

    async def repeated(self, talk: Conversation, seq: Seq) -> Receipt:
        """The same again."""
