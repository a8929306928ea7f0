"""How the store in memory takes a change: whole or not at all, under the tables' own rules."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from flows.conversation import ConversationId, EditionId
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Account, StaffId, StaffSession
from handoff.transcript import Seq
from storage.audit import BEGINNING, Link, link_up
from storage.change import moment_of, parts, talk_of
from storage.codec import dump
from storage.errors import UnfitChange
from storage.store import Change, EditionRecord, Sender, Session, Timer

_CHAIN = "memory"


class Refused(Exception):
    """A version, or something unique, is not as the change expects it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the codec wrote it, with what the tables hold in clear."""

    version: int
    content: bytes
    last_seq: int = 0
    talk: ConversationId = ConversationId("")
    is_open: bool = False


@dataclass(slots=True)
class Shelves:
    """Everything of one tenant."""

    conversations: dict[ConversationId, Stored] = field(default_factory=dict)
    sessions: dict[ConversationId, Session] = field(default_factory=dict)
    senders: dict[Sender, ConversationId] = field(default_factory=dict)
    lines: dict[ConversationId, dict[Seq, bytes]] = field(default_factory=dict)
    inboxes: dict[tuple[ConversationId, bytes], Seq] = field(default_factory=dict)
    cases: dict[Reference, Stored] = field(default_factory=dict)
    open_case: dict[ConversationId, Reference] = field(default_factory=dict)
    entries: dict[tuple[Reference, int], bytes] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    facts: dict[int, Fact] = field(default_factory=dict)
    audit: dict[int, Link] = field(default_factory=dict)
    accounts: dict[StaffId, Account] = field(default_factory=dict)
    staff_sessions: dict[bytes, StaffSession] = field(default_factory=dict)
    registers: dict[tuple[str, str], bytes] = field(default_factory=dict)
    editions: dict[EditionId, EditionRecord] = field(default_factory=dict)


class _Journal:
    """Remembers what was there before, so that a refused change leaves no trace."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def put(self, shelf: dict[Any, Any], key: Hashable, value: object) -> None:
        self._remember(shelf, key)
        shelf[key] = value

    def drop(self, shelf: dict[Any, Any], key: Hashable) -> None:
        self._remember(shelf, key)
        shelf.pop(key, None)

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _remember(self, shelf: dict[Any, Any], key: Hashable) -> None:
        if key in shelf:
            before = shelf[key]
            self._undo.append(lambda: shelf.update({key: before}))
        else:
            self._undo.append(lambda: shelf.pop(key, None))


def put_in(shelves: Shelves, stored: Change, *, place: tuple[str, bytes]) -> None:
    """Put a change and all that follow it on the shelves. Raises Refused, and then nothing is."""
    journal = _Journal()
    try:
        for part in parts(stored):
            _put_conversation(shelves, part, journal)
            _put_session(shelves, part, journal)
            _put_case(shelves, part, journal)
            _put_lines(shelves, part, journal)
            _put_rest(shelves, part, journal)
            _put_audit(shelves, part, journal, place)
    except BaseException:
        journal.undo()
        raise


def _put_conversation(shelves: Shelves, part: Change, journal: _Journal) -> None:
    talk = part.conversation
    if talk is None:
        return
    known = shelves.conversations.get(talk.id)
    _require_next(known, talk.version)
    if known is not None and known.last_seq != talk.last_seq - len(part.lines):
        raise Refused
    stored = Stored(talk.version, dump(talk), last_seq=talk.last_seq)
    journal.put(shelves.conversations, talk.id, stored)


def _require_next(known: Stored | None, version: int) -> None:
    if (known.version if known else 0) != version - 1:
        raise Refused


def _put_session(shelves: Shelves, part: Change, journal: _Journal) -> None:
    talk = talk_of(part)
    if talk is None:
        return
    if part.ends_session:
        _drop_session(shelves, talk, journal)
    if part.session is None:
        return
    _drop_ended(shelves, part, journal)
    if shelves.senders.get(part.session.sender, talk) != talk:
        raise Refused
    _drop_session(shelves, talk, journal)
    journal.put(shelves.sessions, talk, part.session)
    journal.put(shelves.senders, part.session.sender, talk)


def _drop_session(shelves: Shelves, talk: ConversationId, journal: _Journal) -> None:
    if session := shelves.sessions.get(talk):
        journal.drop(shelves.senders, session.sender)
        journal.drop(shelves.sessions, talk)


def _drop_ended(shelves: Shelves, part: Change, journal: _Journal) -> None:
    """The sender's earlier talk may have left its session behind when its time ran out."""
    moment = moment_of(part)
    is_new = part.conversation is not None and part.conversation.version == 1
    earlier = shelves.senders.get(part.session.sender) if part.session else None
    if moment and is_new and earlier and shelves.sessions[earlier].ends_at <= moment:
        _drop_session(shelves, earlier, journal)


def _put_case(shelves: Shelves, part: Change, journal: _Journal) -> None:
    case = part.case
    if case is None:
        return
    known, talk = shelves.cases.get(case.reference), case.conversation
    _require_next(known, case.version)
    if talk not in shelves.conversations or (known is not None and known.talk != talk):
        raise Refused
    if case.closed_at is None:
        if shelves.open_case.get(talk, case.reference) != case.reference:
            raise Refused
        journal.put(shelves.open_case, talk, case.reference)
    elif known is not None and known.is_open:
        journal.drop(shelves.open_case, talk)
    stored = Stored(case.version, dump(case), talk=talk, is_open=case.closed_at is None)
    journal.put(shelves.cases, case.reference, stored)
    for entry in part.entries:
        journal.put(shelves.entries, (entry.reference, entry.number), dump(entry))


def _put_lines(shelves: Shelves, part: Change, journal: _Journal) -> None:
    talk = talk_of(part)
    if talk is None or not part.lines:
        return
    if talk not in shelves.lines:
        journal.put(shelves.lines, talk, {})
    for line in part.lines:
        journal.put(shelves.lines[talk], line.seq, dump(line))
        if line.inbox is not None:
            if (talk, line.inbox) in shelves.inboxes:
                raise Refused
            journal.put(shelves.inboxes, (talk, line.inbox), line.seq)


def _put_rest(shelves: Shelves, part: Change, journal: _Journal) -> None:
    for timer in part.timers:
        if timer.conversation is not None and timer.conversation not in shelves.conversations:
            raise UnfitChange("(a timer of no talk)")
        journal.put(shelves.timers, timer.id, timer)
    for fact in part.facts:
        journal.put(shelves.facts, len(shelves.facts), fact)


def _put_audit(shelves: Shelves, part: Change, journal: _Journal, place: tuple[str, bytes]) -> None:
    tenant, key = place
    for entry in part.audit:
        seq = len(shelves.audit) + 1
        previous = shelves.audit[seq - 1].hash if seq > 1 else BEGINNING
        link = link_up(entry, key=key, place=(tenant, _CHAIN, seq), previous=previous)
        journal.put(shelves.audit, seq, link)
