"""What must stand in a case's file before the case may close, in every door (R23, R53, R54)."""

from collections.abc import Sequence

from flows.conversation import Conversation
from handoff.case import Case
from handoff.concerns import markers_of
from handoff.decisions import check_decided
from handoff.entry import Entry


def check_closing(case: Case, talk: Conversation, entries: Sequence[Entry]) -> None:
    """Raise the refusal that stands against closing, if one does. The case has its intake."""
    check_decided(markers_of(case, talk, entries), entries)
