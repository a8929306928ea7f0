"""What stands in the way of publishing a tenant: emergencies without a route, places told.

Pure: it reads no file and rings nobody. The demo may publish unverified numbers; nobody else may.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tenants.areas import AreaId
from tenants.numbers import EMERGENCIES, OLDEST, Ages, Number, Side, all_day_routes
from tenants.tenant import Tenant
from tenants.texts import texts

_ANSWERED: dict[Side, tuple[str, ...]] = {
    "victim": EMERGENCIES,
    "using-abuse": ("danger", "suicide"),
}
_LEAKS = (
    ("a full postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)),
    ("a telephone number", re.compile(r"(?:\+44|\b0)[\d ()-]{8,}\d")),
    (
        "a street",
        re.compile(
            r"\b(?:\d+[a-z]?,? )(?:[A-Z]\w+ ){1,3}"
            r"(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Way|Court|House|Terrace|Place)\b"
        ),
    ),
    ("an e-mail address", re.compile(r"\S@\S+\.\w")),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """What refuses publishing, in a plain line, and the rule that it breaks."""

    rule: str
    what: str


def gaps(tenant: Tenant) -> list[Gap]:
    """All that refuses publishing: routes that are missing (P13), places that are told (P18)."""
    return [
        *(Gap("P13", what) for what in _unrouted(tenant)),
        *(Gap("P18", what) for what in _leaks(tenant)),
    ]


def notes(tenant: Tenant) -> list[str]:
    """What somebody should look at, refusing nothing: unverified or stale numbers and services."""
    numbers = [
        f"number {number.id}: {number.stale or 'not verified'}"
        for number in tenant.numbers
        if number.stale or number.verified_on is None
    ]
    services = [
        f"service {service.id}: not verified ({service.status})"
        for service in tenant.services
        if service.verified_on is None
    ]
    return [*numbers, *services]


def leak_in(text: str) -> str | None:
    """What a text gives away that leads to a door or a telephone (P18); None: nothing found."""
    return next((name for name, pattern in _LEAKS if pattern.search(text)), None)


def _unrouted(tenant: Tenant) -> Iterator[str]:
    """Emergencies that some age in some area has no 24-hour number for.

    The using-abuse door may lead nowhere on the victim side (P6), so it answers for danger and
    suicide alone.
    """
    for area in tenant.areas.within:
        for side, kinds in _ANSWERED.items():
            routes = all_day_routes(
                number
                for number in tenant.numbers
                if number.side in ("shared", side) and _counts(tenant, number)
            )
            for kind in kinds:
                if missing := _ages_without(routes[kind], area.id):
                    yield f"{area.id}, {side}: no 24-hour number for {kind} at age {missing}"


def _counts(tenant: Tenant, number: Number) -> bool:
    return not number.stale and (tenant.demo or number.verified_on is not None)


def _ages_without(routes: tuple[Number, ...], area: AreaId) -> str:
    """The first run of ages that none of the numbers serves, or nothing."""
    served = [
        any(route.serves(age=age, area=area) for route in routes) for age in range(OLDEST + 1)
    ]
    if all(served):
        return ""
    youngest = served.index(False)
    oldest = served.index(True, youngest) - 1 if True in served[youngest:] else OLDEST
    return str(Ages(youngest, oldest))


def _leaks(tenant: Tenant) -> Iterator[str]:
    for key, text in _told(tenant):
        if leak := leak_in(text):
            yield f"{key}: holds {leak}"


def _told(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Every text of the tenant's files, but the number of a number itself."""
    yield from texts(tenant)
    for service in tenant.services:
        yield f"services.{service.id}", f"{service.note} {service.approval}"
    for area in tenant.areas.within:
        for district in area.districts:
            yield f"areas.{area.id}", ", ".join((district.label, *district.places))
    for key, own in tenant.wording.items():
        for language, text in own.items():
            yield f"wording {key} ({language})", text
