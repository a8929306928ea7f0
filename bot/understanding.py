"""What a visitor typed, where it names something: a choice, in any language, or a way out.

Only a whole message is ever taken for a choice: a sentence with *yes* in it stays a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.ages import answered_age
from flows.conversation import Conversation, FlowId, Owner
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
NOT_SURE = "choices.not-sure"

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
        choice: tuple[str, ...] = ()
        if step is not None and step.identifies and self.synonyms.named(typed, (NO,)) == NO:
            # A *no* to *which number* is no number (P5, P19).
            return Skipped()
        if step is not None and step.options:
            choice = self._choice(at.flow, step, typed)
        if step is not None and choice:
            if step.kind is Kind.ANY:
                return ChoicesMade(choice, typed)
            return ChoiceMade(choice[0], typed)
        command = self.synonyms.command(typed)
        if command is None or (is_with_worker and command not in WITH_A_WORKER):
            return None
        return COMMANDS[command]

    def written(self, typed: str) -> str:
        """The key under which a typed way out stands in the transcript; empty for other words."""
        command = self.synonyms.command(typed)
        return "" if command is None else DID[type(COMMANDS[command])]

    def lean(self, edition: Edition, talk: Conversation, typed: str) -> str:
        """The choice that own words come to where they may not be lost: a contact, wanted or not.

        A refusal in any words means no contact; a yes, where there is one way, means that way.
        """
        step = standing(edition, talk)
        if step is None or step.intake != "contact.channel":
            return ""
        if self.synonyms.named(typed, (NOT_SURE,)) == NOT_SURE:
            return ""
        leans = self.synonyms.leans(typed, talk.language)
        ways = [value for value in step.values if value != "no"]
        if leans == "yes":
            return ways[0] if len(ways) == 1 else ""
        return leans

    def _choice(self, flow: FlowId, step: Step, typed: str) -> tuple[str, ...]:
        values = {option.key: option.value for option in step.options}
        key = f"{flow}.{step.in_place_of or step.id}"
        values |= {f"{key}.choose.{value}": value for value in step.values if step.in_place_of}
        # An *ok* that only means *I have read this* must never say that it is safe (P5).
        named = self.synonyms.named(typed, values, step=key, careful=bool(step.safe_if))
        if named is not None:
            return (values[named],)
        return self._by_number(step, typed) or _by_age(step, typed)

    def _by_number(self, step: Step, typed: str) -> tuple[str, ...]:
        """Places of choices in the list, counted from one; several where several may be chosen."""
        places = self.synonyms.places(typed)
        if step.kind is not Kind.ANY and len(places) > 1:
            return ()
        if not all(1 <= place <= len(step.options) for place in places):
            return ()
        return tuple(step.options[place - 1].value for place in places)


def _by_age(step: Step, typed: str) -> tuple[str, ...]:
    """The choice that the age in an answer falls under, where an age is asked (P17)."""
    age = answered_age(typed) if step.ages else None
    if age is None:
        return ()
    return tuple(value for value, (low, high) in step.ages.items() if low <= age <= high)[:1]
