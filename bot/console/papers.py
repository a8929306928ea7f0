"""A referral and a plan as they leave the house: made from the record, with nothing retyped.

The safe contact goes along with each; absent or over means *do not contact* (P19). What only some
may read on the page is in no print: a trans history, and what was told for others' safety.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.console.casefile import CaseFile, day_and_time
from bot.console.contact import draw_contact
from bot.console.fields import STATES, draw_field
from bot.console.private import FOR_SAFETY, WITH_A_REASON
from bot.console.sheet_words import MARAC_WORDS, PARTS
from bot.console.sheets import rows_of, title_of
from bot.console.words import GROUPS, name_language
from bot.paper import Paper, Row, Section
from handoff.entry import Entry
from handoff.intake import IntakeField
from handoff.marac import WORDS, Referral
from handoff.safe_contact import safe_contact
from handoff.safety_plan import SafetyPlan

NOT_KNOWN = "Not known"

_GROUPS = ("person", "risk", "danger", "story", "needs", "equality")
"""What of an intake a referral carries, in this order."""


def contact_section(file: CaseFile) -> Section:
    """May they be contacted, and how: first on every print."""
    contact = draw_contact(file.case, file.edition, file.visit.now, is_shown=True)
    rows = [Row("Contact", contact.words if contact.has_address else _no_contact(contact.words))]
    if contact.has_address:
        agreed = safe_contact(file.case.intake)
        rows.append(Row("Number", contact.address, is_words=True))
        rows.append(Row("How", "; ".join(contact.how)))
        for label, text in (
            ("Times, in their words", agreed.times_in_words),
            ("Say who is calling", agreed.who_to_say),
            ("Say this word first", agreed.word),
        ):
            rows += [Row(label, text, is_words=True)] if text else []
        if agreed.ends_at:
            rows.append(Row("Until", day_and_time(agreed.ends_at)))
    return Section("Safe contact", tuple(rows), is_first_of_all=True)


def _no_contact(words: str) -> str:
    return words if words.startswith("Do not contact") else f"Do not contact. {words}"


def contact_json(file: CaseFile) -> Mapping[str, Any]:
    """The same for another system: without a contact that may be used, there is none in it."""
    contact = draw_contact(file.case, file.edition, file.visit.now, is_shown=True)
    if not contact.has_address:
        return {"may_contact": False, "state": contact.state}
    return {"may_contact": True, **safe_contact(file.case.intake).as_content()}


def marac_paper(file: CaseFile, sheet: Entry) -> Paper:
    """The referral with everything that the record holds for it."""
    assessment = _assessment_of(file, sheet)
    sections = [contact_section(file), _referral_section(file, sheet)]
    if assessment is not None:
        title = f"Risk assessment, {day_and_time(assessment.at)}, by {_who(file, assessment)}"
        sections.append(Section(title, rows_of(assessment, file.visit.tenancy.tenant)))
    else:
        sections.append(Section("Risk assessment", (Row("", "None is recorded"),)))
    sections += _intake_sections(file)
    return Paper("MARAC referral", file.case.reference, tuple(sections), foot_of(file))


def marac_json(file: CaseFile, sheet: Entry) -> Mapping[str, Any]:
    """The referral for another system: the sheets as they were filed, and the intake's codes."""
    assessment = _assessment_of(file, sheet)
    return {
        **_head(file, sheet),
        "referral": dict(sheet.content),
        "assessment": _filed(file, assessment) if assessment else None,
        "intake": {place: dict(field) for place, field in _fields(file)},
    }


def plan_paper(file: CaseFile, sheet: Entry) -> Paper:
    """The plan in the person's own words."""
    plan = SafetyPlan.model_validate(sheet.content)
    rows = tuple(
        Row(label, plan.parts[part], is_words=True)
        for part, label in PARTS[plan.whose].items()
        if part in plan.parts
    )
    copy = rows_of(sheet, file.visit.tenancy.tenant)[-1]
    made = Row("Made", f"{day_and_time(sheet.at)}, with {_who(file, sheet)}")
    sections = (
        contact_section(file),
        Section(title_of(sheet.kind), rows),
        Section("About this plan", (copy, made)),
    )
    return Paper(title_of(sheet.kind), file.case.reference, sections, foot_of(file))


def plan_json(file: CaseFile, sheet: Entry) -> Mapping[str, Any]:
    """The plan for another system."""
    return {**_head(file, sheet), "plan": dict(sheet.content)}


def foot_of(file: CaseFile) -> str:
    """Who printed it, where, and when: on every page."""
    visit = file.visit
    where = visit.tenancy.tenant.title
    return f"Printed by {visit.staff.alias}, {day_and_time(visit.now)}. {where}"


def _head(file: CaseFile, sheet: Entry) -> Mapping[str, Any]:
    visit = file.visit
    return {
        "version": 1,
        "kind": sheet.kind,
        "reference": file.case.reference,
        "printed": {"by": visit.staff.alias, "at": visit.now.isoformat()},
        "filed": _filed(file, sheet, is_whole=False),
        "language": file.case.language,
        "safe_contact": contact_json(file),
    }


def _filed(file: CaseFile, sheet: Entry, *, is_whole: bool = True) -> Mapping[str, Any]:
    head = {"number": sheet.number, "at": sheet.at.isoformat(), "by": _who(file, sheet)}
    return {**head, "content": dict(sheet.content)} if is_whole else head


def _assessment_of(file: CaseFile, sheet: Entry) -> Entry | None:
    """The assessment that the referral was made from, and no later one."""
    number = Referral.model_validate(sheet.content).assessment
    return next((entry for entry in file.entries if entry.number == number), None)


def _referral_section(file: CaseFile, sheet: Entry) -> Section:
    made = Referral.model_validate(sheet.content)
    rows = [row for row in rows_of(sheet, file.visit.tenancy.tenant) if row.label not in _LABELS]
    rows += [
        Row(MARAC_WORDS[name], made.words.get(name, NOT_KNOWN), is_words=name in made.words)
        for name in WORDS
    ]
    rows.append(Row("Language", name_language(file.case.language)))
    by = f"{_who(file, sheet)}, {file.visit.tenancy.tenant.title}, {day_and_time(sheet.at)}"
    rows.append(Row("Referred by", by))
    return Section("Referral", tuple(rows))


_LABELS = frozenset(MARAC_WORDS.values())


def _intake_sections(file: CaseFile) -> Iterator[Section]:
    """What the person answered, each with its question, its state and its time."""
    found: dict[str, list[Row]] = {group: [] for group in _GROUPS}
    for place, raw in _fields(file):
        field = IntakeField.model_validate(raw)
        known = draw_field(place, field, file.edition)
        said = "; ".join((*known.labels, *((known.words,) if known.words else ())))
        at = f" ({day_and_time(field.at)})" if field.at else ""
        text = f"{said}{at}" if said else STATES[field.status]
        found[place.partition(".")[0]].append(Row(known.question, text, is_words=bool(known.words)))
    for group, rows in found.items():
        if rows:
            yield Section(f"{GROUPS[group]}: what they answered", tuple(rows))


def _fields(file: CaseFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, raw in file.case.intake.get("fields", {}).items():
        is_ours = place.partition(".")[0] in _GROUPS
        if is_ours and place not in WITH_A_REASON and not place.startswith(FOR_SAFETY):
            yield place, raw


def _who(file: CaseFile, entry: Entry) -> str:
    return file.aliases.get(entry.by, "a colleague")
