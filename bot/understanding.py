"""What a visitor typed, where it names something: a choice, in any language, or a way out.

Only a whole message is ever taken for a choice: a sentence with *yes* in it stays a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.ages import answered_age
from flows.conversation import Conversation, Owner
from flows.edition import Edition
from flows.events import (
    DID,
    ChoiceMade,
    ChoicesMade,
    ExitTaken,
    LimitsWanted,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    VisitorEvent,
    WentBack,
)
from flows.flow import Kind, Step
from flows.walk import place, standing
from locales.words import Command, Synonyms

COMMANDS: Mapping[Command, VisitorEvent] = {
    "exit": ExitTaken(),
    "stop": StopSaid(),
    "person": PersonWanted(),
    "numbers": NumbersWanted(),
    "limits": LimitsWanted(),
    "skip": Skipped(),
    "back": WentBack(),
}

NO = "choices.no"
"""The label of every plain *no*."""

WITH_A_WORKER: frozenset[Command] = frozenset({"exit", "stop"})
"""What is understood while a worker is talking too: everything else is then a word to them."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Labels and synonyms of every language, looked up whole."""

    synonyms: Synonyms

    def read(self, edition: Edition, talk: Conversation, typed: str) -> VisitorEvent | None:
        """The event that a typed text names, or None when it is the visitor's own words."""
        is_with_worker = talk.owner is Owner.WORKER and not talk.is_silent
        step = None if is_with_worker else standing(edition, talk)
        at = place(edition, talk)
        choice = None
        if step is not None and step.identifies and self.synonyms.named(typed, (NO,)) == NO:
            # A *no* to *which number* is no number (P5, P19).
            return Skipped()
        if step is not None and step.options:
            choice = self._choice(f"{at.flow}.{at.step}", step, typed)
        if step is not None and choice is not None:
            if step.kind is Kind.ANY:
                return ChoicesMade((choice,), typed)
            return ChoiceMade(choice, typed)
        command = self.synonyms.command(typed)
        if command is None or (is_with_worker and command not in WITH_A_WORKER):
            return None
        return COMMANDS[command]

    def written(self, typed: str) -> str:
        """The key under which a typed way out stands in the transcript; empty for other words."""
        command = self.synonyms.command(typed)
        return "" if command is None else DID[type(COMMANDS[command])]

    def _choice(self, key: str, step: Step, typed: str) -> str | None:
        values = {option.key: option.value for option in step.options}
        # An *ok* that only means *I have read this* must never say that it is safe (P5).
        named = self.synonyms.named(typed, values, step=key, careful=bool(step.safe_if))
        if named is not None:
            return values[named]
        return _by_number(step, typed) or _by_age(step, typed)


def _by_number(step: Step, typed: str) -> str | None:
    """The place of a choice in the list, counted from one."""
    number = typed.strip().rstrip(".)")
    if step.kind is not Kind.ONE or not number.isdecimal() or len(number) > 3:
        return None
    place = int(number)
    return step.options[place - 1].value if 1 <= place <= len(step.options) else None


def _by_age(step: Step, typed: str) -> str | None:
    """The choice that the age in an answer falls under, where an age is asked (P17)."""
    age = answered_age(typed) if step.ages else None
    if age is None:
        return None
    return next((v for v, (low, high) in step.ages.items() if low <= age <= high), None)
