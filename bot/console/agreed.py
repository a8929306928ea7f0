"""What was agreed with somebody who comes often: how they are in touch, and boundaries (R12, R59).

A plan is shown only to whoever has just heard their word. A boundary stands on a case, never on an
address; a supervisor approves it, and numbers for help are always given.
"""

from typing import Any

from aiohttp import web

from bot.console.filed import CaseFile, file_sheet, read_file, reread, show_page
from bot.console.posted import lines_of, number_of
from bot.console.visit import Visit
from bot.console.words import BOUNDARIES
from handoff.boundary import ASKED, DECIDED, ask, decide, read_boundary
from handoff.desk import File
from handoff.permissions import Permission, has_permission
from handoff.refusals import Empty, Refusal, TooLong, WrittenSince
from handoff.word_check import is_verified
from storage.store import Registered

PLANS = "contact-plans"
LONGEST = 4000


class NotVerified(Refusal):
    """Ask for their word first: a plan is shown to nobody before that."""

    code = "not-verified"


async def show(visit: Visit) -> web.Response:
    """The plan, if their word was heard, and the boundary that stands."""
    return await _page(visit, await read_file(visit, "agreed"))


async def agree(visit: Visit) -> web.Response:
    """Keep the plan that was agreed with them."""
    file = await read_file(visit, "agreed")
    text = lines_of(visit.form.get("text", "")).strip()
    try:
        _check_plan(visit, file, text)
        await visit.record("agreed-plan", file.case.reference)
        version = visit.form.get("version", "0")
        content = {"text": text, "by": visit.staff.id, "at": visit.now.isoformat()}
        read = number_of(version)
        row = Registered(PLANS, file.case.reference, content, read)
        if not await visit.tenancy.store.register(row):
            raise WrittenSince
    except Refusal as refusal:
        return await _page(visit, file, refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/agreed")


def _check_plan(visit: Visit, file: CaseFile, text: str) -> None:
    if not is_verified(file.entries, visit.staff.id, visit.now):
        raise NotVerified
    if not text:
        raise Empty
    if len(text) > LONGEST:
        raise TooLong


async def ask_boundary(visit: Visit) -> web.Response:
    """Ask a supervisor for a boundary."""
    file = await read_file(visit, "agreed")
    try:
        content = ask(visit.form.get("what", ""))
        await file_sheet(visit, file.case, File(ASKED, content, file.number_of(ASKED)))
    except Refusal as refusal:
        return await _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/agreed")


async def decide_boundary(visit: Visit) -> web.Response:
    """Approve what somebody else asked for, refuse it, or end what stands."""
    file = await read_file(visit, "agreed")
    is_approved = visit.form.get("do") == "approve"
    try:
        content = decide(read_boundary(file.entries), visit.staff.id, is_approved=is_approved)
        await file_sheet(visit, file.case, File(DECIDED, content, file.number_of(DECIDED)))
    except Refusal as refusal:
        return await _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/agreed")


async def _page(visit: Visit, file: CaseFile, *, refusal: Refusal | None = None) -> web.Response:
    verified = is_verified(file.entries, visit.staff.id, visit.now)
    boundary = read_boundary(file.entries)
    aliases = {staff.id: staff.alias for staff in await visit.tenancy.store.everyone()}
    context: dict[str, Any] = {
        "verified": verified,
        "plan": await _plan_of(visit, file) if verified else None,
        "text": visit.form.get("text"),
        "boundary": boundary,
        "asked_by": aliases.get(boundary.asked_by, "a colleague") if boundary else "",
        "stands": boundary is not None and boundary.stands(visit.now),
        "boundaries": BOUNDARIES,
        "may_decide": has_permission(visit.staff, Permission.SUPERVISE),
    }
    return show_page(visit, "agreed.html", file.case, context, refusal=refusal)


async def _plan_of(visit: Visit, file: CaseFile) -> Registered | None:
    rows = await visit.tenancy.store.registered(PLANS)
    return next((row for row in rows if row.id == file.case.reference), None)
