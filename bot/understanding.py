"""What a visitor typed, where it names something: a choice, in any language, or a way out.

Only a whole message is ever taken for a choice: a sentence with *yes* in it stays a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.conversation import Conversation, Owner
from flows.edition import Edition
from flows.events import (
    DID,
    ChoiceMade,
    ChoicesMade,
    ExitTaken,
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
    "skip": Skipped(),
    "back": WentBack(),
}

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
        number = typed.strip().rstrip(".)")
        return _by_number(step, int(number)) if number.isdecimal() and len(number) <= 3 else None


def _by_number(step: Step, number: int) -> str | None:
    """An age where an age is asked, else the place of a choice in the list, counted from one."""
    for value, (youngest, oldest) in step.ages.items():
        if youngest <= number <= oldest:
            return value
    if not step.ages and step.kind is Kind.ONE and 1 <= number <= len(step.options):
        return step.options[number - 1].value
    return None
