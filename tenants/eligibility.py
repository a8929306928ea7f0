"""Whether a service fits a person: one small condition each, three-valued, with its words.

Only what is known and does not fit excludes. No condition looks at immigration, disability or trans
history, and none scores anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenants.areas import ELSEWHERE
from tenants.person import Person
from tenants.service import Service


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition: it holds, fails, or cannot be told; with the words for each."""

    holds: bool | None
    reason: str


_Condition = Callable[[Service, Person], Verdict | None]

ADULT = 18

_FOR = {
    "victim": "it is for people who are being hurt",
    "third-party": "it is for people who are worried about somebody",
    "perpetrator": "it is for people who want to change how they behave",
}
_CIRCUMSTANCE = {
    "man": "a man",
    "pregnant": "pregnant",
    "parent": "a parent or carer",
    "pets": "somebody with pets",
    "older_sons": "somebody with older sons",
    "larger_family": "a larger family",
}


def weigh(service: Service, person: Person, needs: frozenset[str]) -> Iterator[Verdict]:
    """Every condition the service has, the strictest wall first."""
    for condition in _CONDITIONS:
        if (verdict := condition(service, person)) is not None:
            yield verdict
            if verdict.holds is False:
                return
    yield _needs(service, needs)


def _role(service: Service, person: Person) -> Verdict:
    if person.role is None:
        return Verdict(None, "which door the person came by")
    if person.role in service.roles:
        return Verdict(True, _FOR[person.role])
    if person.role == "third-party":
        return Verdict(False, "It takes the person concerned, not somebody worried about them.")
    # P6: one side is told nothing of the other, not even by a reason.
    return Verdict(False, "It belongs to another door.")


def _closed(service: Service, _: Person) -> Verdict | None:
    return Verdict(False, "It is closed.") if service.status == "closed" else None


def _area(service: Service, person: Person) -> Verdict | None:
    if not service.areas:
        return None
    names = " and ".join(sorted(area.capitalize() for area in service.areas))
    if not person.areas:
        return Verdict(None, f"the area (it serves {names})")
    if person.areas & service.areas:
        return Verdict(True, f"it serves {names}")
    where = "outside the tenant's areas" if person.areas == {ELSEWHERE} else "in another area"
    return Verdict(
        False,
        f"It serves {names}, and the person is {where}."
        " It is also for people who work or intend to live there.",
    )


def _age(service: Service, person: Person) -> Verdict | None:
    roles = service.roles if person.role is None else (person.role,)
    limits = [service.ages[role] for role in roles if role in service.ages]
    if not limits or len(limits) < len(roles):
        return None
    words = " or ".join(dict.fromkeys(f"ages {ages}" for ages in limits))
    if person.age is None:
        return Verdict(None, f"the age (it is for {words})")
    if any(person.age in ages for ages in limits):
        return Verdict(True, f"it is for {words}")
    # Being a parent opens no door of the victim side to somebody who came by the other one (P6).
    also = () if person.role == "perpetrator" else service.also_if
    met = [person.meets(circumstance) for circumstance in also]
    beyond = " or ".join(_CIRCUMSTANCE[name] for name in also)
    if True in met:
        return Verdict(True, f"it is for {words}, and {beyond}")
    if None in met:
        return Verdict(None, f"whether the person is {beyond} (else it is for {words})")
    young = " Younger people go to the young people's stream (R30)."
    is_young = person.role == "perpetrator" and person.age < ADULT
    return Verdict(False, f"It is for {words}.{young if is_young else ''}")


def _abuse(service: Service, person: Person) -> Verdict | None:
    if not service.abuse:
        return None
    names = " and ".join(sorted(service.abuse))
    if not person.abuse:
        return Verdict(None, f"the kind of abuse (it is about {names} abuse)")
    if person.abuse & service.abuse:
        return Verdict(True, f"it is about {names} abuse")
    return Verdict(False, f"It is about {names} abuse.")


def _gender(service: Service, person: Person) -> Verdict | None:
    if not service.women_only:
        return None
    reason = "it is for women"
    return _three(holds=person.is_woman, reason=reason, unknown=f"gender ({reason})")


def _ethnicity(service: Service, person: Person) -> Verdict | None:
    if not service.bme_only:
        return None
    reason = "it is for Black and minority ethnic women"
    return _three(holds=person.is_bme, reason=reason, unknown=f"ethnicity ({reason})")


def _circumstances(service: Service, person: Person) -> Verdict | None:
    if not service.only_if:
        return None
    met = [person.meets(circumstance) for circumstance in service.only_if]
    holds = True if True in met else None if None in met else False
    words = ", ".join(_CIRCUMSTANCE[name] for name in service.only_if)
    return _three(
        holds=holds, reason=f"it is for {words}", unknown=f"whether one of these fits: {words}"
    )


def _needs(service: Service, needs: frozenset[str]) -> Verdict:
    offered = ", ".join(sorted(service.needs))
    if not needs or not service.needs:
        return Verdict(True, f"it offers {offered}" if offered else "it is for every need")
    if met := needs & service.needs:
        return Verdict(True, f"it offers {', '.join(sorted(met))}")
    return Verdict(False, f"It offers {offered}, which was not what the person asked for.")


def _three(*, holds: bool | None, reason: str, unknown: str) -> Verdict:
    if holds is None:
        return Verdict(None, unknown)
    return Verdict(holds, reason if holds else f"{reason[0].upper()}{reason[1:]}.")


_CONDITIONS: tuple[_Condition, ...] = (
    *(_role, _closed, _area, _age, _abuse),
    *(_gender, _ethnicity, _circumstances),
)
