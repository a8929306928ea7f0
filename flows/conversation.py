"""Where one talk stands. An immutable value: each turn makes the next one.

Holds no text of the bot's and no language rule; it is stored whole, sealed, after each turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NewType

from flows.answers import Answer
from flows.evolving import evolver
from flows.urgency import Urgency
from tenants.tenant import TenantId

ConversationId = NewType("ConversationId", str)
EditionId = NewType("EditionId", str)
FlowId = NewType("FlowId", str)
StepId = NewType("StepId", str)

END = StepId("")
"""Where a talk stands when the flow has no more to ask: it waits, and words are still taken."""


ENTERED = ("phone", "walk-in", "agency")
"""Channels of contacts that a worker enters: there is no page, so nothing is ever said there."""


class Owner(StrEnum):
    """Who answers the visitor. In *queue* the flow goes on, in *worker* it is paused."""

    BOT = "bot"
    QUEUE = "queue"
    WORKER = "worker"
    CLOSED = "closed"


class Safety(StrEnum):
    """What the visitor last said of being able to talk. All others than SAFE are silent (P15), but
    for the very first questions.

    ASK_AGAIN: it was SAFE, a long silence followed, and now it is being asked again.
    """

    NOT_ASKED = "not-asked"
    SAFE = "safe"
    UNSAFE = "unsafe"
    ASK_AGAIN = "ask-again"


class Ended(StrEnum):
    """How the visitor's side of a talk came to an end."""

    EXIT = "exit"
    STOP = "stop"
    DOOR = "door"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One visitor's talk with one tenant on one channel, pinned to an edition.

    ``door`` is the flow that the visitor chose before the talk began, if any; its question is then
    not asked. ``staffed`` says whether anybody was on shift when it began.
    ``path`` holds the answer keys of the questions put so far, for *back*; ``asked`` counts them
    (P11). ``is_interrupted``: safety was asked again over the step that stands, which is put again
    once it is safe; ``owed`` is what was heard meanwhile and could not be answered, as kinds of
    numbers; lines up to ``hidden_to`` are not sent until then. ``heard_at`` is when the visitor did
    anything last. ``word`` is the hash of what brings them back, ``other_word`` of the one for when
    they are made to write, which was last given at ``other_word_at``. ``version`` is what
    compare-and-set checks; ``last_seq`` is the last transcript line. ``chat`` names the chat in a
    messaging app that its lines are sent to, by a keyed hash; empty for a page.
    """

    id: ConversationId
    tenant: TenantId
    channel: str
    edition: EditionId
    language: str
    flow: FlowId
    step: StepId = END
    door: FlowId | None = None
    owner: Owner = Owner.BOT
    safety: Safety = Safety.NOT_ASKED
    staffed: bool = True
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    path: tuple[str, ...] = ()
    asked: int = 0
    urgency: Urgency = Urgency()
    is_case_open: bool = False
    is_interrupted: bool = False
    owed: tuple[str, ...] = ()
    hidden_to: int = 0
    heard_at: datetime | None = None
    word: str = ""
    other_word: str = ""
    other_word_at: datetime | None = None
    ended: Ended | None = None
    reference: str = ""
    version: int = 0
    last_seq: int = 0
    chat: str = ""

    @property
    def is_silent(self) -> bool:
        """Unsafe means silent: a neutral screen and nothing about why (P15)."""
        return self.safety in _SILENT

    @property
    def is_entered(self) -> bool:
        """Whether a worker entered it, so that nobody reads what is written (R52)."""
        return self.channel in ENTERED

    @property
    def key(self) -> str:
        """The answer key of the step where the talk stands."""
        return _key(self.flow, self.step)

    def evolve(self, **changes: Any) -> "Conversation":
        """The same talk with these fields changed."""
        return _evolve(self, changes)


_SILENT = (Safety.UNSAFE, Safety.ASK_AGAIN)


@lru_cache(maxsize=4096)
def _key(flow: FlowId, step: StepId) -> str:
    """One text for all talks: each holds the keys of its path and its answers."""
    return f"{flow}.{step}"


_evolve = evolver(Conversation)
