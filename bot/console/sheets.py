"""What a sheet of the case file says, as titled rows: for the timeline, and for what is printed.

A kind that has no words here is written out plainly; nothing is left out for want of a word.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from bot.console.alarms import CAUSES
from bot.console.sheet_words import (
    AGREED,
    CONCERNS,
    COPIES,
    CRITERIA,
    DECIDED,
    DUTIES,
    FORMS,
    KINDS,
    MARAC_WORDS,
    MARKS,
    PARTS,
    PATHWAYS,
    REVIEWED,
    SOURCES,
    STEPS,
    TOLD,
)
from bot.console.words import (
    REASONS_TO_OPEN,
    REASONS_TO_REFUSE,
    REASONS_TO_TAKE_OVER,
    spell_out,
)
from bot.paper import Row
from handoff.decisions import KIND_OF as DECISION_KINDS
from handoff.decisions import Decision
from handoff.duty import Decided
from handoff.entry import Entry
from handoff.marac import WORDS, Referral
from handoff.note import Note
from handoff.risk_assessment import Applied, Assessment, Mark, read_assessment
from handoff.risk_register import Review
from handoff.risk_topics import TOPICS_BY_ID, name_topic
from handoff.safety_plan import KIND_OF as PLAN_KINDS
from handoff.safety_plan import SafetyPlan
from handoff.watch import Cause
from tenants.dash import DashWording
from tenants.tenant import Tenant


def title_of(kind: str) -> str:
    """What a kind of sheet is called."""
    return KINDS.get(kind, spell_out(kind))


def rows_of(entry: Entry, tenant: Tenant) -> tuple[Row, ...]:
    """Everything that a sheet holds."""
    draw = _ROWS.get(entry.kind)
    return tuple(draw(entry, tenant) if draw else _plainly(entry.content))


def write_day(day: date) -> str:
    """A day as people at a desk write it: *24 Nov 2026*."""
    return f"{day.day} {day:%b %Y}"


def count_words(made: Assessment) -> str:
    """The score: a count, with everything that was not a yes kept apart."""
    parts = [
        f"{made.count()} of {len(TOPICS_BY_ID)} yes",
        f"{made.count(Mark.NO)} no",
        f"{made.count(Mark.UNKNOWN)} don't know",
        f"{made.count(Mark.DECLINED)} declined",
        f"{made.not_gone_through} not gone through",
    ]
    return "; ".join(parts)


def threshold_words(threshold: Applied | None, labels: Mapping[str, str]) -> str:
    """What the area agreed, from when, and whether anybody has checked that it still holds."""
    if threshold is None:
        return "None agreed here: judgement alone decides"
    where = labels.get(threshold.area, spell_out(threshold.area))
    reports = f" or {threshold.reports} police reports in 12 months" if threshold.reports else ""
    said = (
        f"{where}, from {write_day(threshold.since)}: MARAC from {threshold.marac} yes{reports}, "
        f"register from {threshold.register_from} yes"
    )
    return said if threshold.is_verified else f"{said} (not verified)"


def area_labels(tenant: Tenant) -> Mapping[str, str]:
    """The tenant's areas by id, as staff call them."""
    return {area.id: area.label for area in tenant.areas.within}


def topic_rows(made: Assessment, wording: DashWording | None) -> Iterator[Row]:
    """Each topic that was gone through, with its answer and where that is from."""
    for id, topic in TOPICS_BY_ID.items():
        marked = made.topics.get(id)
        said = f"{MARKS[marked.answer]} ({SOURCES[marked.source].lower()})" if marked else ""
        yield Row(name_topic(topic, made.form, wording), said or "Not gone through")


def _note(entry: Entry, _: Tenant) -> Iterator[Row]:
    yield Row("", Note.model_validate(entry.content).text, is_words=True)


def _assessment(entry: Entry, tenant: Tenant) -> Iterator[Row]:
    made = read_assessment(entry.content)
    yield Row("Form", FORMS[made.form])
    yield Row("Answers", count_words(made))
    yield Row("Number that holds", threshold_words(made.threshold, area_labels(tenant)))
    yield Row("Leads to", PATHWAYS[made.pathway] + (", by judgement" if made.is_raised else ""))
    if made.police_reports is not None:
        yield Row("Police reports in 12 months", str(made.police_reports))
    if made.why:
        yield Row("Judgement", made.why, is_words=True)
    yield from topic_rows(made, tenant.dash if made.wording else None)


def _referral(entry: Entry, _: Tenant) -> Iterator[Row]:
    made = Referral.model_validate(entry.content)
    yield Row("Ground", "; ".join(CRITERIA[criterion] for criterion in made.criteria))
    if made.last_referral:
        yield Row("Referred before", write_day(made.last_referral))
    yield Row("Agreement", AGREED[made.agreed])
    if made.why_without:
        yield Row("Why without", made.why_without, is_words=True)
    for name in WORDS:
        if text := made.words.get(name, ""):
            yield Row(MARAC_WORDS[name], text, is_words=True)


def _plan(entry: Entry, _: Tenant) -> Iterator[Row]:
    made = SafetyPlan.model_validate(entry.content)
    for part, label in PARTS[made.whose].items():
        if text := made.parts.get(part, ""):
            yield Row(label, text, is_words=True)
    yield Row("Copy", COPIES[made.copy_kept])


def _decision(entry: Entry, _: Tenant) -> Iterator[Row]:
    made = Decision.model_validate(entry.content)
    yield Row("About", CONCERNS[made.concern])
    for step, mark in made.steps.items():
        yield Row(STEPS[step], MARKS[mark])
    yield Row("Decided", DECIDED[made.decided])
    yield Row("Told", TOLD[made.told])
    yield Row("Why", made.why, is_words=True)


def _review(entry: Entry, _: Tenant) -> Iterator[Row]:
    made = Review.model_validate(entry.content)
    yield Row("Outcome", REVIEWED[made.outcome])
    if made.review_by:
        yield Row("Look again by", write_day(made.review_by))
    yield Row("Why", made.why, is_words=True)


def _whisper(entry: Entry, _: Tenant) -> Iterator[Row]:
    yield Row("", str(entry.content["text"]), is_words=True)


def _passing(entry: Entry, _: Tenant) -> Iterator[Row]:
    """What was done and why; whom it was offered to stands there as an id, and is not shown."""
    yield Row("Done", spell_out(str(entry.content["did"])))
    if reason := str(entry.content.get("reason", "")):
        words = {**REASONS_TO_REFUSE, **REASONS_TO_TAKE_OVER, **REASONS_TO_OPEN}
        yield Row("Why", words.get(reason, spell_out(reason)))


def _alarm(entry: Entry, tenant: Tenant) -> Iterator[Row]:
    content = entry.content
    yield Row("What", CAUSES[Cause(content["cause"])])
    yield Row("Seen on" if content["is_seen"] else "Told", spell_out(content["rung"]))


def _duty(entry: Entry, tenant: Tenant) -> Iterator[Row]:
    yield Row("Decided", DUTIES[Decided(entry.content["decided"])])
    yield Row("Why", entry.content["why"], is_words=True)


def _plainly(content: Mapping[str, object]) -> Iterator[Row]:
    for name, value in content.items():
        if isinstance(value, str | int) and name != "version":
            yield Row(spell_out(name), str(value), is_words=True)


_ROWS: Mapping[str, Callable[[Entry, Tenant], Iterator[Row]]] = {
    "note": _note,
    "alarm": _alarm,
    "duty-decision": _duty,
    "risk-assessment": _assessment,
    "marac-referral": _referral,
    "register-review": _review,
    "whisper": _whisper,
    **dict.fromkeys(("passing", "opening", "conflict"), _passing),
    **dict.fromkeys(PLAN_KINDS.values(), _plan),
    **dict.fromkeys(DECISION_KINDS.values(), _decision),
}
