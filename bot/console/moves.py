"""What is posted from the desk: moves of a case, showing a contact, and the shift.

A move goes through the one door under an id of its own; a refusal comes back with the words kept.
"""

from contextlib import suppress

from aiohttp import web

from bot.console.desk import (
    find_case,
    know_case,
    open_case,
    phrases_in,
    refusal_status,
    reopen,
    show_desk,
)
from bot.console.posted import lines_of, move_id
from bot.console.shift import begin_shift, end_shift
from bot.console.visit import Visit
from bot.console.words import CLOSING, REASONS_TO_SHOW
from handoff.case import Outcome
from handoff.desk import Claim, Close, GiveBack, Move, Reply, Step
from handoff.intake import entered_by
from handoff.ladder_moves import Seen
from handoff.refusals import LastSupervisor, NotFound, Refusal


class NoOutcome(Refusal):
    """Choose how it ended before you close it."""

    code = "no-outcome"


class NoReason(Refusal):
    """Choose why you need the contact before it is shown."""

    code = "no-reason"


class Stale(Refusal):
    """This page was from an earlier session, so nothing was done. Please press the button again."""

    code = "stale"


async def claim(visit: Visit) -> web.Response:
    """Take the case."""
    return await move(visit, Claim(), begins_shift=True)


async def reply(visit: Visit) -> web.Response:
    """Write to the visitor."""
    return await move(visit, Reply(lines_of(visit.form.get("text", ""))))


async def put_phrase(visit: Visit) -> web.Response:
    """Put a phrase behind what is written. Nothing is sent: the box comes back with both in it."""
    desk = await open_case(visit, visit.request.match_info["reference"])
    language = desk.opened.case.language if desk.opened else ""
    texts = {id: text for id, _, text in phrases_in(visit, language)}
    written = visit.form.get("text", "").rstrip()
    draft = " ".join(filter(None, (written, texts.get(visit.form.get("phrase", ""), ""))))
    return show_desk(desk, draft=draft)


async def give_back(visit: Visit) -> web.Response:
    """Put it back to its place."""
    return await move(visit, GiveBack())


async def close(visit: Visit) -> web.Response:
    """End it with an outcome."""
    chosen = visit.form.get("outcome", "")
    if chosen not in CLOSING:
        return await refuse(visit, NoOutcome())
    return await move(visit, Close(Outcome(chosen), is_gone=await _is_gone(visit)))


async def _is_gone(visit: Visit) -> bool:
    """Whether no page of the visitor's is open: then danger needs a decision before the end."""
    with suppress(NotFound):
        case = await know_case(visit, visit.request.match_info["reference"])
        if entered_by(case.intake):
            return False
        presence, tenant = visit.house.presence, visit.tenancy.tenant.id
        return not presence.visitor_is_here(tenant, case.conversation)
    return False


async def see(visit: Visit) -> web.Response:
    """Say of an alarm: I have seen this."""
    return await move(visit, Seen(visit.form.get("watch", "")))


async def show_contact(visit: Visit) -> web.Response:
    """Show the contact once, for a reason that is recorded first."""
    reason = visit.form.get("reason", "")
    try:
        case = await find_case(visit, visit.request.match_info["reference"])
    except NotFound as refusal:
        return await refuse(visit, refusal)
    if reason not in REASONS_TO_SHOW:
        return await refuse(visit, NoReason())
    await visit.record("showed-contact", case.reference, reason)
    return show_desk(await open_case(visit, case.reference, is_shown=True))


async def set_shift(visit: Visit) -> web.Response:
    """Begin or end this person's shift."""
    if visit.form.get("do") == "start":
        await visit.record("shift-started")
        await begin_shift(visit)
        return visit.go()
    try:
        await end_shift(visit, "shift-ended")
    except LastSupervisor as refusal:
        return visit.problem(str(refusal), refusal.code, status=409)
    return visit.go()


async def refuse(visit: Visit, refusal: Refusal) -> web.Response:
    """Say it in its place, in plain words with its code, and give back what was written."""
    status = refusal_status(refusal)
    if visit.wants_json:
        return web.json_response({"code": refusal.code, "text": str(refusal)}, status=status)
    if isinstance(refusal, NotFound):
        raise refusal
    reference = visit.request.match_info["reference"]
    draft = visit.form.get("text", "")
    return await reopen(visit, reference, draft=draft, refusal=refusal, status=status)


async def refuse_stale(visit: Visit) -> web.Response:
    """The form's token is an earlier session's: nothing is done, and nothing is lost."""
    if "reference" in visit.request.match_info:
        return await refuse(visit, Stale())
    return visit.go()


async def move(
    visit: Visit, step: Step, *, begins_shift: bool = False, goes_to: str | None = None
) -> web.Response:
    """Make a move of the case that the path names, and go to it or where ``goes_to`` says.

    ``begins_shift``: whoever takes a case is here, for a hold lasts as long as their shift (I7).
    """
    try:
        id, reference = move_id(visit), visit.request.match_info["reference"]
        if begins_shift and not visit.staff.is_on_shift(visit.now):
            await begin_shift(visit)
        case = await know_case(visit, reference)
        made = Move(id, case.reference, visit.staff, step)
        await visit.house.door.move(visit.tenancy.tenant.id, made)
    except Refusal as refusal:
        return await refuse(visit, refusal)
    if visit.wants_json:
        return web.json_response({"code": "done"})
    return visit.go(f"/cases/{case.reference}" if goes_to is None else goes_to)
