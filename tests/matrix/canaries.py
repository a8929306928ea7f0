"""Strings that stand in one tenant's house, and who may ever be given them.

The rule is written out here a second time, on purpose: a rule that asked the code what the code
allows would find every mistake of the code correct.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.flow import Side
from handoff.staff import Role
from tenants.tenant import TenantId


class What(StrEnum):
    """What a canary is, as a report names it; the canary itself is never printed."""

    WORDS = "a visitor's words"
    CONTACT = "a contact"
    REFERENCE = "a reference"
    REPLY = "a worker's reply"
    ALIAS = "a staff alias"
    SIGN_IN_NAME = "a sign-in name"
    STAFF_ID = "a staff id"
    WAY_BACK = "a visitor's way back"
    COOKIE = "a cookie"
    TALK = "a talk's id"
    FORM_TOKEN = "a form token"
    SECRET = "a secret"


@dataclass(frozen=True, slots=True)
class Told:
    """One visitor's case: what it is, and every id by which somebody could ask for it."""

    tenant: TenantId
    side: Side
    is_emergency: bool
    reference: str
    conversation: str
    way_back: str
    cookie: str
    used_id: str


@dataclass(frozen=True, slots=True)
class Canary:
    """One string. ``owner`` is the name of the principal it belongs to, where it is one's own."""

    text: str
    tenant: TenantId
    what: What
    told: Told | None = None
    owner: str = ""


@dataclass(slots=True, eq=False)
class Person:
    """One principal: somebody with a tenant, a role or a talk, and what their browser sends."""

    name: str
    tenant: TenantId
    role: Role | None = None
    told: Told | None = None
    staff_id: str = ""
    sign_in_name: str = ""
    csrf: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


SIDES: Mapping[Role, frozenset[Side]] = {
    Role.VOLUNTEER: frozenset({Side.VICTIM, Side.SHARED}),
    Role.WORKER: frozenset({Side.VICTIM, Side.SHARED}),
    Role.USING_ABUSE_WORKER: frozenset({Side.USING_ABUSE}),
    Role.SAFETY_WORKER: frozenset({Side.VICTIM, Side.SHARED}),
    Role.SUPERVISOR: frozenset({Side.VICTIM, Side.SHARED}),
    Role.MANAGER: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
}
"""Which side of the wall each role works on (P6, R29, R31). A new role needs a line here."""

ANSWERS_ANY_EMERGENCY = frozenset({Role.SAFETY_WORKER, Role.SUPERVISOR})

OF_A_CASE = frozenset({What.WORDS, What.REPLY, What.REFERENCE, What.CONTACT})
OF_A_TALK = OF_A_CASE | {What.WAY_BACK, What.COOKIE, What.TALK}


def may_see_case(person: Person, told: Told) -> bool:
    """Whether this principal may know of a case at all."""
    if person.role is None or person.tenant != told.tenant:
        return False
    if told.side in SIDES[person.role]:
        return True
    return told.is_emergency and person.role in ANSWERS_ANY_EMERGENCY


def may_hold(
    person: Person, canary: Canary, *, shows_contact: bool = False, tells_managers: bool = False
) -> bool:
    """Whether an answer to this principal may hold this canary (I10, I14, P6).

    ``tells_managers``: the page of what was opened, which names who and which case, and no more.
    """
    if canary.tenant != person.tenant:
        return False
    if tells_managers and person.role is Role.MANAGER:
        return canary.what in (What.REFERENCE, What.ALIAS) or canary.owner == person.name
    if person.role is None:
        return canary.told is not None and canary.told is person.told and canary.what in OF_A_TALK
    if canary.what is What.CONTACT and not shows_contact:
        return False
    if canary.told is not None:
        return canary.what in OF_A_CASE and may_see_case(person, canary.told)
    if canary.what is What.ALIAS:
        return bool(SIDES[person.role])
    return canary.what is What.FORM_TOKEN and canary.owner == person.name


def new_word() -> str:
    """A word that no text of ours holds and no lexicon knows."""
    return "zqx" + secrets.token_hex(8)


def new_number() -> str:
    """A telephone number of the range that is kept for drama, with a tail of its own."""
    return f"07700900{secrets.randbelow(1000):03}{secrets.randbelow(10**6):06}"
