"""The structured intake: what was asked and answered, each with where it comes from (R5, R14).

A view of the talk's answers, made where it is needed; a stored case holds what is listed, no more.

*Declined*, *unknown* and *not asked* are three things. It grades nothing and guesses nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from flows.answers import Answer, Given
from flows.conversation import Conversation
from flows.edition import Edition
from handoff.case import Case

VERSION = 1

LISTED = frozenset({"needs", "wishes.worker", "wishes.else"})
"""What of an intake the list of those who wait shows, or whoever takes the next is matched by."""

KEPT = LISTED | {"person.area"}
"""What a stored case holds of it: that, and what its closing is counted by."""

Status = Literal["answered", "own-words", "declined", "unknown", "not-asked"]


class IntakeField(BaseModel):
    """One answer with its provenance: the question's key, the codes, the exact words, when.

    ``by`` says whether the visitor gave it themselves, or a worker entered it (R52).
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    status: Status
    values: list[str] = []
    words: str = ""
    at: AwareDatetime | None = None
    by: Literal["visitor", "worker"] = "visitor"


class Intake(BaseModel):
    """The whole intake of one case. ``fields`` is keyed by place, such as ``risk.hurt``.

    ``channel`` is named where a worker entered it all.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1]
    door: str
    language: str
    fields: dict[str, IntakeField]
    contact_ended: bool = False
    channel: str = ""


def make_intake(
    edition: Edition, talk: Conversation, *, contact_ended: bool = False
) -> dict[str, Any]:
    """The intake of a talk as it stands: a JSON-able mapping in the shape of ``Intake``."""
    fields: dict[str, Any] = {}
    for flow_id in (edition.entry, talk.flow):
        flow = edition.flows.get(flow_id)
        for step in flow.steps.values() if flow else ():
            # Two flows may ask the same: what was answered stands, else the later flow's question.
            if step.intake and not _is_answered(fields, step.intake):
                key = f"{flow_id}.{step.id}"
                fields[step.intake] = make_field(key, talk.answers.get(key))
    _add_answers_of_other_flows(edition, talk, fields)
    return _whole(talk, fields, contact_ended=contact_ended)


def kept_intake(
    edition: Edition, talk: Conversation, *, contact_ended: bool = False
) -> dict[str, Any]:
    """As much of the intake as a stored case holds; what this edition has no step for too (P9)."""
    fields: dict[str, Any] = {}
    for key in sorted(talk.answers, key=lambda key: _precedence(edition, talk, key)):
        place = place_of(edition, key) if edition.step_at(key) else key
        if place in KEPT or place == key:
            fields.setdefault(place, make_field(key, talk.answers[key]))
    return _whole(talk, fields, contact_ended=contact_ended)


def _precedence(edition: Edition, talk: Conversation, key: str) -> int:
    """Two flows may ask the same: the entry's answer stands first, then that of the talk's own."""
    flow = key.partition(".")[0]
    return 0 if flow == edition.entry else 1 if flow == talk.flow else 2


def plain_intake(talk: Conversation, *, contact_ended: bool = False) -> dict[str, Any]:
    """What was answered, by its question's key: no flow is read, so nothing of one can fail."""
    fields = {key: make_field(key, answer) for key, answer in talk.answers.items()}
    return _whole(talk, fields, contact_ended=contact_ended)


def _whole(talk: Conversation, fields: dict[str, Any], *, contact_ended: bool) -> dict[str, Any]:
    whole = {
        "version": VERSION,
        "door": talk.flow,
        "language": talk.language,
        "fields": fields,
        "contact_ended": contact_ended,
    }
    return _as_entered(talk, whole) if talk.is_entered else whole


def _as_entered(talk: Conversation, whole: dict[str, Any]) -> dict[str, Any]:
    for field in whole["fields"].values():
        if field["status"] != "not-asked":
            field["by"] = "worker"
    return {**whole, "channel": talk.channel}


def entered_by(intake: Mapping[str, Any]) -> str:
    """The channel of a contact that a worker entered; empty for one with a page."""
    return str(intake.get("channel", ""))


def with_intake_of(edition: Edition, talk: Conversation, case: Case) -> Case:
    """The case as it is shown, with the intake of its talk as that stands."""
    ended = bool(case.intake.get("contact_ended"))
    return case.evolve(intake=make_intake(edition, talk, contact_ended=ended))


def with_kept_intake_of(edition: Edition, talk: Conversation, case: Case) -> Case:
    """The case as it is stored, with as much of the intake as that holds."""
    ended = bool(case.intake.get("contact_ended"))
    return case.evolve(intake=kept_intake(edition, talk, contact_ended=ended))


def without_intake(case: Case) -> Case:
    """The case as it is held in memory beside its talk, which has the answers."""
    return case.evolve(intake=_CONTACT_ENDED if case.intake.get("contact_ended") else _NONE)


_NONE: Mapping[str, Any] = MappingProxyType({})
_CONTACT_ENDED: Mapping[str, Any] = MappingProxyType({"contact_ended": True})


def _add_answers_of_other_flows(
    edition: Edition, talk: Conversation, fields: dict[str, Any]
) -> None:
    """A flow that was passed through (an age, say, before the young people's) keeps its answers.

    So does a step that this edition dropped, under its own key (P9).
    """
    for key, answer in talk.answers.items():
        place = place_of(edition, key) if edition.step_at(key) else key
        if place and not _is_answered(fields, place):
            fields[place] = make_field(key, answer)


def _is_answered(fields: Mapping[str, Any], place: str) -> bool:
    return place in fields and fields[place]["status"] != "not-asked"


def place_of(edition: Edition, key: str) -> str:
    """Where an answer stands in the intake; nowhere when this edition dropped its step (P9)."""
    step = edition.step_at(key)
    return step.intake if step else ""


def make_field(question: str, answer: Answer | None) -> dict[str, Any]:
    """What came of one question, in the shape of ``IntakeField``; without an answer: not asked."""
    if answer is None:
        return {"question": question, "status": "not-asked"}
    return {
        "question": question,
        "status": _status(answer),
        "values": list(answer.values),
        "words": answer.words,
        "at": answer.given_at.isoformat(),
    }


def _status(answer: Answer) -> Status:
    if answer.given is Given.SKIPPED:
        return "declined"
    if answer.given is Given.SAID:
        return "own-words"
    return "unknown" if answer.values == ("not-sure",) else "answered"


def values_of(intake: Mapping[str, Any], place: str) -> tuple[str, ...]:
    """The codes that were chosen at a place; empty when it was declined, not asked or in words."""
    return tuple(_at(intake, place).get("values", ()))


def words_of(intake: Mapping[str, Any], place: str) -> str:
    """What was typed at a place, word for word; empty when nothing was."""
    return str(_at(intake, place).get("words", ""))


def field_at(intake: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """What stands at a place, in the shape of ``IntakeField``; empty where nothing does."""
    return _at(intake, place)


def status_of(intake: Mapping[str, Any], place: str) -> Status:
    """How a place stands; *not asked* where nothing does."""
    status: Status = _at(intake, place).get("status", "not-asked")
    return status


def answered_at(intake: Mapping[str, Any], place: str) -> datetime | None:
    """When something was answered at a place; None where nothing was."""
    at = _at(intake, place).get("at")
    return datetime.fromisoformat(at) if at else None


def _at(intake: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    field: Mapping[str, Any] = intake.get("fields", {}).get(place, {})
    return field
