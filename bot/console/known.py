"""What we know of one case: the ten-second answers, and the whole intake with its provenance.

*Declined*, *not asked*, *no answer yet*, *not sure* and *own words* stay apart. Nothing is guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.console.contact import Contact, draw_contact
from bot.console.fields import STATES, Known, draw_field, field_of
from bot.console.private import hidden_word
from bot.console.visit import Visit
from bot.console.waiting import is_stale, name_reasons
from bot.console.words import (
    DOORS,
    GROUPS,
    TYPISTS,
    name_language,
    name_option,
    spell_out,
)
from flows.conversation import Conversation
from flows.edition import Edition
from flows.flow import About
from flows.urgency import Imminence, Level, Reason
from handoff.case import Case
from handoff.intake import IntakeField, make_field
from locales.languages import direction, own_name


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """Questions about one thing."""

    title: str
    fields: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """Is anyone in danger, and since when."""

    state: str
    words: str
    said_at: datetime | None
    reasons: tuple[str, ...]
    is_stale: bool
    quotes: tuple[tuple[str, str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class TenSeconds:
    """What the top of a case answers."""

    who: str
    details: tuple[str, ...]
    danger: Danger
    wants: Known
    language: str
    language_code: str
    language_dir: str
    language_name: str
    contact: Contact


def ten_seconds(
    visit: Visit, case: Case, talk: Conversation | None, edition: Edition, *, is_shown: bool
) -> TenSeconds:
    """The five answers at the top of a case."""
    return TenSeconds(
        who=_who(case),
        details=tuple(_details(case, talk, edition)),
        danger=_danger(visit, case, talk, edition),
        wants=draw_field("needs", field_of(case, "needs"), edition),
        language=own_name(case.language),
        language_code=case.language,
        language_dir=direction(case.language),
        language_name=name_language(case.language),
        contact=draw_contact(case, edition, visit.now, is_shown=is_shown),
    )


def known_groups(
    visit: Visit, case: Case, talk: Conversation | None, edition: Edition, *, is_shown: bool
) -> tuple[KnownGroup, ...]:
    """The whole intake, grouped by what it is about, in the order of the groups."""
    found: dict[str, list[Known]] = {group: [] for group in GROUPS}
    for field in _danger_fields(talk, edition):
        found["danger"].append(field)
    for place, raw in case.intake.get("fields", {}).items():
        group = place.partition(".")[0]
        hidden = hidden_word(place, visit.staff, is_shown=is_shown)
        known = draw_field(place, IntakeField.model_validate(raw), edition, hidden=hidden)
        if talk is not None and known.state == "not-asked" and raw["question"] in talk.path:
            known = _unanswered(known)
        found[group if group in found else ""].append(known)
    return tuple(KnownGroup(GROUPS[g], tuple(fields)) for g, fields in found.items() if fields)


def _who(case: Case) -> str:
    door = str(case.intake.get("door", "entry"))
    return DOORS.get(door, spell_out(door))


def _details(case: Case, talk: Conversation | None, edition: Edition) -> Iterator[str]:
    """For whom and by whom it is written, and the age band."""
    typist = talk.answers.get("entry.who-types") if talk else None
    yield from (TYPISTS[v] for v in (typist.values if typist else ()) if v in TYPISTS)
    relation = field_of(case, "third-party.relation")
    if relation.state_is("answered"):
        yield name_option(relation.question, relation.values[0], edition)
    yield _age(case, edition)


def _age(case: Case, edition: Edition) -> str:
    field = field_of(case, "person.age-band")
    if field.status == "not-asked" and case.intake.get("door") == "young-people":
        return "under 18"
    step = edition.step_at(field.question)
    if field.status == "answered" and step is not None and field.values[0] in step.ages:
        low, high = step.ages[field.values[0]]
        return f"under {high + 1}" if low == 0 else f"{low} or over"
    return f"age: {(STATES[field.status] or field.words or 'not asked').lower()}"


def _danger(visit: Visit, case: Case, talk: Conversation | None, edition: Edition) -> Danger:
    reasons = case.urgency.reasons
    gravest = max(reasons, key=_gravity, default=None)
    state, words = _danger_words(case, talk, edition, gravest)
    return Danger(
        state=state,
        words=words,
        said_at=gravest.said_at if gravest else None,
        reasons=name_reasons(case, edition),
        is_stale=gravest is not None and _is_stale(visit, case, gravest),
        quotes=tuple(_quotes(reasons)),
    )


def _is_stale(visit: Visit, case: Case, gravest: Reason) -> bool:
    idle_after = visit.tenancy.tenant.settings.idle_after
    return is_stale(case.urgency.level, visit.now - gravest.said_at, idle_after=idle_after)


def _gravity(reason: Reason) -> tuple[int, int, datetime]:
    # The latest time it was said counts: danger that was said again is fresh again.
    return reason.grade.imminence, reason.grade.severity, reason.said_at


def _danger_words(
    case: Case, talk: Conversation | None, edition: Edition, gravest: Reason | None
) -> tuple[str, str]:
    if case.urgency.imminence is Imminence.NOW:
        if gravest is not None and gravest.source == "said.other-word":
            return "now", "Somebody may be making them write"
        is_answer = gravest is not None and not gravest.source.startswith("screening.")
        return "now", "Yes, now" if is_answer else "They wrote of danger now"
    if case.urgency.imminence is Imminence.TODAY:
        return "soon", "Not now; it may be soon"
    asked = next(_danger_fields(talk, edition, abouts=(About.DANGER,)), None)
    if asked is None or asked.state == "not-asked":
        return "not-asked", "Not asked"
    if asked.state in ("declined", "unknown", "unanswered"):
        return asked.state, STATES[asked.state]
    if asked.state == "own-words":
        return "own-words", asked.words
    is_serious = case.urgency.level is not Level.USUAL
    said = f"They said: {asked.labels[0].lower()}"
    return ("answered", f"{said}, but see the reasons" if is_serious else said)


def _quotes(reasons: tuple[Reason, ...]) -> Iterator[tuple[str, str, datetime]]:
    """The words that screening found, exactly, each with its marker."""
    for reason in reasons:
        flow, _, marker = reason.source.partition(".")
        if flow == "screening":
            yield spell_out(marker), reason.words, reason.said_at


def _danger_fields(
    talk: Conversation | None,
    edition: Edition,
    abouts: tuple[About, ...] = (About.SAFETY, About.DANGER),
) -> Iterator[Known]:
    """Safety questions of the beginning, which have no place in the intake of their own."""
    for step in edition.flows[edition.entry].steps.values():
        if step.about in abouts and not step.intake and step.is_question:
            key = f"{edition.entry}.{step.id}"
            answer = talk.answers.get(key) if talk else None
            field = IntakeField.model_validate(make_field(key, answer))
            known = draw_field(step.id, field, edition)
            is_put = talk is not None and answer is None and key in talk.path
            yield _unanswered(known) if is_put else known


def _unanswered(known: Known) -> Known:
    return replace(known, state="unanswered", state_word=STATES["unanswered"])
