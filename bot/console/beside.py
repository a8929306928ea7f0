"""What stands beside a talk for staff alone: who is in it, what is offered, what they whisper.

Nothing of it is a line of the talk, so no page of a visitor can ever carry it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.people import mark_of
from bot.console.visit import Visit
from bot.console.words import DID, REASONS_TO_REFUSE, REASONS_TO_TAKE_OVER, spell_out
from handoff.case import Case
from handoff.entry import Entry
from handoff.may_pass import is_in_talk
from handoff.permissions import may_see, may_take
from handoff.staff import StaffId

MOST_WHISPERS = 6
MOST_TOLD = 2

Aliases = Mapping[StaffId, str]


@dataclass(frozen=True, slots=True)
class Aside:
    """One whisper, or one thing that was done with the case."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """``offered`` says to whom, ``may_go_to`` whom it can be offered to, as value and word."""

    seconds: tuple[str, ...]
    listeners: tuple[str, ...]
    offered: str
    offered_until: datetime | None
    joins: bool
    is_in_talk: bool
    listens: bool
    may_go_to: tuple[tuple[str, str], ...]
    whispers: tuple[Aside, ...]
    told: tuple[Aside, ...]


async def draw_beside(visit: Visit, case: Case, aliases: Aliases) -> Beside:
    """What stands beside this talk now; whispers only for whoever is in it."""
    is_in = is_in_talk(visit.staff.id, case)
    file = await visit.tenancy.store.entries(case.reference) if is_in else ()
    return Beside(
        seconds=_names(case.joined, aliases),
        listeners=_names(case.listening, aliases),
        offered=_offered(case, aliases),
        offered_until=case.offer.until if case.offer else None,
        joins=case.offer is not None and case.offer.joins,
        is_in_talk=is_in,
        listens=visit.staff.id in case.listening,
        may_go_to=await _may_go_to(visit, case, aliases) if case.holder == visit.staff.id else (),
        whispers=_whispers(file, aliases),
        told=_told(file, aliases),
    )


def _names(people: Sequence[StaffId], aliases: Aliases) -> tuple[str, ...]:
    return tuple(aliases.get(person, "a colleague") for person in people)


def _offered(case: Case, aliases: Aliases) -> str:
    if case.offer is None:
        return ""
    if case.offer.queue is not None:
        return f"whoever takes from {spell_out(case.offer.queue)}"
    return aliases.get(case.offer.to, "a colleague") if case.offer.to else ""


async def _may_go_to(visit: Visit, case: Case, aliases: Aliases) -> tuple[tuple[str, str], ...]:
    tenancy = visit.tenancy
    here = await tenancy.on_shift(visit.now)
    people = [p for p in here if p.id != case.holder and may_see(p, case) and may_take(p, here)]
    queues = [q for q in tenancy.queues if tenancy.side_of(q) == case.side]
    return (
        *((f"staff:{mark_of(visit, p.id)}", aliases.get(p.id, p.alias)) for p in people),
        *((f"queue:{q}", f"Anybody: {spell_out(q)}") for q in queues),
    )


def _whispers(file: Sequence[Entry], aliases: Aliases) -> tuple[Aside, ...]:
    said = [e for e in file if e.kind == "whisper"][-MOST_WHISPERS:]
    return tuple(Aside(aliases.get(e.by, "Colleague"), str(e.content["text"]), e.at) for e in said)


def _told(file: Sequence[Entry], aliases: Aliases) -> tuple[Aside, ...]:
    passed = [e for e in file if e.kind == "passing" and e.content["did"] in DID][-MOST_TOLD:]
    return tuple(Aside(aliases.get(e.by, ""), _what(e), e.at) for e in passed)


def _what(entry: Entry) -> str:
    did = DID[str(entry.content["did"])]
    reason = str(entry.content.get("reason", ""))
    word = {**REASONS_TO_REFUSE, **REASONS_TO_TAKE_OVER}.get(reason, "")
    return f"{did}: {word.lower()}" if word else did
