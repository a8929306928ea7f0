"""Call backs: booked in a case within its safe times, made, and looked at by day and week (R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.console.contact import draw_contact
from bot.console.filed import CaseFile, file_sheet, read_file, reread, show_page
from bot.console.posted import number_of
from bot.console.visit import Visit
from bot.console.words import CALL_RESULTS
from handoff.call_back import (
    KIND,
    CallBack,
    NoTime,
    Result,
    book,
    finish,
    read_call_back,
    standing_call_backs,
)
from handoff.desk import File
from handoff.filing import latest
from handoff.may_contact import check_contact
from handoff.permissions import may_see
from handoff.reference import Reference
from handoff.refusals import Refusal
from tenants.hours import LONDON

MOST = 2000
"""Sheets that the calendar looks through, the latest first; it says where there are more."""


class NoResult(Refusal):
    """Choose what came of the call."""

    code = "no-result"


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the calendar: a case and its open call back. It holds no contact."""

    reference: Reference
    call: CallBack
    language: str
    is_mine: bool


async def show(visit: Visit) -> web.Response:
    """The call backs of a case."""
    return _page(visit, await read_file(visit, "calls"))


async def book_call(visit: Visit) -> web.Response:
    """Book one, or move the one that is open; only to a time that they called safe (P19)."""
    file = await read_file(visit, "calls")
    is_read = visit.form.get("is_read") == "yes"
    try:
        due_at = _moment(visit.form.get("due", ""))
        content = book(due_at, visit.now, is_read=is_read)
        check_contact(file.case.intake, "call", due_at, is_read=is_read)
        await file_sheet(visit, file.case, File(KIND, content, _based_on(visit)))
    except Refusal as refusal:
        return _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/calls")


async def finish_call(visit: Visit) -> web.Response:
    """Record what came of it; also when it was left by one key."""
    file = await read_file(visit, "calls")
    result = visit.form.get("result", "")
    try:
        if result not in [*Result]:
            raise NoResult
        content = finish(call_of(file), Result(result))
        await file_sheet(visit, file.case, File(KIND, content, _based_on(visit)))
    except Refusal as refusal:
        return _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/calls")


def call_of(file: CaseFile) -> CallBack | None:
    """The call back that stands in a file."""
    entry = latest(file.entries, KIND)
    return read_call_back(entry) if entry else None


def _moment(typed: str) -> datetime:
    """A day and time as the browser's own field writes them, in London. Raises NoTime."""
    try:
        there = datetime.fromisoformat(typed)
    except ValueError:
        raise NoTime from None
    return there.replace(tzinfo=LONDON) if there.tzinfo is None else there


def _based_on(visit: Visit) -> int:
    return number_of(visit.form.get("on", ""))


def _page(visit: Visit, file: CaseFile, *, refusal: Refusal | None = None) -> web.Response:
    contact = draw_contact(file.case, file.edition, visit.now, is_shown=False)
    sheets = [entry for entry in file.entries if entry.kind == KIND]
    context: Mapping[str, object] = {
        "contact": contact,
        "call": call_of(file),
        "on": file.number_of(KIND),
        "calls": [(entry.at, read_call_back(entry)) for entry in reversed(sheets)],
        "results": CALL_RESULTS,
    }
    return show_page(visit, "calls.html", file.case, context, refusal=refusal)


async def show_due(visit: Visit) -> web.Response:
    """Every open call back that this person may know of: overdue, today, this week, later."""
    sheets = await visit.tenancy.store.latest_entries(KIND, limit=MOST)
    found = []
    for reference, entry in standing_call_backs(sheets).items():
        call = read_call_back(entry)
        case = await visit.tenancy.store.case(Reference(reference)) if call.is_open else None
        if case is not None and may_see(visit.staff, case):
            is_mine = case.holder == visit.staff.id
            found.append(Due(case.reference, call, case.language, is_mine))
    found.sort(key=lambda due: due.call.due_at)
    await visit.record("read-calls")
    context = {"groups": _by_day(found, visit.now), "is_cut": len(sheets) >= MOST, "refusal": None}
    return visit.page("due.html", context)


def _by_day(found: list[Due], now: datetime) -> list[tuple[str, list[Due]]]:
    today = now.astimezone(LONDON).date()
    groups: dict[str, list[Due]] = {
        "Overdue": [],
        "Today": [],
        "In the next seven days": [],
        "Later": [],
    }
    for due in found:
        day = due.call.due_at.astimezone(LONDON).date()
        is_near = day <= today + timedelta(days=7)
        name = "Today" if day <= today else "In the next seven days" if is_near else "Later"
        groups["Overdue" if due.call.is_overdue(now) else name].append(due)
    return [(name, rows) for name, rows in groups.items() if rows]
