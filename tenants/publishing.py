"""What stands in the way of publishing a tenant: emergencies without a route, places told.

Pure: it reads no file and rings nobody. The demo may publish unverified numbers; nobody else may.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tenants.areas import AreaId
from tenants.numbers import EMERGENCIES, OLDEST, Ages, Number, Side, all_day_routes
from tenants.recordings import FILE as RECORDINGS
from tenants.tenant import Tenant
from tenants.written import Written, all_written, keys_in, line_of

_ANSWERED: dict[Side, tuple[str, ...]] = {
    "victim": EMERGENCIES,
    "using-abuse": ("danger", "suicide"),
}
_BETWEEN = r"[\s.\-]{0,3}"
_LEAKS = (
    (
        "a full postcode",
        re.compile(rf"\b[A-Z]{{1,2}}\d[A-Z\d]?{_BETWEEN}\d[A-Z]{{2}}\b", re.IGNORECASE),
    ),
    ("a telephone number", re.compile(r"(?:\+ ?44|\b0)(?:[ ()./-]*\d){9,}")),
    (
        "a street",
        re.compile(
            r"\b(?:\d+[a-z]?,? )(?:[A-Z][\w']+ ){1,3}"
            r"(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Way|Court|House|Terrace|Place)\b"
        ),
    ),
    ("an e-mail address", re.compile(r"\S@\S+\.\w")),
)
_TELLING = re.compile(r"[\d@]")
"""What each of them needs, looked for first: most texts have neither."""

_HOMES = re.compile(
    r"\b(?:refuges?|hostels?|shelters?|safe ?houses?|accommodation)\b", re.IGNORECASE
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-") | dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), ""
)
"""Dashes of every length are one, and what has no width is nothing: neither hides a number."""

_OF_A_NUMBER = ("own", "number")


@dataclass(frozen=True, slots=True)
class Gap:
    """What refuses publishing, in a plain line, the rule that it breaks, and where to mend it.

    `is_unfinished` tells what only waits to be looked at by somebody from what is wrong.
    """

    rule: str
    what: str
    file: str = "numbers.yaml"
    line: int = 1
    is_unfinished: bool = False


def gaps(tenant: Tenant) -> list[Gap]:
    """All that refuses publishing: routes that are missing (P13), places that are told (P18)."""
    return [*_unrouted(tenant), *leaks(tenant)]


def leaks(tenant: Tenant) -> list[Gap]:
    """All that tells a place (P18), which nothing may publish, the demo included."""
    return [*_leaks(tenant), *_lines_to_homes(tenant)]


def notes(tenant: Tenant) -> list[str]:
    """What somebody should look at, refusing nothing: unverified or stale numbers and services.

    So are the numbers of topics that lead to MARAC: who agreed on them changes them.
    """
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
    thresholds = [
        f"threshold of {area} from {each.since}: not verified"
        for area, held in tenant.thresholds.areas.items()
        for each in held
        if each.verified is None
    ]
    return [*numbers, *services, *thresholds]


def still_to_come(tenant: Tenant, today: dt.date) -> Iterator[Gap]:
    """A number that was called on a day that is yet to come: a slip that would hide it (P13)."""
    for number in tenant.numbers:
        # Whoever is a zone ahead of us may well have called it tomorrow.
        if number.verified_on and number.verified_on > today + dt.timedelta(days=1):
            is_own = number.id in keys_in(tenant, "numbers.yaml", "own")
            path = ("own", number.id, "verified") if is_own else ("national", number.id)
            line = line_of(tenant, "numbers.yaml", *path)
            what = f"{number.id}: was called on {number.verified_on}, which is yet to come"
            yield Gap("P13", f"{what}. Write the day it was called", line=line)


def leak_in(text: str) -> str | None:
    """What a text gives away that leads to a door or a telephone (P18); None: nothing found."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)
    if not _TELLING.search(plain):
        return None
    return next((name for name, pattern in _LEAKS if pattern.search(plain)), None)


def _unrouted(tenant: Tenant) -> Iterator[Gap]:
    """Emergencies that some age in some area has no 24-hour number for.

    The using-abuse door may lead nowhere on the victim side (P6), so it answers for danger and
    suicide alone.
    """
    where: dict[_Missing, list[AreaId]] = {}
    for area in tenant.areas.within:
        for missing in _missing_in(tenant, area.id):
            where.setdefault(missing, []).append(area.id)
    line = line_of(tenant, "numbers.yaml", "national")
    for (side, what, is_unfinished), areas in where.items():
        told = f"{' and '.join(areas)}, {side}: {what}"
        yield Gap("P13", told, line=line, is_unfinished=is_unfinished)


_Missing = tuple[Side, str, bool]
"""On which side, what, and whether it only waits for a call."""


def _missing_in(tenant: Tenant, area: AreaId) -> Iterator[_Missing]:
    for side, kinds in _ANSWERED.items():
        seen = [n for n in tenant.numbers if n.side in ("shared", side) and not n.stale]
        verified = all_day_routes(n for n in seen if tenant.demo or n.verified_on is not None)
        written = all_day_routes(seen)
        for kind in kinds:
            if ages := _ages_without(verified[kind], area):
                waits = not _ages_without(written[kind], area)
                cure = _cure(written[kind], area) if waits else "Add one to numbers.yaml"
                yield side, f"no 24-hour number for {kind} at age {ages}. {cure}", waits


def _cure(numbers: tuple[Number, ...], area: AreaId) -> str:
    """The fewest calls that fill the gap."""
    needed = sorted(numbers, key=lambda number: number.verified_on is None)
    for number in reversed(needed.copy()):
        rest = tuple(other for other in needed if other is not number)
        if not _ages_without(rest, area):
            needed = list(rest)
    names = " and ".join(number.id for number in needed if number.verified_on is None)
    return f"Call {names}, and write the day instead of 'not verified'"


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


def _leaks(tenant: Tenant) -> Iterator[Gap]:
    """A place or a direct line in any text of any file, comments too: all of them are published.

    The number of a number is none, but it must not hide a place.
    """
    for written in all_written(tenant):
        leak = leak_in(written.text)
        if leak and not (leak == "a telephone number" and _is_number(written)):
            key = ".".join(written.path) or "a comment"
            what = f"{key}: holds {leak}. Take it out: a worker puts people in touch"
            yield Gap("P18", what, written.file, written.line)


def _is_number(written: Written) -> bool:
    """Whether it is meant to be digits: a number of the tenant's own, or the hash of a file."""
    path = written.path
    if written.file == RECORDINGS:
        return path[-1:] == ("sha256",)
    return written.file == "numbers.yaml" and len(path) == 3 and (path[0], path[2]) == _OF_A_NUMBER


def _lines_to_homes(tenant: Tenant) -> Iterator[Gap]:
    """A number of the tenant's own that rings where somebody fled to."""
    homes = {
        service.title.casefold()
        for service in tenant.services
        if "safe-accommodation" in service.needs and not service.outside
    }
    own = keys_in(tenant, "numbers.yaml", "own")
    for number in tenant.numbers:
        told = f"{number.id} {number.label} {number.note}"
        if number.id in own and (_HOMES.search(told) or number.label.casefold() in homes):
            line = line_of(tenant, "numbers.yaml", "own", number.id)
            what = f"own.{number.id}: rings in a place that people flee to. Take it out"
            yield Gap("P18", what, line=line)
