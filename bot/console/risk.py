"""The risk assessment of a case: 24 topics, each beside what the bot has heard of it (R18).

What was heard is shown with its question, its place and its time, and is never taken for an answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.fields import Known, draw_field, field_of
from bot.console.posted import lines_of
from bot.console.private import hidden_word
from bot.console.sheet_words import FORMS, MARKS, PATHWAYS, SOURCES
from bot.console.sheets import area_labels, threshold_words
from bot.console.visit import Visit
from bot.console.words import MARKERS, spell_out
from handoff.concerns import YOUNG
from handoff.entry import Entry
from handoff.intake import values_of
from handoff.refusals import Refusal
from handoff.risk_assessment import (
    LONGEST_WHY,
    Assessment,
    Mark,
    Marked,
    NoSource,
    Pathway,
    Source,
    apply_threshold,
    read_assessment,
    settle,
)
from handoff.risk_topics import TOPICS_BY_ID, Form, Topic, name_topic
from tenants.hours import LONDON

KIND = "risk-assessment"
GOES_ON_FOR = timedelta(hours=24)
"""For how long an assessment is gone on with; after that a new one begins empty."""

_YOUNG_BANDS = ("under-16", "16-or-17")


class NoSuchNumber(Refusal):
    """Police reports are a whole number, from 0 to 999."""

    code = "no-such-number"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the bot has heard of a topic. ``key`` is the place of the intake, or the marker."""

    key: str
    label: str
    known: Known | None = None
    words: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic of the form: what stands in it now, and what was heard."""

    id: str
    words: str
    mark: str
    source: str
    heard: tuple[Heard, ...]
    before: str


async def show(visit: Visit) -> web.Response:
    """The form, filled in as far as somebody came in the last day."""
    reference = visit.request.match_info["reference"]
    file = await open_file(visit, reference, "read-risk", is_victim_side=True)
    asked = visit.request.query.get("form", "")
    standing = file.stands(KIND)
    values = _values_of(standing) if standing and _goes_on(file, standing) else {}
    if asked in tuple(Form):
        values = {**values, "form": asked}
    return _draw(file, values)


async def save(visit: Visit) -> web.Response:
    """File an assessment."""
    reference = visit.request.match_info["reference"]
    try:
        made = settle(read_form(visit))
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return await file_form(visit, KIND, made, again=again, then="file")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again as it was filled in."""
    file = await open_file(visit, reference, "read-risk", is_victim_side=True)
    return _draw(file, visit.form, refusal)


def read_form(visit: Visit) -> Assessment:
    """What was posted, with the threshold that holds today. Raises the refusal of what is amiss."""
    form, tenant = visit.form, visit.tenancy.tenant
    which = Form(form["form"]) if form.get("form") in tuple(Form) else Form.ADULT
    area = form.get("area", "")
    raised = form.get("raise", "")
    today = visit.now.astimezone(LONDON).date()
    licensed = tenant.dash is not None and which in tenant.dash.forms
    return Assessment(
        form=which,
        wording=tenant.dash.licence if tenant.dash and licensed else "",
        area=area if area in area_labels(tenant) else "",
        topics=_read_topics(form),
        police_reports=_read_number(form.get("reports", "")),
        raised_to=Pathway(int(raised)) if raised in ("1", "2") else None,
        why=lines_of(form.get("why", ""))[: LONGEST_WHY + 1],
        threshold=apply_threshold(tenant.thresholds.at(area, today)),
    )


def _read_topics(form: Mapping[str, str]) -> dict[str, Marked]:
    found = {}
    for id in TOPICS_BY_ID:
        mark = form.get(f"topic-{id}", "")
        source = form.get(f"source-{id}") or form.get("source", "")
        if mark not in tuple(Mark):
            continue
        if source not in tuple(Source):
            raise NoSource
        found[id] = Marked(answer=Mark(mark), source=Source(source))
    return found


def _read_number(text: str) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    if not plain.isdecimal() or not plain.isascii() or len(plain) > 3:
        raise NoSuchNumber
    return int(plain)


def _goes_on(file: CaseFile, standing: Entry) -> bool:
    return file.visit.now - standing.at <= GOES_ON_FOR


def _values_of(standing: Entry) -> dict[str, str]:
    """The standing assessment as the form's own fields."""
    made = read_assessment(standing.content)
    values = {"form": str(made.form), "area": made.area, "why": made.why}
    if made.police_reports is not None:
        values["reports"] = str(made.police_reports)
    if made.raised_to is not None:
        values["raise"] = str(int(made.raised_to))
    for id, marked in made.topics.items():
        values[f"topic-{id}"], values[f"source-{id}"] = marked.answer, marked.source
    return values


def _draw(
    file: CaseFile, values: Mapping[str, str], refusal: Refusal | None = None
) -> web.Response:
    tenant, form = file.visit.tenancy.tenant, _form_of(file, values)
    area = values.get("area") or next(iter(values_of(file.case.intake, "person.area")), "")
    today = file.visit.now.astimezone(LONDON).date()
    threshold = apply_threshold(tenant.thresholds.at(area, today))
    context = {
        "values": values,
        "form": form,
        "forms": FORMS,
        "topics": tuple(_topic_rows(file, form, values)),
        "marks": MARKS,
        "sources": SOURCES,
        "areas": area_labels(tenant),
        "area": area,
        "threshold": threshold_words(threshold, area_labels(tenant)),
        "youngest": threshold.youngest if threshold else None,
        "licence": tenant.dash.licence if tenant.dash and form in tenant.dash.forms else "",
        "raises": {str(int(p)): PATHWAYS[p] for p in (Pathway.REGISTER, Pathway.MARAC)},
        "longest": LONGEST_WHY,
    }
    return file.page("risk.html", context, kind=KIND, refusal=refusal)


def _form_of(file: CaseFile, values: Mapping[str, str]) -> Form:
    if values.get("form") in tuple(Form):
        return Form(values["form"])
    is_young = (
        file.case.intake.get("door") == YOUNG
        or values_of(file.case.intake, "person.age-band")[:1] in [(band,) for band in _YOUNG_BANDS]
    )  # fmt: skip
    return Form.YOUNG if is_young else Form.ADULT


def _topic_rows(file: CaseFile, form: Form, values: Mapping[str, str]) -> Iterator[TopicRow]:
    standing = file.stands(KIND)
    before = read_assessment(standing.content).topics if standing else {}
    for id, topic in TOPICS_BY_ID.items():
        was = before.get(id)
        yield TopicRow(
            id=id,
            words=name_topic(topic, form, file.visit.tenancy.tenant.dash),
            mark=values.get(f"topic-{id}", ""),
            source=values.get(f"source-{id}", ""),
            heard=tuple(heard_of(file, topic)),
            before=MARKS[was.answer] if was else "",
        )


def heard_of(file: CaseFile, topic: Topic) -> Iterator[Heard]:
    """What was answered or written about a topic, in the exact words."""
    for place in topic.places:
        field = field_of(file.case, place)
        if field.status != "not-asked":
            hidden = hidden_word(place, file.visit.staff, is_shown=False)
            known = draw_field(place, field, file.edition, hidden=hidden)
            yield Heard(place, known.question, known, at=known.at)
    for reason in dict.fromkeys((*file.talk.urgency.reasons, *file.case.urgency.reasons)):
        kind, _, marker = reason.source.partition(".")
        if kind == "screening" and marker in topic.markers:
            label = MARKERS.get(marker, f"Wrote of {spell_out(marker).lower()}")
            yield Heard(reason.source, label, None, reason.words, reason.said_at)
