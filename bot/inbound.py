"""What a channel hands to the door, and what the door hands back. Channels make nothing else."""

from dataclasses import dataclass

from bot.words import WordsGiven
from flows.conversation import Conversation, ConversationId, FlowId
from flows.events import (
    CameBack,
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    WentBack,
)
from handoff.transcript import Line, Seq
from storage.store import Sender
from tenants.tenant import TenantId

LONGEST_TEXT = 12_000
"""Characters of one message. Longer ones come back to the page, which keeps them."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as it came. The door finds out whether it names a choice, and screens it."""

    text: str

    @classmethod
    def mended(cls, text: str) -> "Typed":
        """With a mark for each half of a surrogate pair: that is no text, and no store takes it."""
        return cls(text.encode("utf-8", "replace").decode())


Happened = (
    Typed
    | ChoiceMade
    | ChoicesMade
    | Skipped
    | WentBack
    | CameBack
    | PersonWanted
    | NumbersWanted
    | LimitsWanted
    | WordsGiven
    | ExitTaken
    | StopSaid
    | LanguageChanged
    | DoorChanged
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody opened a talk. ``device`` is the keyed hash of their browser's cookie, if any;
    ``chat`` names their chat in a messaging app.
    """

    tenant: TenantId
    channel: str
    sender: Sender
    language: str
    device: bytes = b""
    door: FlowId | None = None
    chat: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a visitor did. ``external_id`` is the channel's own id of it (I2).

    ``seen`` is the last line that they had before them then, where the channel can tell.
    """

    tenant: TenantId
    sender: Sender
    external_id: str
    event: Happened
    device: bytes = b""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Committed: the sequence of the visitor's own line, and the talk as it now stands.

    ``lines`` are those of this turn; empty for a repeated id, which changes nothing.
    """

    conversation: ConversationId
    talk: Conversation
    seq: Seq
    lines: tuple[Line, ...] = ()


class TalkUnknown(Exception):
    """No talk can be gone on with: unknown, ended or too old. Which, is not told (P16)."""

    code = "resume-unknown"


class IdReused(Exception):
    """This id came before with other words. The first are kept; send these under another id."""

    code = "id-reused"


class TextTooLong(Exception):
    """This is longer than one message may be. Send it in parts."""

    code = "too-long"


class NotSaved(Exception):
    """It could not be kept just now, and the page still has it: send it again with the same id."""

    code = "not-saved"
