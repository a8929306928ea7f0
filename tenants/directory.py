"""Which services a person can be put in touch with, and why: for workers, never as a verdict.

Only what is known and does not fit excludes; what is not known means *ask the service*. All reasons
are for staff and reach no visitor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tenants.eligibility import Verdict, weigh
from tenants.person import read_needs, read_person
from tenants.service import Service
from tenants.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Routing:
    """The answer: ids in the directory's order, and a plain reason for each in and each out.

    `also` are services outside the system, listed beside it: SARC, police, social care, health.
    """

    services: tuple[str, ...]
    why: Mapping[str, str]
    excluded: Mapping[str, str]
    also: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """The shape that `frontdoor route` prints."""
        return {
            "services": list(self.services),
            "why": dict(self.why),
            "excluded": dict(self.excluded),
            "also": dict(self.also),
        }


def route(tenant: Tenant, person: Mapping[str, object], needs: object = None) -> Routing:
    """Find the services for a person (P6, R3, R15, R27, R30).

    `person` and `needs` are as `frontdoor route` reads them; a key that is absent excludes nothing.
    Raises `PersonMistakeError` for a fact that cannot be read.
    """
    known, wanted = read_person(person, tenant.areas), read_needs(needs)
    why: dict[str, str] = {}
    excluded: dict[str, str] = {}
    also: dict[str, str] = {}
    for service in tenant.services:
        verdicts = list(weigh(service, known, wanted))
        failed = next((verdict.reason for verdict in verdicts if verdict.holds is False), None)
        if failed is None:
            (also if service.outside else why)[service.id] = _explain(tenant, service, verdicts)
        elif not service.outside:
            excluded[service.id] = failed
    return Routing(services=tuple(why), why=why, excluded=excluded, also=also)


def _explain(tenant: Tenant, service: Service, verdicts: list[Verdict]) -> str:
    held = "; ".join(verdict.reason for verdict in verdicts if verdict.holds)
    unknown = "; ".join(verdict.reason for verdict in verdicts if verdict.holds is None)
    parts = [
        f"{held[0].upper()}{held[1:]}.",
        f"Not known, so ask the service: {unknown}." if unknown else "",
        _how(tenant, service),
        service.note,
    ]
    return " ".join(part for part in parts if part)


def _how(tenant: Tenant, service: Service) -> str:
    """How the person gets there."""
    if service.approval:
        return f"{service.approval}."
    if service.referred_by:
        return f"It takes referrals only from {', '.join(service.referred_by)}."
    if service.outside:
        return "It stands outside the service system."
    if tenant.settings.no_wrong_door:
        return "No wrong door: it may be reached directly."
    if service.id == tenant.settings.front_door:
        return "It is the front door to the other services."
    if tenant.settings.front_door:
        return f"It is reached through {tenant.settings.front_door}."
    return "People and agencies may both refer to it."
