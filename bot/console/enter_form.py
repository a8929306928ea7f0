"""The form on which a worker enters a contact: every question of a door, and what was written.

*Not asked* is what stands where nothing is chosen. Nothing is guessed from a name or a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console.posted import lines_of
from bot.console.words import GROUPS, name_option
from flows.answers import Answer, Given
from flows.conversation import FlowId
from flows.edition import Edition
from flows.entered import questions_to_enter
from flows.flow import Kind, Step
from handoff.refusals import Refusal

LONGEST = 4000
"""Characters of one answer in own words."""

DECLINED = "-declined"


class AnswerTooLong(Refusal):
    """One of these answers is too long. Please shorten it; nothing is lost."""

    code = "answer-too-long"


class NothingEntered(Refusal):
    """Enter at least one answer: then there is a case."""

    code = "nothing-entered"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, as it stands in the form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the form. ``name`` is how its fields' names begin."""

    name: str
    question: str
    is_several: bool
    options: tuple[Option, ...]
    is_declined: bool
    words: str


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Questions about one thing."""

    title: str
    questions: tuple[Asked, ...]


def draw_form(edition: Edition, door: FlowId, form: Mapping[str, str]) -> tuple[AskedGroup, ...]:
    """The questions of a door in their groups, with what was written in them."""
    grouped: dict[str, list[Asked]] = {group: [] for group in GROUPS}
    for key, step in questions_to_enter(edition, door):
        group = step.intake.partition(".")[0] or "danger"
        place = group if group in grouped else ""
        grouped[place].append(_draw(edition, key, step, form))
    return tuple(AskedGroup(GROUPS[g], tuple(found)) for g, found in grouped.items() if found)


def _draw(edition: Edition, key: str, step: Step, form: Mapping[str, str]) -> Asked:
    chosen = _chosen(key, step, form)
    return Asked(
        name=key,
        question=edition.english.get(f"{key}.ask", key),
        is_several=step.kind is Kind.ANY,
        options=tuple(
            Option(value, name_option(key, value, edition), value in chosen)
            for value in step.values
        ),
        is_declined=form.get(key) == DECLINED,
        words=form.get(f"{key}:words", ""),
    )


def read_answers(
    edition: Edition, door: FlowId, form: Mapping[str, str], now: datetime
) -> Mapping[str, Answer]:
    """The answers by key, without what was not asked. Raises NothingEntered or AnswerTooLong."""
    answers = dict(_answers(edition, door, form, now))
    if not answers:
        raise NothingEntered
    return answers


def _answers(
    edition: Edition, door: FlowId, form: Mapping[str, str], now: datetime
) -> Iterator[tuple[str, Answer]]:
    for key, step in questions_to_enter(edition, door):
        words = lines_of(form.get(f"{key}:words", "")).strip()
        if len(words) > LONGEST:
            raise AnswerTooLong
        chosen = _chosen(key, step, form)
        if chosen:
            yield key, Answer(Given.CHOSEN, now, chosen, words)
        elif words:
            yield key, Answer(Given.SAID, now, words=words)
        elif form.get(key) == DECLINED:
            yield key, Answer(Given.SKIPPED, now)


def _chosen(key: str, step: Step, form: Mapping[str, str]) -> tuple[str, ...]:
    if step.kind is Kind.ANY:
        return tuple(value for value in step.values if f"{key}:{value}" in form)
    return (form[key],) if form.get(key) in step.values else ()
