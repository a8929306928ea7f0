"""What one event made of a talk: the next conversation, and the effects in order."""

from dataclasses import dataclass
from typing import Any

from flows.conversation import Conversation
from flows.effects import Effect


@dataclass(frozen=True, slots=True)
class Turn:
    """The conversation so far in this turn, and what is to be done; both only ever grow anew."""

    talk: Conversation
    effects: tuple[Effect, ...] = ()

    def now(self, **changes: Any) -> "Turn":
        """The same turn with these fields of the talk changed."""
        return Turn(self.talk.evolve(**changes), self.effects)

    def then(self, *effects: Effect) -> "Turn":
        """The same turn with these effects at its end."""
        return Turn(self.talk, (*self.effects, *effects))
