"""The page on which a person records what was decided: a child, an adult at risk, a life.

Where the case has a marker, the case cannot close until it stands here (R23, R53, R54).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.console.casefile import CaseFile, Sheet, file_form, open_file
from bot.console.posted import lines_of
from bot.console.sheet_words import CONCERNS, DECIDED, MARKS, STEPS, TOLD
from bot.console.visit import Visit
from bot.console.words import GROUPS, MARKERS, spell_out
from handoff.concerns import Marker
from handoff.decisions import DECIDED as CODES
from handoff.decisions import KIND_OF, make_decision
from handoff.filing import latest
from handoff.refusals import NotFound, Refusal, WrittenSince
from handoff.risk_assessment import LONGEST_WHY, Mark
from handoff.risk_topics import TOPICS_BY_ID, Concern


@dataclass(frozen=True, slots=True)
class Question:
    """One decision as its form is drawn."""

    concern: Concern
    title: str
    is_owed: bool
    told_of: tuple[str, ...]
    choices: Mapping[str, str]
    stands: Sheet | None
    based_on: int
    values: Mapping[str, str]


async def show(visit: Visit) -> web.Response:
    """What calls for a decision, and what was decided."""
    reference = visit.request.match_info["reference"]
    return _draw(await open_file(visit, reference, "read-decisions"))


async def save(visit: Visit) -> web.Response:
    """File a decision."""
    form, reference = visit.form, visit.request.match_info["reference"]
    if form.get("concern") not in tuple(Concern):
        raise NotFound
    concern = Concern(form["concern"])
    given = {step: form.get(f"step-{step}", "") for step in STEPS}
    steps = {step: Mark(mark) for step, mark in given.items() if mark in tuple(Mark)}
    try:
        made = make_decision(
            concern,
            form.get("decided", ""),
            form.get("told", ""),
            lines_of(form.get("why", "")),
            steps if concern is Concern.OWN_LIFE else {},
        )
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return await file_form(visit, KIND_OF[concern], made, again=again, then="decisions")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again as it was filled in."""
    return _draw(await open_file(visit, reference, "read-decisions"), refusal)


def _draw(file: CaseFile, refusal: Refusal | None = None) -> web.Response:
    posted = file.visit.form if refusal else {}
    context = {
        "questions": tuple(_question(file, concern, posted) for concern in Concern),
        "steps": STEPS,
        "marks": MARKS,
        "tolds": TOLD,
        "longest": LONGEST_WHY,
        "refused": posted.get("concern", ""),
        "is_written_since": isinstance(refusal, WrittenSince),
    }
    return file.page("decisions.html", context, refusal=refusal)


def _question(file: CaseFile, concern: Concern, posted: Mapping[str, str]) -> Question:
    stands = latest(file.entries, KIND_OF[concern])
    markers = [marker for marker in file.markers if marker.concern is concern]
    return Question(
        concern=concern,
        title=CONCERNS[concern],
        is_owed=concern in file.owed,
        told_of=tuple(dict.fromkeys(name_marker(marker, file) for marker in markers)),
        choices={code: DECIDED[code] for code in CODES[concern]},
        stands=file.draw(stands) if stands else None,
        based_on=stands.number if stands else 0,
        values=posted if posted.get("concern") == concern else {},
    )


def name_marker(marker: Marker, file: CaseFile) -> str:
    """Where a marker stands, in words: the question that was asked, or what was noticed."""
    kind, _, name = marker.source.partition(".")
    if kind == "screening":
        return MARKERS.get(name, f"Wrote of {spell_out(name).lower()}")
    if kind == "topic":
        return f"Risk assessment: {TOPICS_BY_ID[name].words}"
    field = file.case.intake.get("fields", {}).get(marker.source)
    key = field["question"] if field else marker.source
    english = file.edition.english.get(f"{key}.ask", "")
    plain = {
        "door": "They came by the door for young people",
        "said": "Wrote how old they are",
        "form": "Risk assessment of a young person",
    }
    return english or plain.get(kind, f"{GROUPS.get(kind, '')} {spell_out(name)}".strip())
