"""Two contacts of one person: joined by a reference and the word that goes with it (R12, R20).

Never by a name, a number or a likeness. What is joined is said on both cases; nothing is merged.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from handoff.entry import Entry
from handoff.reference import Reference
from handoff.refusals import Refusal

KIND = "joined"


class NotJoined(Refusal):
    """That reference and that word do not belong together here, so nothing is joined."""

    code = "not-joined"


def sheet(other: Reference) -> Mapping[str, Any]:
    """What is kept on each of the two: the other's reference."""
    return {"other": other}


def joined_with(entries: Iterable[Entry]) -> tuple[Reference, ...]:
    """The references that a case is joined with, each once, in the order in which they were."""
    found = (Reference(e.content["other"]) for e in entries if e.kind == KIND)
    return tuple(dict.fromkeys(found))
