"""A service of a tenant's directory: who it is for, what it offers and how it is reached.

It holds no address and no direct line: a person is put in touch by a worker (P18).
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tenants.areas import AreaId
from tenants.numbers import Ages, read_ages
from tenants.reading import Entry

ROLES = ("victim", "third-party", "perpetrator")
ABUSE = ("domestic", "sexual")
NEEDS = (
    *("support", "safe-accommodation", "behaviour-change", "advice"),
    *("counselling", "home-security"),
)
CIRCUMSTANCES = ("man", "pregnant", "parent", "pets", "older_sons", "larger_family")
"""What may open a service to somebody, beyond the facts that every service looks at."""

STATUSES = ("open", "limited", "closed", "not checked")

_OPTIONAL = (
    "ages all_ages_if areas abuse needs women_only bme_only only_if also_if"
    " approval referred_by outside status verified note"
)


@dataclass(frozen=True, slots=True)
class Service:
    """One line of the directory. An empty collection means: no condition.

    `ages` is by role, a role without a line having none. `only_if` asks for one of its
    circumstances; `also_if` opens the service to victims beyond its ages. `approval` says what
    must happen before somebody is taken on, `referred_by` which services alone may refer. One that
    stands `outside` the system is no part of its referrals, and always listed beside them.
    """

    id: str
    title: str
    roles: tuple[str, ...]
    ages: Mapping[str, Ages] = field(default_factory=dict)
    areas: frozenset[AreaId] = frozenset()
    abuse: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    women_only: bool = False
    bme_only: bool = False
    only_if: tuple[str, ...] = ()
    also_if: tuple[str, ...] = ()
    approval: str = ""
    referred_by: tuple[str, ...] = ()
    outside: bool = False
    status: str = "not checked"
    verified_on: dt.date | None = None
    note: str = ""


def read_services(
    document: Entry, *, area_ids: Collection[AreaId], flags: Mapping[str, bool]
) -> tuple[Service, ...]:
    """`services.yaml` in written order; `flags` are the tenant's yes/no settings."""
    entries = list(document.entries())
    if not entries:
        raise document.error("no service is named", "Name at least one")
    ids = [key.text() for key, _ in entries]
    return tuple(_read_service(key, value, (tuple(area_ids), ids, flags)) for key, value in entries)


def _read_service(
    key: Entry,
    value: Entry,
    known: tuple[tuple[AreaId, ...], list[str], Mapping[str, bool]],
) -> Service:
    area_ids, service_ids, flags = known
    fields = value.fields(needed="title for source", optional=_OPTIONAL)

    def words(name: str, allowed: Collection[str]) -> tuple[str, ...]:
        return fields[name].some_of(allowed) if name in fields else ()

    def flag(name: str) -> bool:
        return name in fields and fields[name].flag()

    def text(name: str) -> str:
        return fields[name].text() if name in fields else ""

    roles = fields["for"].some_of(ROLES)
    return Service(
        id=key.text(),
        title=fields["title"].text(),
        roles=roles,
        ages=_read_ages_by_role(fields, roles, flags),
        areas=frozenset(AreaId(area) for area in words("areas", area_ids)),
        abuse=frozenset(words("abuse", ABUSE)),
        needs=frozenset(words("needs", NEEDS)),
        women_only=flag("women_only"),
        bme_only=flag("bme_only"),
        only_if=words("only_if", CIRCUMSTANCES),
        also_if=words("also_if", CIRCUMSTANCES),
        approval=text("approval"),
        referred_by=words("referred_by", service_ids),
        outside=flag("outside"),
        status=fields["status"].one_of(STATUSES) if "status" in fields else "not checked",
        verified_on=fields["verified"].date() if "verified" in fields else None,
        note=text("note"),
    )


def _read_ages_by_role(
    fields: Mapping[str, Entry], roles: tuple[str, ...], flags: Mapping[str, bool]
) -> Mapping[str, Ages]:
    switch = fields.get("all_ages_if")
    if switch is not None and flags[switch.one_of(tuple(flags))]:
        return {}
    if "ages" not in fields:
        return {}
    written = fields["ages"]
    if not written.is_mapping():
        ages = read_ages(written)
        return dict.fromkeys(roles, ages)
    return {key.one_of(roles): read_ages(value) for key, value in written.entries()}
