"""Who takes whom next: urgency, then waiting time with ageing, matched to what somebody brings.

Pure. It never passes over an emergency, and keeps nobody waiting for a better match for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.case import Case
from handoff.intake import values_of
from handoff.skills import SIGNS, Skills

KEPT_FOR = timedelta(minutes=10)
"""So long a case is left to a colleague who is here and fits it better; then whoever is free."""

WAITS_FOR = timedelta(minutes=30)
"""So long a person waits for whom they asked for, where they chose to; then anybody asks them."""

_SPECIALISMS = {
    "sexual-harm": "sexual-violence",
    "health": "mental-health",
    "papers": "immigration",
    "safe-place": "housing",
}
"""A need that somebody chose, and the specialism that it calls for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case asks for. ``waits``: they chose to wait for it rather than take whoever is here.

    Nothing in it is guessed: only what was chosen counts.
    """

    language: str
    specialisms: frozenset[str] = frozenset()
    gender: str = ""
    signs: bool = False
    by_and_for: bool = False
    waits: bool = False


def wanted_of(case: Case) -> Wanted:
    """What the intake says that they need and wish."""
    wishes = set(values_of(case.intake, "wishes.worker"))
    needs = {_SPECIALISMS.get(need) for need in values_of(case.intake, "needs")}
    young = {"young-people"} if case.intake.get("door") == "young-people" else set()
    genders = wishes & {"woman", "man"}
    return Wanted(
        language=case.language,
        specialisms=frozenset(filter(None, needs)) | young,
        # Both is no wish for one of them.
        gender=min(genders) if len(genders) == 1 else "",
        signs="bsl" in wishes,
        by_and_for="people-like-me" in wishes,
        waits="wait" in values_of(case.intake, "wishes.else"),
    )


def fits(skills: Skills, wanted: Wanted, *, spoken: str) -> bool:
    """Whether this person is all that is asked for. Everybody speaks ``spoken``."""
    return (
        (wanted.language == spoken or wanted.language in skills.languages)
        and wanted.specialisms <= skills.specialisms
        and wanted.gender in ("", skills.gender)
        and (not wanted.signs or SIGNS in skills.languages)
        and (not wanted.by_and_for or bool(skills.services))
    )


@dataclass(frozen=True, slots=True)
class Free:
    """Who asks for the next case, and what the others bring who are here and have room."""

    skills: Skills
    others: Sequence[Skills]
    now: datetime
    spoken: str = "en"


def in_turn(waiting: Iterable[Case], free: Free) -> Sequence[Case]:
    """The cases this person should be given, the first first; ``waiting`` is in the queue's order.

    Emergencies come as they stand. Those who have left come after those who are here.
    """
    cases = list(waiting)
    emergencies = [case for case in cases if case.urgency.is_emergency]
    others = [case for case in cases if not case.urgency.is_emergency]
    others.sort(key=lambda case: case.ended is not None)
    return [*emergencies, *(case for case in others if _is_for(case, free))]


def _is_for(case: Case, free: Free) -> bool:
    wanted = wanted_of(case)
    if fits(free.skills, wanted, spoken=free.spoken):
        return True
    waited = free.now - (case.waiting_since or case.opened_at)
    if wanted.waits and waited < WAITS_FOR:
        return False
    is_somebodys = any(fits(other, wanted, spoken=free.spoken) for other in free.others)
    return waited >= KEPT_FOR or not is_somebodys
