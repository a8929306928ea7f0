"""Opening a case that somebody else holds: for a reason, which is kept and told to a manager.

Whoever is in the talk, held it before, or was offered it, reads without one. A case that waits is
open to everybody who may know of it. What is read afterwards leaves its rows as ever (R16).
"""

from datetime import timedelta

from aiohttp import web

from bot.console.posted import new_move_id
from bot.console.visit import Visit
from bot.console.words import REASONS_TO_OPEN, REASONS_TO_TAKE_OVER
from handoff.case import Case
from handoff.may_pass import is_in_talk, is_offered_to, is_unsupervised
from handoff.permissions import Permission, has_permission
from handoff.refusals import NeedsReason, Refusal

LASTS = timedelta(minutes=30)
"""So long a reason holds; then it is asked for again."""


async def require_open(visit: Visit, case: Case) -> None:
    """Raise ``NeedsReason`` where this person may read the case only with one and gave none."""
    staff = visit.staff
    if case.holder is None or is_in_talk(staff.id, case) or is_offered_to(staff, case):
        return
    if case.closed_at is None and case.held_before == staff.id:
        return
    for entry in await visit.tenancy.store.entries(case.reference):
        is_own = entry.kind == "opening" and entry.by == staff.id
        if is_own and visit.now - entry.at < LASTS:
            return
    raise NeedsReason


async def ask_reason(
    visit: Visit, case: Case, *, draft: str = "", refusal: Refusal | None = None
) -> web.Response:
    """The page that asks why, instead of the case. Nothing of the case stands on it."""
    refusal = refusal or NeedsReason()
    if visit.wants_json:
        return web.json_response({"code": refusal.code, "text": str(refusal)}, status=403)
    here = await visit.tenancy.on_shift(visit.now)
    aliases = {person.id: person.alias for person in await visit.tenancy.store.everyone()}
    is_staff = has_permission(visit.staff, Permission.TAKE_CASES_UNSUPERVISED)
    supervises = has_permission(visit.staff, Permission.SUPERVISE)
    is_open = case.closed_at is None
    context = {
        "csrf": visit.session.csrf,
        "opened": case.reference,
        "holder": aliases.get(case.holder, "a colleague") if case.holder else "",
        "is_closed": not is_open,
        "may_listen": supervises and is_open,
        "may_take_over": is_open
        and (supervises or (is_staff and is_unsupervised(case.holder, here))),
        "reasons": REASONS_TO_OPEN,
        "reasons_to_take_over": REASONS_TO_TAKE_OVER,
        "refusal": refusal,
        "draft": draft,
        "new_id": new_move_id,
    }
    status = 409 if not isinstance(refusal, NeedsReason) else 403
    return visit.page("opening.html", context, status=status)
