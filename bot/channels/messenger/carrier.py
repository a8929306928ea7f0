"""What a messaging app must be able to do, and how each try may end. Each app has one of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Button:
    """One answer that can be pressed. ``code`` says nothing to whoever reads it."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it will be read; ``rows`` of buttons under it."""

    text: str = field(repr=False)
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there, under this id; without one where none was made (a deletion)."""

    id: str = ""

    @property
    def code(self) -> str:
        """What is counted: whoever did it knows whether it was sent or taken away."""
        return ""


@dataclass(frozen=True, slots=True)
class Wait:
    """The app wants nothing from this bot for so many seconds."""

    seconds: float

    code = "wait"


@dataclass(frozen=True, slots=True)
class Closed:
    """The person has closed the chat to us. It is not tried again."""

    code = "closed"


@dataclass(frozen=True, slots=True)
class Refused:
    """The app will never take this as it is."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not get there. ``is_unknown``: it may have, and nobody can say."""

    is_unknown: bool = False

    @property
    def code(self) -> str:
        """The two are counted apart: only what is unknown may arrive twice."""
        return "unknown" if self.is_unknown else "failed"


Outcome = Sent | Wait | Closed | Refused | Failed


class Carrier(Protocol):
    """One bot of one tenant in one app. No method raises for what the app or the line does."""

    longest: int
    """Characters of one message."""

    async def send(self, address: str, message: Message) -> Outcome:
        """Write to a chat."""

    async def delete(self, address: str, posts: Sequence[str]) -> Outcome:
        """Take messages away, ours and theirs."""

    def around(self, posts: Sequence[str]) -> Sequence[str]:
        """These messages, and the ids of such as may stand between them in the same chat: of what
        was sent when nobody could say whether it arrived.
        """

    async def leave(self, address: str) -> None:
        """Leave a group or a channel, without a word: others would read along."""

    async def heard(self, pressed: str) -> None:
        """Say that a button was taken, where the app waits for that."""
