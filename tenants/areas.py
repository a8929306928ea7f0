"""Where a person is: areas, their districts and postcode districts, found in what somebody typed.

It keeps and asks for no more than a postcode district, and where a text fits two areas it says so
instead of choosing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NewType

from tenants.reading import Entry

AreaId = NewType("AreaId", str)

ELSEWHERE = AreaId("elsewhere")
"""Stated, and outside every area of the tenant."""

CATCHMENT = ("lives", "intends-to-live", "works", "supports-such-a-person")

_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ?[0-9][A-Z]{2})?\b")
_NOT_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class District:
    """A part of an area that reports count apart (R43): a council district, or the whole area."""

    id: str
    label: str
    places: tuple[str, ...]
    postcodes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Area:
    """An area a service may be for. `report` is the column it is counted in, such as County."""

    id: AreaId
    label: str
    report: str
    districts: tuple[District, ...]


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas of one tenant, with the names that are known to lie outside them."""

    within: tuple[Area, ...]
    outside: tuple[str, ...]
    catchment: tuple[str, ...]

    def find(self, id: str) -> Area | None:
        """The area of that id."""
        return next((area for area in self.within if area.id == id), None)


def area_of(areas: Areas, text: str) -> AreaId | None:
    """The one area that a typed place, postcode district or postcode names; else nothing.

    A postcode district that lies in two areas (LE2, LE3) gives nothing: a person is not sent to the
    wrong service on a guess.
    """
    found = areas_of(areas, text)
    return next(iter(found)) if len(found) == 1 else None


def areas_of(areas: Areas, text: str) -> frozenset[AreaId]:
    """Every area a text may mean; `ELSEWHERE` for a place outside; empty: not understood."""
    if area := areas.find(text.strip().casefold()):
        return frozenset({area.id})
    found = frozenset(area.id for area, _ in _matches(areas, text))
    if not found and _longest(text, areas.outside):
        return frozenset({ELSEWHERE})
    return found


def district_of(areas: Areas, text: str) -> District | None:
    """The one district that a typed text names, for reports (R43)."""
    found = [district for _, district in _matches(areas, text)]
    return found[0] if len(found) == 1 else None


def read_areas(document: Entry) -> Areas:
    """`areas.yaml` as areas."""
    fields = document.fields(needed="areas catchment", optional="outside")
    within = tuple(_read_area(key, value) for key, value in fields["areas"].entries())
    if not within:
        raise fields["areas"].error("no area is named", "Name at least one")
    _check_apart(fields["areas"])
    outside = fields["outside"].texts() if "outside" in fields else ()
    return Areas(within, outside, fields["catchment"].some_of(CATCHMENT))


def _check_apart(item: Entry) -> None:
    """Refuse one district in two areas, which reports would count as one (R43)."""
    first: dict[str, int] = {}
    for _, area in item.entries():
        for key in (key for key, _ in area.named()["districts"].entries()):
            if (name := key.text()) in first:
                problem = f"the district {name!r} stands in two areas (first on line {first[name]})"
                raise key.error(problem, "Give one of them another name")
            first[name] = key.line


def _read_area(key: Entry, value: Entry) -> Area:
    fields = value.fields(needed="label report districts")
    districts = tuple(_read_district(id, body) for id, body in fields["districts"].entries())
    if key.text() == ELSEWHERE:
        raise key.error("'elsewhere' is a word of ours", "Call the area something else")
    return Area(AreaId(key.text()), fields["label"].text(), fields["report"].text(), districts)


def _read_district(key: Entry, value: Entry) -> District:
    fields = value.fields(needed="label places", optional="postcodes")
    postcodes = fields["postcodes"].items() if "postcodes" in fields else ()
    return District(
        key.text(),
        fields["label"].text(),
        fields["places"].texts(),
        frozenset(_read_postcode(item) for item in postcodes),
    )


def _read_postcode(item: Entry) -> str:
    found = _POSTCODE.fullmatch(item.text())
    if not found or found[1] != item.text():
        raise item.error("this is not a postcode district", "Write its first half, such as LE1")
    return found[1]


def _matches(areas: Areas, text: str) -> list[tuple[Area, District]]:
    places = [place for _, district in _districts(areas) for place in district.places]
    spoken, codes = set(_longest(text, (*places, *areas.outside))), _postcodes(text)
    return [
        (area, district)
        for area, district in _districts(areas)
        if codes & district.postcodes or spoken.intersection(district.places)
    ]


def _districts(areas: Areas) -> Iterator[tuple[Area, District]]:
    return ((area, district) for area in areas.within for district in area.districts)


def _postcodes(text: str) -> frozenset[str]:
    return frozenset(found[1] for found in _POSTCODE.finditer(text.upper()))


def _longest(text: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """The places a text names, a longer name hiding a shorter one inside it."""
    rest, found = _plain(text), []
    for place in sorted(set(places), key=len, reverse=True):
        if (name := _plain(place)) in rest:
            found.append(place)
            rest = rest.replace(name, " / ")
    return tuple(found)


def _plain(text: str) -> str:
    return f" {_NOT_WORD.sub(' ', text.casefold()).strip()} "
