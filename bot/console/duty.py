"""The duty decision of a case: what a person decides about somebody who left in danger."""

from aiohttp import web

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.posted import lines_of
from bot.console.sheet_words import DUTIES
from bot.console.visit import Visit
from handoff.duty import KIND, LONGEST_WHY, is_owed, may_decide, read_decision
from handoff.refusals import Refusal


async def show(visit: Visit) -> web.Response:
    """The decision that stands, and the form for another."""
    return _draw(await open_file(visit, visit.request.match_info["reference"], "read-duty"))


async def decide(visit: Visit) -> web.Response:
    """File a decision over the one that was seen."""
    form = visit.form
    try:
        made = read_decision(form.get("decided", ""), lines_of(form.get("why", "")))
    except Refusal as refusal:
        return await again(visit, visit.request.match_info["reference"], refusal)
    return await file_form(visit, KIND, made, again=again, then="duty")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again with what was written in it."""
    return _draw(await open_file(visit, reference, "read-duty"), refusal)


def _draw(file: CaseFile, refusal: Refusal | None = None) -> web.Response:
    case = file.case
    context = {
        "is_owed": is_owed(case, file.entries),
        "may_decide_duty": may_decide(file.visit.staff, case) and case.closed_at is None,
        "choices": DUTIES,
        "longest": LONGEST_WHY,
        "draft": file.visit.form,
    }
    return file.page("duty.html", context, kind=KIND, refusal=refusal)
