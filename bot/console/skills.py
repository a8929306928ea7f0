"""The skills register: where a supervisor keeps who speaks what, knows what and takes how much.

It names colleagues by alias and says nothing of any case (R35, R36, R51).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from bot.capacity import skills_of
from bot.console.people import mark_of
from bot.console.visit import Visit
from bot.console.words import ROLES, name_language
from handoff.permissions import Permission, has_permission
from handoff.refusals import NotFound, Refusal, WrittenSince
from handoff.skills import (
    GENDERS,
    MOST_AT_ONCE,
    REGISTER,
    SERVICES,
    SIGNS,
    SPECIALISMS,
    Skills,
    as_content,
)
from handoff.staff import Staff, StaffId
from storage.store import Registered

MOST_VERSIONS = 10**9


class NotANumber(Refusal):
    """How many cases at once is a whole number up to 20, or nothing for the usual."""

    code = "not-a-number"


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the page. ``version`` is the register's, 0 where nothing was kept yet."""

    id: StaffId
    mark: str
    alias: str
    roles: str
    skills: Skills
    version: int


async def show(visit: Visit) -> web.Response:
    """Everybody who takes cases, and what is kept of them."""
    return await _page(visit)


async def save(visit: Visit) -> web.Response:
    """Keep one person's row. What was ticked comes back when it is refused."""
    person = next((p for p in await _people(visit) if p.mark == visit.form.get("person")), None)
    if person is None:
        raise NotFound
    try:
        skills = _read(visit)
    except NotANumber as refusal:
        return await _page(visit, refusal=refusal)
    await visit.record("skills-kept", person.id)
    version = _number(visit.form.get("version", ""), MOST_VERSIONS) or 0
    row = Registered(REGISTER, person.id, as_content(skills), version)
    if not await visit.tenancy.store.register(row):
        # Theirs stands on the page, with its version; yours is below it to be compared.
        return await _page(visit, refusal=WrittenSince(), written=skills)
    return visit.go("/skills")


async def _page(
    visit: Visit, *, refusal: Refusal | None = None, written: Skills | None = None
) -> web.Response:
    context = {
        "csrf": visit.session.csrf,
        "people": await _people(visit),
        "wrote_for": visit.form.get("person", ""),
        "written": written,
        "languages": {c: "BSL" if c == SIGNS else name_language(c) for c in _languages(visit)},
        "spoken": name_language(visit.tenancy.tenant.language),
        "specialisms": SPECIALISMS,
        "services": SERVICES,
        "genders": GENDERS,
        "usual": visit.tenancy.tenant.settings.capacity,
        "most": MOST_AT_ONCE,
        "refusal": refusal,
    }
    return visit.page("skills.html", context, status=409 if refusal else 200)


async def _people(visit: Visit) -> list[Person]:
    known = await skills_of(visit.tenancy)
    rows = await visit.tenancy.store.registered(REGISTER)
    versions = {row.id: row.version for row in rows}
    staff = [s for s in await visit.tenancy.store.everyone() if _takes_cases(s)]
    return [
        Person(
            id=person.id,
            mark=mark_of(visit, person.id),
            alias=person.alias,
            roles=", ".join(sorted(ROLES[role] for role in person.roles)),
            skills=known.get(person.id, Skills()),
            version=versions.get(person.id, 0),
        )
        for person in staff
    ]


def _takes_cases(person: Staff) -> bool:
    return has_permission(person, Permission.TAKE_CASES)


def _read(visit: Visit) -> Skills:
    """What was posted. Raises ``NotANumber``; a code that nobody knows is left out."""
    given = visit.form.get("capacity", "").strip()
    capacity = _number(given, MOST_AT_ONCE)
    if given and capacity is None:
        raise NotANumber
    gender = visit.form.get("gender", "")
    return Skills(
        languages=_ticked(visit, "speaks", _languages(visit)),
        specialisms=_ticked(visit, "knows", SPECIALISMS),
        services=_ticked(visit, "serves", SERVICES),
        gender="woman" if gender == "woman" else "man" if gender == "man" else "",
        capacity=capacity,
    )


def _languages(visit: Visit) -> list[str]:
    """What is worth saying of somebody: everybody speaks the helpline's own language."""
    tenant = visit.tenancy.tenant
    return [*(code for code in tenant.languages if code != tenant.language), SIGNS]


def _ticked(visit: Visit, name: str, codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code for code in codes if visit.form.get(f"{name}-{code}"))


def _number(given: str, most: int) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 10 and int(given) <= most else None
