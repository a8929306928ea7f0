"""A sheet about contacts -> the content-free facts that it makes (R38 to R48)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from handoff import boundary, call_back, joining, referral, word_check
from handoff.case import Case
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.filing import latest

Count = Callable[[Entry, Entry | None], Iterator[tuple[str, Mapping[str, str]]]]
"""The sheet and the one of its kind that stood before -> kinds of facts with their values."""


def _joined(_entry: Entry, _stood: Entry | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "contact-joined", {}


def _word_checked(entry: Entry, _stood: Entry | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "word-checked", {"found": entry.content["found"]}


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        call_back.KIND: call_back.count,
        referral.KIND: referral.count,
        boundary.ASKED: boundary.count,
        boundary.DECIDED: boundary.count,
        joining.KIND: _joined,
        word_check.KIND: _word_checked,
    }
)


def count_contact_sheet(entry: Entry, case: Case, before: Iterable[Entry]) -> Iterator[Fact]:
    """Every fact of one sheet. ``before`` is the case's file without it."""
    if (count := COUNTS.get(entry.kind)) is not None:
        for kind, values in count(entry, latest(before, entry.kind)):
            yield Fact(kind, entry.at, case.conversation, case.reference, values)
