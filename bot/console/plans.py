"""The safety plan of a case, adult's or child's, written with the person (R22)."""

from collections.abc import Mapping

from aiohttp import web

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.posted import lines_of
from bot.console.sheet_words import COPIES, PARTS, WHOSE
from bot.console.visit import Visit
from handoff.entry import Entry
from handoff.refusals import NotFound, Refusal
from handoff.safety_plan import KIND_OF, LONGEST_PART, SafetyPlan, Whose, make_plan


async def show(visit: Visit) -> web.Response:
    """The plan as it stands, to be gone on with."""
    whose = whose_of(visit.request.query.get("whose", "adult"))
    reference = visit.request.match_info["reference"]
    file = await open_file(visit, reference, "read-plan", is_victim_side=True)
    return _draw(file, whose, _values_of(file.stands(KIND_OF[whose])))


async def save(visit: Visit) -> web.Response:
    """File a plan."""
    form, reference = visit.form, visit.request.match_info["reference"]
    whose = whose_of(form.get("whose", ""))
    parts = {part: lines_of(form.get(f"part-{part}", "")) for part in PARTS[whose]}
    try:
        plan = make_plan(whose, form.get("copy", ""), parts)
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return await file_form(visit, KIND_OF[whose], plan, again=again, then=f"plan?whose={whose}")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again as it was filled in."""
    file = await open_file(visit, reference, "read-plan", is_victim_side=True)
    return _draw(file, whose_of(visit.form.get("whose", "")), visit.form, refusal)


def show_standing(file: CaseFile, whose: Whose, refusal: Refusal) -> web.Response:
    """The plan as it stands, with why something else was refused."""
    return _draw(file, whose, _values_of(file.stands(KIND_OF[whose])), refusal)


def whose_of(text: str) -> Whose:
    """For whom a plan is. Raises ``NotFound`` for nobody we know."""
    if text not in tuple(Whose):
        raise NotFound
    return Whose(text)


def _values_of(standing: Entry | None) -> Mapping[str, str]:
    if standing is None:
        return {}
    plan = SafetyPlan.model_validate(standing.content)
    parts = {f"part-{part}": text for part, text in plan.parts.items()}
    return {**parts, "copy": plan.copy_kept}


def _draw(
    file: CaseFile, whose: Whose, values: Mapping[str, str], refusal: Refusal | None = None
) -> web.Response:
    context = {
        "whose": whose,
        "plans": WHOSE,
        "parts": PARTS[whose],
        "copies": COPIES,
        "values": values,
        "longest": LONGEST_PART,
    }
    return file.page("plan.html", context, kind=KIND_OF[whose], refusal=refusal)
