"""What in a case calls for a decision before it may close: a child, an adult at risk, a life (R23,
R53, R54). It lists the markers and where each was told; what they mean is for people.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.conversation import Conversation
from flows.urgency import Reason
from handoff.case import Case
from handoff.entry import Entry
from handoff.risk_assessment import Mark, read_assessment
from handoff.risk_topics import TOPICS_BY_ID, Concern

OWN_WORDS = "own-words"
"""A question of harm that was answered in words: nobody but a person can say what they mean."""

_CHILD, _ADULT, _OWN_LIFE = Concern.CHILD, Concern.ADULT, Concern.OWN_LIFE
_BOTH = frozenset({_CHILD, _ADULT})


def _each(concern: Concern, *values: str) -> dict[str, frozenset[Concern]]:
    return {value: frozenset({concern}) for value in values}


PLACES: Mapping[str, Mapping[str, frozenset[Concern]]] = {
    "person.age-band": _each(_CHILD, "under-16", "16-or-17"),
    "risk.dependants": {
        **_each(_CHILD, "home", "baby", "elsewhere"),
        **_each(_ADULT, "adult"),
        **dict.fromkeys(("yes", "not-sure", OWN_WORDS), _BOTH),
    },
    "risk.dependants-now": dict.fromkeys(("no", "not-sure", OWN_WORDS), _BOTH),
    "risk.tonight": _each(_CHILD, "no", "not-sure", OWN_WORDS),
    "risk.own-life": _each(_OWN_LIFE, "taken", "now", "at-times", OWN_WORDS),
    "needs": _each(_CHILD, "children"),
    "needs.place-with": {**_each(_CHILD, "children", "older-sons"), **_each(_ADULT, "adult")},
    "person.household": _each(_CHILD, "children"),
    "agency.ground": dict.fromkeys(("child-or-adult",), _BOTH),
}
"""What answers at a place of the intake call for."""

MARKERS: Mapping[str, frozenset[Concern]] = {
    "child-at-risk": frozenset({_CHILD}),
    "fgm": frozenset({_CHILD}),
    "suicide": frozenset({_OWN_LIFE}),
    "overdose": frozenset({_OWN_LIFE}),
    "self-harm": frozenset({_OWN_LIFE}),
}
"""What words that screening found call for."""

ANSWERS: Mapping[str, Mapping[str, frozenset[Concern]]] = {
    "entry.who-types": _each(_CHILD, "child")
}
"""The same of a question that has no place in the intake."""

YOUNG = "young-people"
"""The door by which somebody says that they are under eighteen, whatever else they answer."""


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: for which concern, where it stands, and when it was told.

    ``source`` is a place of the intake, ``screening.`` with a marker, or ``topic.`` with a topic.
    """

    concern: Concern
    source: str
    at: datetime


def markers_of(case: Case, talk: Conversation, entries: Iterable[Entry]) -> tuple[Marker, ...]:
    """Every marker of a case that has its intake, in no order."""
    reasons = {*case.urgency.reasons, *talk.urgency.reasons}
    found = {
        *_of_intake(case),
        *_of_answers(talk),
        *_of_reasons(reasons),
        *_of_assessments(entries),
    }
    return tuple(sorted(found, key=lambda marker: (marker.concern, marker.at, marker.source)))


def _of_intake(case: Case) -> Iterator[Marker]:
    if case.intake.get("door") == YOUNG:
        yield Marker(_CHILD, "door", case.opened_at)
    fields: Mapping[str, Mapping[str, object]] = case.intake.get("fields", {})
    for place, meanings in PLACES.items():
        field = fields.get(place, {})
        at = field.get("at")
        if isinstance(at, str):
            yield from _found(meanings, _said(field), place, datetime.fromisoformat(at))


def _said(field: Mapping[str, object]) -> tuple[str, ...]:
    values = field.get("values", ())
    chosen = tuple(map(str, values)) if isinstance(values, list | tuple) else ()
    return (*chosen, OWN_WORDS) if field.get("status") == OWN_WORDS else chosen


def _of_answers(talk: Conversation) -> Iterator[Marker]:
    for key, meanings in ANSWERS.items():
        if (answer := talk.answers.get(key)) is not None:
            yield from _found(meanings, answer.values, key, answer.given_at)


def _of_reasons(reasons: Iterable[Reason]) -> Iterator[Marker]:
    for reason in reasons:
        kind, _, name = reason.source.partition(".")
        if kind == "screening":
            yield from _found(MARKERS, (name,), reason.source, reason.said_at)
        elif reason.source == "said.age":
            # Only an age that is a child's is ever noted (R23).
            yield Marker(_CHILD, reason.source, reason.said_at)


def _of_assessments(entries: Iterable[Entry]) -> Iterator[Marker]:
    for entry in entries:
        if entry.kind != "risk-assessment":
            continue
        for topic, marked in read_assessment(entry.content).topics.items():
            if marked.answer is Mark.YES:
                for concern in TOPICS_BY_ID[topic].concerns:
                    yield Marker(concern, f"topic.{topic}", entry.at)


def _found(
    meanings: Mapping[str, frozenset[Concern]], said: Iterable[str], source: str, at: datetime
) -> Iterator[Marker]:
    for value in said:
        for concern in meanings.get(value, ()):
            yield Marker(concern, source, at)
