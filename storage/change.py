"""A change before it is stored: whether it makes sense, and what it will be once it is.

Pure: the same for every store, so that all of them refuse and promise alike.
"""

from collections.abc import Iterator
from datetime import datetime

from flows.conversation import ConversationId
from flows.evolving import evolver
from storage.errors import UnfitChange
from storage.store import Change


def parts(change: Change) -> Iterator[Change]:
    """The change and all that follow it, in order."""
    current: Change | None = change
    while current is not None:
        yield current
        current = current.following


_evolve = evolver(Change)


def stored_form(change: Change) -> Change:
    """The change as it is when committed: conversation and case carry their next version."""
    conversation, case, following = change.conversation, change.case, change.following
    known = {
        "conversation": conversation and conversation.evolve(version=conversation.version + 1),
        "case": case and case.evolve(version=case.version + 1),
        "following": following and stored_form(following),
    }
    return _evolve(change, known)


def talk_of(change: Change) -> ConversationId | None:
    """The talk that the change is about, if it is about one."""
    if change.conversation is not None:
        return change.conversation.id
    return None if change.case is None else change.case.conversation


def moment_of(change: Change) -> datetime | None:
    """When the change happened, as far as it says: a store has no clock of its own."""
    dated = [line.at for line in change.lines]
    dated += [fact.at for fact in change.facts]
    dated += [entry.at for entry in change.entries]
    dated += [entry.at for entry in change.audit]
    return max(dated, default=None)


def require_fit(change: Change) -> None:
    """Raises UnfitChange for what no store could keep without breaking a promise (I4)."""
    for part in parts(change):
        _require_fit_lines(part)
        _require_fit_entries(part)
        if part.session is not None and part.ends_session:
            raise UnfitChange("(a session set and ended)")
        if (part.session is not None or part.ends_session) and talk_of(part) is None:
            raise UnfitChange("(a session of no talk)")
        if _is_of_two_talks(part):
            raise UnfitChange("(a talk and the case of another)")


def _is_of_two_talks(part: Change) -> bool:
    if part.case is None or part.conversation is None:
        return False
    return part.case.conversation != part.conversation.id


def _require_fit_entries(part: Change) -> None:
    if not part.entries:
        return
    if part.case is None or any(e.reference != part.case.reference for e in part.entries):
        raise UnfitChange("(entries of no case)")
    last = part.case.filed
    first = last - len(part.entries) + 1
    if [entry.number for entry in part.entries] != list(range(first, last + 1)) or first < 1:
        raise UnfitChange("(entries with a gap)")


def _require_fit_lines(part: Change) -> None:
    if not part.lines:
        return
    if part.conversation is None:
        raise UnfitChange("(lines of no talk)")
    last = part.conversation.last_seq
    first = last - len(part.lines) + 1
    if [line.seq for line in part.lines] != list(range(first, last + 1)) or first < 1:
        raise UnfitChange("(lines with a gap)")
