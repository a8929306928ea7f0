"""What a simulated line came to, as JSON or as a dialogue to be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.conversation import Owner
from flows.urgency import Urgency
from handoff.case import Case
from handoff.transcript import Line, Speaker
from handoff.watch import Watch


@dataclass(frozen=True, slots=True)
class Played:
    """One line of a script and what followed; ``written`` is None for the talk's opening."""

    written: Mapping[str, Any] | None
    replies: tuple[Line, ...]
    effects: tuple[str, ...]
    owner: Owner
    case: Case | None
    refused: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape of ``--json``."""
        begins = {"open": True} if self.written is None else {"in": self.written}
        told = {
            "replies": [tell_line(line) for line in self.replies],
            "effects": list(self.effects),
            "owner": str(self.owner),
            "case": None if self.case is None else tell_case(self.case),
        }
        return {**begins, **told, **({"error": self.refused} if self.refused else {})}


def tell_line(line: Line) -> dict[str, Any]:
    """A line as the visitor gets it, with the key of its text."""
    return {
        "from": str(line.speaker),
        "text": line.text,
        "choices": [{"value": choice.value, "label": choice.label} for choice in line.choices],
        "expects": str(line.expects),
        "lang": line.language,
        "step": line.step,
        "key": line.key,
        **({"why": line.why} if line.why else {}),
    }


def tell_case(case: Case) -> dict[str, Any]:
    """A case as the desk has it."""
    return {
        "reference": str(case.reference),
        "queue": str(case.queue),
        "side": str(case.side),
        "owner": str(case.owner),
        "holder": case.holder,
        "language": case.language,
        "urgency": tell_urgency(case.urgency),
        "silent": case.is_silent,
        "asked_again": case.is_asked_again,
        "opened_at": case.opened_at.isoformat(),
        "waiting_since": case.waiting_since and case.waiting_since.isoformat(),
        "ended": case.ended and str(case.ended),
        "alarms": {str(watch.cause): _tell_watch(watch) for watch in case.watches},
        "outcome": case.outcome and str(case.outcome),
        "intake": dict(case.intake),
    }


def _tell_watch(watch: Watch) -> str:
    """How far it has climbed: a rung, *seen*, or *watched* while nobody need be told."""
    return "seen" if watch.seen_at else str(watch.rung or "watched")


def tell_urgency(urgency: Urgency) -> dict[str, Any]:
    """Level, severity and imminence by name, and every reason with the words behind it."""
    return {
        "level": urgency.level.name.lower(),
        "severity": urgency.severity.name.lower(),
        "imminence": urgency.imminence.name.lower(),
        "reasons": [
            {
                "source": reason.source,
                "words": reason.words,
                "severity": reason.grade.severity.name.lower(),
                "imminence": reason.grade.imminence.name.lower(),
                "said_at": reason.said_at.isoformat(),
            }
            for reason in urgency.reasons
        ],
    }


def as_dialogue(played: Played) -> Iterator[str]:
    """The same to be read: what was done, what was said, and what changed at the desk."""
    if played.written is not None:
        yield f"> {_written(played.written)}"
    if played.refused:
        yield f"  (refused: {played.refused})"
    for line in played.replies:
        yield from _spoken(line)
    told = [str(played.owner)]
    if played.case is not None:
        told += [f"case {played.case.reference}", played.case.urgency.level.name.lower()]
    yield f"  ({', '.join(told)})"
    yield ""


def _written(written: Mapping[str, Any]) -> str:
    return ", ".join(_part(key, value) for key, value in written.items())


def _part(key: str, value: Any) -> str:
    if value is True:
        return key
    return f"{key}: {_written(value) if isinstance(value, Mapping) else value}"


def _spoken(line: Line) -> Iterator[str]:
    who = "worker" if line.speaker is Speaker.WORKER else "bot"
    first, *rest = line.text.split("\n")
    yield f"  {who}: {first}"
    for more in rest:
        yield f"       {more}"
    if line.why:
        yield f"       ({line.why})"
    for choice in line.choices:
        yield f"       - {choice.label} [{choice.value}]"
