"""What can happen to a talk, in the past tense: whatever moves one enters as one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.conversation import FlowId
from flows.flow import Side
from flows.screening import Screening


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true outside the talk as an event arrives: pure code has no clock and no rota.

    ``staffed`` says whether anybody of the victim side is on shift, ``staffed_apart`` the same of
    the using-abuse side (None: as ``staffed``): a person hears of those who may answer them (P2).
    ``next_staffed_at`` is None when no opening is known; ``ahead`` is how many wait before this
    talk, None where nobody counted. ``after_silence``: the visitor had done nothing for so long
    that it may not be safe any more, or somebody else may be at their page (P15).
    """

    now: datetime
    staffed: bool
    next_staffed_at: datetime | None = None
    ahead: int | None = None
    staffed_apart: bool | None = None
    after_silence: bool = False

    def is_staffed(self, side: Side) -> bool:
        """Whether anybody is on shift who answers on that side; what is shared is the victim's."""
        if side is Side.USING_ABUSE and self.staffed_apart is not None:
            return self.staffed_apart
        return self.staffed


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Free text, already screened (P3).

    ``is_late``: it was written before the question that stands now could be seen. ``age`` is what
    the visitor says theirs is, in whole years (P17). ``choice`` is what the words come to at the
    question that stands, where that is plain: a refusal, say.
    """

    text: str
    screening: Screening
    is_late: bool = False
    age: int | None = None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """One choice, pressed, or typed in any language: then ``words`` holds what was typed."""

    value: str
    words: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class ChoicesMade:
    """Any number of choices at a question that takes several; one may have been typed."""

    values: tuple[str, ...]
    words: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """The visitor passed over the question (P5)."""


@dataclass(frozen=True, slots=True)
class WentBack:
    """The visitor wants the question before this one again."""


@dataclass(frozen=True, slots=True)
class PersonWanted:
    """The visitor asked for a person (P2)."""


@dataclass(frozen=True, slots=True)
class NumbersWanted:
    """The visitor asked for the emergency numbers (P10)."""


@dataclass(frozen=True, slots=True)
class LimitsWanted:
    """The visitor asked what is kept, who sees it and when others are told; the longer answer."""


@dataclass(frozen=True, slots=True)
class WordsChosen:
    """The visitor chose a word to come back with, or another one. No flow ever sees the word."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """The visitor came back: with their word, or to look for an answer after a silence.

    ``by_other``: with the word for being made to write.
    """

    by_other: bool = False


@dataclass(frozen=True, slots=True)
class ExitTaken:
    """The visitor left in a hurry. Nothing may follow on this channel (P1, I13)."""


@dataclass(frozen=True, slots=True)
class StopSaid:
    """The visitor wants everything to end, any contact that was agreed included."""


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The visitor chose another language; every answer is kept."""

    language: str


@dataclass(frozen=True, slots=True)
class DoorChanged:
    """The visitor chose another door: this intake ends, another begins (P6)."""

    flow: FlowId


@dataclass(frozen=True, slots=True)
class WorkerJoined:
    """A worker claimed the case; the flow is paused."""


@dataclass(frozen=True, slots=True)
class WorkerReplied:
    """A worker wrote to the visitor."""

    text: str


@dataclass(frozen=True, slots=True)
class WorkerLeft:
    """The worker gave the case back to the queue."""


@dataclass(frozen=True, slots=True)
class WorkerWithdrew:
    """The worker may not go on with this talk; the visitor is shown nothing of it (R17)."""


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A worker closed the case with an outcome; the talk is over."""


@dataclass(frozen=True, slots=True)
class NobodyAnswered:
    """Nobody has come, nor said that they have seen it, for longer than is right."""


VisitorEvent = (
    TextReceived
    | ChoiceMade
    | ChoicesMade
    | Skipped
    | WentBack
    | PersonWanted
    | NumbersWanted
    | LimitsWanted
    | WordsChosen
    | CameBack
    | ExitTaken
    | StopSaid
    | LanguageChanged
    | DoorChanged
)
StaffEvent = (
    WorkerJoined | WorkerReplied | WorkerLeft | WorkerWithdrew | CaseClosed | NobodyAnswered
)
Event = VisitorEvent | StaffEvent

DID: Mapping[type, str] = {
    ExitTaken: "replies.you-left",
    StopSaid: "replies.you-stopped",
    PersonWanted: "replies.you-asked-for-a-person",
    NumbersWanted: "replies.you-asked-for-numbers",
    LimitsWanted: "replies.you-asked-what-is-kept",
    WordsChosen: "replies.you-chose-a-word",
    CameBack: "replies.you-came-back",
    LanguageChanged: "replies.you-changed-language",
    DoorChanged: "replies.you-changed-door",
    WentBack: "replies.you-went-back",
    Skipped: "replies.you-skipped",
}
"""How an event without words stands in the transcript, by the key of its line."""
