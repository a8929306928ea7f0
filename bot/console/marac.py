"""The MARAC referral of a case: what the record shows already, and boxes for what it has not (R20).

Nothing is retyped: the risk answers, the intake and the safe contact come from where they stand.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiohttp import web
from pydantic import ValidationError

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.posted import lines_of
from bot.console.sheet_words import AGREED, CRITERIA, MARAC_WORDS
from bot.console.sheets import count_words, rows_of, write_day
from bot.console.visit import Visit
from handoff.entry import Entry
from handoff.joining import joined_with
from handoff.marac import (
    LONGEST_ANSWER,
    WORDS,
    Agreed,
    Criterion,
    NoCriterion,
    NotSaid,
    Referral,
    criteria_of,
    make_referral,
)
from handoff.permissions import may_see
from handoff.refusals import Refusal
from handoff.risk_assessment import WhyTooLong, read_assessment
from handoff.risk_register import is_repeat, last_referral
from tenants.hours import LONDON

KIND = "marac-referral"


async def show(visit: Visit) -> web.Response:
    """The form over what stands."""
    file = await _open(visit, visit.request.match_info["reference"])
    return await _draw(file, _values_of(file.stands(KIND)))


async def save(visit: Visit) -> web.Response:
    """File a referral, made from the assessment that stands."""
    reference = visit.request.match_info["reference"]
    file = await _open(visit, reference)
    try:
        made = make_referral(_read(file), await earlier_referral(file), visit.now)
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return await file_form(visit, KIND, made, again=again, then="marac")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again as it was filled in."""
    return await _draw(await _open(visit, reference), visit.form, refusal)


async def show_standing(file: CaseFile, refusal: Refusal) -> web.Response:
    """The form over what stands, with why something else was refused."""
    return await _draw(file, _values_of(file.stands(KIND)), refusal)


async def _open(visit: Visit, reference: str) -> CaseFile:
    return await open_file(visit, reference, "read-marac", is_victim_side=True)


def _read(file: CaseFile) -> Referral:
    form, assessment = file.visit.form, file.stands("risk-assessment")
    criteria = [c for c in Criterion if form.get(f"criterion-{c}")]
    if not criteria:
        raise NoCriterion
    if form.get("agreed") not in tuple(Agreed):
        raise NotSaid
    written = {name: lines_of(form.get(f"word-{name}", "")) for name in WORDS}
    try:
        return Referral(
            assessment=assessment.number if assessment else 0,
            criteria=criteria,
            agreed=Agreed(form["agreed"]),
            why_without=lines_of(form.get("why", "")),
            words={name: text for name, text in written.items() if text.strip()},
        )
    except ValidationError:
        raise WhyTooLong from None


async def earlier_referral(file: CaseFile) -> datetime | None:
    """When this person was last referred: under this reference, or one that is joined with it.

    The sheet that stands is what this form goes on with for a day, and no earlier referral.
    """
    joined = await _joined_entries(file)
    own = [entry for entry in file.entries if not _is_gone_on_with(file, entry)]
    return last_referral((*own, *joined))


def _is_gone_on_with(file: CaseFile, entry: Entry) -> bool:
    first = _first_of_this(file)
    return first is not None and entry.number >= first.number and entry.kind == KIND


def _first_of_this(file: CaseFile) -> Entry | None:
    """The first sheet of the referral that is being written now: corrections are no repeats."""
    own = [entry for entry in file.entries if entry.kind == KIND]
    today = file.visit.now.astimezone(LONDON).date()
    return next((e for e in own if e.at.astimezone(LONDON).date() == today), None)


async def _joined_entries(file: CaseFile) -> Sequence[Entry]:
    visit, found = file.visit, list[Entry]()
    for reference in joined_with(file.entries):
        case = await visit.tenancy.store.case(reference)
        if case is not None and may_see(visit.staff, case):
            await visit.record("read-joined", reference)
            found += await visit.tenancy.store.entries(reference)
    return found


def _values_of(standing: Entry | None) -> Mapping[str, str]:
    if standing is None:
        return {}
    made = Referral.model_validate(standing.content)
    words = {f"word-{name}": text for name, text in made.words.items()}
    criteria = {f"criterion-{criterion}": "yes" for criterion in made.criteria}
    return {**words, **criteria, "agreed": made.agreed, "why": made.why_without}


async def _draw(
    file: CaseFile, values: Mapping[str, str], refusal: Refusal | None = None
) -> web.Response:
    sheet, now = file.stands("risk-assessment"), file.visit.now
    assessment = read_assessment(sheet.content) if sheet else None
    earlier = await earlier_referral(file)
    shown = criteria_of(assessment, earlier, now)
    repeats = earlier is not None and is_repeat(earlier, now)
    context = {
        "values": values,
        "is_new": file.stands(KIND) is None and refusal is None,
        "criteria": CRITERIA,
        "shown": shown,
        "repeat_of": write_day(earlier.astimezone(LONDON).date()) if earlier and repeats else "",
        "agreeds": AGREED,
        "boxes": MARAC_WORDS,
        "lines": {"name", "born"},
        "assessment": file.draw(sheet) if sheet else None,
        "count": count_words(assessment) if assessment else "",
        "summary": rows_of(sheet, file.visit.tenancy.tenant)[:5] if sheet else (),
        "longest": LONGEST_ANSWER,
    }
    return file.page("marac.html", context, kind=KIND, refusal=refusal)
