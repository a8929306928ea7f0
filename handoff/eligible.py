"""Which services a case may be referred to, and why: the directory asked with what was said (R46).

Only what was said and does not fit excludes. Nothing is retyped, and no answer that must exclude
nobody is looked at.
"""

from collections.abc import Iterator, Mapping

from flows.edition import Edition
from handoff.case import Case
from handoff.intake import field_at, values_of
from tenants.directory import Routing, route
from tenants.tenant import Tenant

ROLES = {
    "victim": "victim",
    "young-people": "victim",
    "third-party": "third-party",
    "using-abuse": "perpetrator",
}

NEEDS = {
    "talk": "support",
    "safe-place": "safe-accommodation",
    "home-security": "home-security",
    "sexual-harm": "counselling",
    "children": "support",
    "legal": "advice",
    "health": "counselling",
    "money": "advice",
    "papers": "advice",
    "behaviour": "behaviour-change",
    "temper": "behaviour-change",
    "control": "behaviour-change",
}
"""What a person said would help -> what a directory calls it. What is not here asks for nothing."""

WITH = {"children": "parent", "older-sons": "older_sons", "pets": "pets"}
BME = frozenset({"asian", "black", "mixed", "traveller", "arab"})
OLDEST = 100


def eligible(tenant: Tenant, edition: Edition, case: Case) -> Routing:
    """The services, each in or out with its reason. One that fits an age of their band is in."""
    facts, needs = (
        dict(_facts(case)),
        [NEEDS[n] for n in values_of(case.intake, "needs") if n in NEEDS],
    )
    found = [route(tenant, {**facts, **age}, needs) for age in _ages(edition, case)]
    why = {id: reason for one in reversed(found) for id, reason in one.why.items()}
    ids = tuple(service.id for service in tenant.services if service.id in why)
    excluded = {id: reason for id, reason in found[0].excluded.items() if id not in why}
    return Routing(ids, {id: why[id] for id in ids}, excluded, found[0].also)


def _facts(case: Case) -> Iterator[tuple[str, object]]:
    role = ROLES.get(str(case.intake.get("door")))
    if role is not None:
        yield "role", role
    if area := values_of(case.intake, "person.area"):
        yield "area", area[0]
    if gender := values_of(case.intake, "equality.gender"):
        yield "gender", gender[0]
    if BME.intersection(values_of(case.intake, "equality.ethnicity")):
        yield "ethnicity_bme", True
    for value in values_of(case.intake, "needs.place-with"):
        if value in WITH:
            yield WITH[value], True


def _ages(edition: Edition, case: Case) -> list[Mapping[str, int]]:
    """Every age that they may have by what they said; an empty one where they said none."""
    field = field_at(case.intake, "person.age-band")
    step = edition.step_at(str(field.get("question", "")))
    bands = [step.ages[v] for v in field.get("values", ()) if v in step.ages] if step else []
    if not bands and case.intake.get("door") == "young-people":
        bands = [(0, 17)]
    ages = [age for low, high in bands for age in range(low, min(high, OLDEST) + 1)]
    return [{"age": age} for age in ages] or [{}]
