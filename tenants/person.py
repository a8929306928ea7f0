"""What is known of a person when services are looked for: every fact may be missing.

Facts that must never exclude anybody (immigration, disability, trans history) have no place here
and are dropped unread.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tenants.areas import AreaId, Areas, areas_of
from tenants.service import ABUSE, CIRCUMSTANCES, NEEDS, ROLES

_ROLES = {**{role: role for role in ROLES}, "using-abuse": "perpetrator"}
_WOMAN = frozenset({"woman", "women", "female", "f"})
_MAN = frozenset({"man", "men", "male", "m"})


class PersonMistakeError(ValueError):
    """A fact about a person has a form that cannot be read."""

    code = "person-mistake"


@dataclass(frozen=True, slots=True)
class Person:
    """The facts that services may look at; None or empty: not known.

    `areas` are those of the catchment: where the person lives, means to live or works.
    """

    role: str | None = None
    age: int | None = None
    areas: frozenset[AreaId] = frozenset()
    abuse: frozenset[str] = frozenset()
    is_woman: bool | None = None
    is_bme: bool | None = None
    circumstances: Mapping[str, bool] | None = None

    def meets(self, circumstance: str) -> bool | None:
        """Whether a circumstance holds; None: not known."""
        if circumstance == "man":
            return None if self.is_woman is None else not self.is_woman
        return (self.circumstances or {}).get(circumstance)


def read_person(facts: Mapping[str, object], areas: Areas) -> Person:
    """The `person` of one line of `frontdoor route`; unknown keys are dropped.

    An area may be an id, a place or a postcode district, one or several.
    Raises `PersonMistakeError`.
    """
    return Person(
        role=_read_role(facts.get("role")),
        age=_read_age(facts.get("age")),
        areas=frozenset[AreaId]().union(
            *(areas_of(areas, area) for area in read_words(facts.get("area"), "area"))
        ),
        abuse=frozenset(read_words(facts.get("abuse"), "abuse")).intersection(ABUSE),
        is_woman=_read_gender(facts.get("gender")),
        is_bme=_read_flag(facts.get("ethnicity_bme"), "ethnicity_bme"),
        circumstances={
            name: flag
            for name in CIRCUMSTANCES
            if (flag := _read_flag(facts.get(name), name)) is not None
        },
    )


def read_needs(needs: object) -> frozenset[str]:
    """The `needs` of one line; words no directory knows are dropped, and exclude nothing."""
    return frozenset(read_words(needs, "needs")).intersection(NEEDS)


def read_words(value: object, name: str) -> tuple[str, ...]:
    """One text or a list of texts; None is an empty list."""
    listed = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(listed, list | tuple | set | frozenset):
        raise PersonMistakeError(f"{name} is no text or list of texts")
    if not all(isinstance(word, str) for word in listed):
        raise PersonMistakeError(f"{name} holds something that is no text")
    return tuple(str(word) for word in listed)


def _read_role(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in _ROLES:
        raise PersonMistakeError(f"role is none of {', '.join(ROLES)}")
    return _ROLES[value]


def _read_age(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise PersonMistakeError("age is no whole number of years")


def _read_flag(value: object, name: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise PersonMistakeError(f"{name} is neither true nor false")


def _read_gender(value: object) -> bool | None:
    """Whether it is a woman; every other or unclear answer is not known, and excludes nothing."""
    word = value.strip().casefold() if isinstance(value, str) else ""
    return True if word in _WOMAN else False if word in _MAN else None
