"""Numbers keep to their side, a stale one is never shown, an unverified one in the demo only."""

from tenants.areas import AreaId
from tenants.numbers import EMERGENCIES, Number, Side, all_day_routes, numbers_for
from tenants.tenant import Tenant, TenantId, load_tenant, load_tenants
from tests.tenants.conftest import Spoil

TENANTS = load_tenants()
LLR = TENANTS[TenantId("llr")]
COVENTRY = TENANTS[TenantId("coventry")]
FACTS = {
    "999": "999",
    "samaritans": "116 123",
    "domestic-abuse": "0808 2000 247",
    "rape-crisis": "0808 500 2222",
    "childline": "0800 1111",
    "nspcc": "0808 800 5000",
    "mens-advice-line": "0808 801 0327",
    "respect": "0808 802 4040",
    "galop": "0800 999 5428",
    "karma-nirvana": "0800 5999 247",
    "forced-marriage-unit": "020 7008 0151",
    "injunctions": "0800 970 2070",
    "shout": "85258",
    "llr-line": "0808 802 0028",
}


def shown(tenant: Tenant, side: Side) -> dict[str, Number]:
    return {n.id: n for n in numbers_for(tenant.numbers, side, demo=tenant.demo)}


def test_the_numbers_are_those_of_the_domain_facts() -> None:
    found = {number.id: number.number for number in LLR.numbers}
    assert {id: found[id] for id in FACTS} == FACTS


def test_every_number_says_where_it_was_seen_and_none_claims_a_check() -> None:
    for tenant in TENANTS.values():
        assert all(number.source for number in tenant.numbers)
        assert not any(number.verified_on for number in tenant.numbers)


def test_only_emergency_suicide_and_childrens_lines_are_on_both_sides() -> None:
    for tenant in TENANTS.values():
        both = shown(tenant, "victim").keys() & shown(tenant, "using-abuse").keys()
        assert both == {"999", "999-bsl", "999-text", "18000", "samaritans", "shout", "childline"}


def test_the_using_abuse_side_has_respect_and_nothing_of_the_victim_side() -> None:
    for tenant in TENANTS.values():
        numbers = shown(tenant, "using-abuse")
        assert "respect" in numbers
        assert "respect" not in shown(tenant, "victim")
        assert not any(number.side == "victim" for number in numbers.values())


def test_a_stale_number_is_never_shown() -> None:
    assert any(number.id == "safe-to-talk" for number in COVENTRY.numbers)
    assert "safe-to-talk" not in shown(COVENTRY, "victim")


def test_outside_the_demo_only_verified_numbers_and_999_are_shown(harbour: Spoil) -> None:
    tenant = load_tenant(harbour("tenant", "demo: yes", "demo: no"))
    assert set(shown(tenant, "victim")) == {"999", "samaritans"}


def test_the_demo_shows_unverified_numbers(harbour: Spoil) -> None:
    assert "harbour-line" in shown(load_tenant(harbour()), "victim")


def test_age_and_area_narrow_and_what_is_not_known_does_not() -> None:
    def ids(*, age: int | None = None, area: str | None = None) -> set[str]:
        where = AreaId(area) if area else None
        found = numbers_for(COVENTRY.numbers, "victim", demo=True, age=age, area=where)
        return {number.id for number in found}

    assert {"rape-crisis", "childline", "blue-sky-centre"} <= ids()
    assert "rape-crisis" not in ids(age=15)
    assert "rape-crisis" in ids(age=16)
    assert "childline" not in ids(age=30)
    assert "blue-sky-centre" not in ids(area="elsewhere")


def test_every_kind_of_emergency_has_a_number_day_and_night() -> None:
    for tenant in TENANTS.values():
        routes = all_day_routes(tenant.numbers)
        assert set(routes) == set(EMERGENCIES)
        assert all(routes.values())


def test_office_hours_are_not_day_and_night() -> None:
    always = {n.id for numbers in all_day_routes(LLR.numbers).values() for n in numbers}
    assert not always & {"nspcc", "shout", "llr-line"}


def test_calls_and_texts_stay_in_the_call_log() -> None:
    numbers = shown(LLR, "victim")
    assert numbers["999"].stays_in_call_log
    assert numbers["shout"].stays_in_call_log
    assert not numbers["999-bsl"].stays_in_call_log
