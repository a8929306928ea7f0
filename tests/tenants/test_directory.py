"""Worked cases of the three service systems, made from the documents that describe them (R3)."""

from collections.abc import Iterator
from itertools import product

import pytest

from tenants.directory import Routing, route
from tenants.person import PersonMistakeError
from tenants.tenant import TenantId, load_tenant, load_tenants
from tests.tenants.conftest import Spoil

TENANTS = load_tenants()
VICTIM_SIDE = {
    service.id
    for tenant in TENANTS.values()
    for service in tenant.services
    if "perpetrator" not in service.roles
}
USING_ABUSE_SIDE = {
    service.id
    for tenant in TENANTS.values()
    for service in tenant.services
    if service.roles == ("perpetrator",)
}
AREAS = ("leicester", "leicestershire", "rutland")

Facts = dict[str, object]


def find(tenant: str, needs: object = None, **person: object) -> Routing:
    return route(TENANTS[TenantId(tenant)], person, needs)


def victim(**facts: object) -> Facts:
    return {"role": "victim", "age": 30, "gender": "female", **facts}


@pytest.mark.parametrize(
    ("facts", "needs", "services"),
    [
        (
            victim(area="leicester", abuse=["domestic"]),
            ["support"],
            ["helpline", "da-locality-city"],
        ),
        (
            victim(area="leicestershire", abuse=["domestic"]),
            ["support"],
            ["helpline", "da-locality-county-rutland"],
        ),
        (
            victim(area="rutland", abuse=["domestic", "sexual"]),
            ["support"],
            ["helpline", "da-locality-county-rutland", "sexual-violence"],
        ),
        (
            victim(area="rutland", age=9, abuse=["sexual"]),
            ["support"],
            ["helpline", "sexual-violence"],
        ),
        (
            victim(area="leicester", age=15, abuse=["domestic"]),
            ["support"],
            ["helpline", "cyp-city"],
        ),
        (
            victim(area="leicester", age=16, abuse=["domestic"]),
            ["support"],
            ["helpline", "da-locality-city", "cyp-city"],
        ),
        (victim(area="leicestershire", age=15, abuse=["domestic"]), ["support"], ["helpline"]),
        (victim(area="rutland"), ["safe-accommodation"], ["helpline", "rutland-housing-options"]),
        (
            victim(area="leicestershire"),
            ["safe-accommodation"],
            ["helpline", "accommodation-county-refuge"],
        ),
        (
            victim(area="leicester", ethnicity_bme=True, pets=False),
            ["safe-accommodation"],
            [
                "helpline",
                "accommodation-city-refuge",
                "accommodation-city-bme-refuge",
                "accommodation-city-dispersed",
            ],
        ),
        (
            victim(area="leicester", gender="male", ethnicity_bme=True),
            ["safe-accommodation"],
            ["helpline", "accommodation-city-dispersed"],
        ),
        (
            {"role": "perpetrator", "age": 40, "area": "leicester", "abuse": ["domestic"]},
            ["behaviour-change"],
            ["helpline", "perpetrator-city"],
        ),
        (
            {"role": "perpetrator", "age": 40, "area": "rutland", "abuse": ["domestic"]},
            ["behaviour-change"],
            ["helpline", "perpetrator-county-rutland-spot-purchase"],
        ),
        (
            {"role": "perpetrator", "age": 17, "area": "leicester"},
            ["behaviour-change"],
            ["helpline"],
        ),
        ({"role": "third-party", "age": 12, "area": "rutland"}, ["advice"], ["helpline"]),
        (victim(area="coventry"), ["support"], ["helpline"]),
    ],
)
def test_llr_routes_by_area_age_and_role(facts: Facts, needs: object, services: list[str]) -> None:
    assert list(find("llr", needs, **facts).services) == services


@pytest.mark.parametrize(
    ("facts", "needs", "services"),
    [
        (victim(abuse=["domestic"]), ["safe-accommodation"], ["supported-accommodation"]),
        (victim(abuse=["domestic"]), ["home-security"], ["victim-and-child"]),
        (victim(abuse=["sexual"], age=5), ["counselling"], ["sexual-violence"]),
        (victim(abuse=["sexual"], age=4), ["counselling"], []),
        (
            victim(abuse=["domestic", "sexual"]),
            ["support", "safe-accommodation"],
            ["victim-and-child", "supported-accommodation", "sexual-violence"],
        ),
        ({"role": "perpetrator", "age": 25}, ["behaviour-change"], ["perpetrator-programme"]),
        ({"role": "third-party", "abuse": ["domestic"]}, ["advice"], ["victim-and-child"]),
    ],
)
def test_coventry_has_no_wrong_door(facts: Facts, needs: object, services: list[str]) -> None:
    found = find("coventry", needs, area="coventry", **facts)
    assert list(found.services) == services
    assert all("No wrong door" in found.why[id] for id in services)


@pytest.mark.parametrize(
    ("facts", "needs", "services"),
    [
        (victim(age=10), ["support"], ["family"]),
        (victim(age=15), ["support"], ["family"]),
        (victim(age=16), ["support"], ["family", "victim-survivor"]),
        (victim(age=19), ["support"], ["family", "victim-survivor"]),
        (victim(parent=False, pregnant=False), ["support"], ["victim-survivor"]),
        (victim(pregnant=True), ["support"], ["family", "victim-survivor"]),
        (
            victim(parent=False, pregnant=False),
            ["safe-accommodation"],
            ["safe-home", "victim-survivor"],
        ),
        ({"role": "perpetrator", "age": 18}, ["behaviour-change"], ["perpetrator"]),
        ({"role": "perpetrator", "age": 16}, ["behaviour-change"], ["family"]),
        ({"role": "third-party"}, ["advice"], ["victim-survivor"]),
    ],
)
def test_leicester_2012_has_four_lots(facts: Facts, needs: object, services: list[str]) -> None:
    facts = {"area": "leicester", "abuse": ["domestic"], **facts}
    assert list(find("leicester-2012", needs, **facts).services) == services


def test_safe_home_says_who_alone_may_refer() -> None:
    found = find("leicester-2012", ["safe-accommodation"], role="victim")
    assert "only from family, victim-survivor, perpetrator" in found.why["safe-home"]


def test_a_spot_purchase_says_that_a_manager_approves_each() -> None:
    found = find("llr", role="perpetrator", area="leicestershire")
    why = found.why["perpetrator-county-rutland-spot-purchase"]
    assert "a manager approves each purchase" in why


def test_the_county_refuge_is_not_for_rutland() -> None:
    found = find("llr", ["safe-accommodation"], role="victim", area="rutland")
    assert "Leicestershire" in found.excluded["accommodation-county-refuge"]
    assert "housing options" in found.why["rutland-housing-options"]


def test_the_ages_of_the_sexual_violence_service_hang_on_a_setting(harbour: Spoil) -> None:
    child: Facts = {"role": "victim", "age": 9}
    strict = route(load_tenant(harbour()), child, ["counselling"])
    open_ = load_tenant(
        harbour("tenant", "sexual_violence_all_ages: no", "sexual_violence_all_ages: yes")
    )
    assert strict.services == ("helpline",)
    assert strict.excluded == {"counselling": "It is for ages 16 and over."}
    assert route(open_, child, ["counselling"]).services == ("helpline", "counselling")


def test_absent_facts_and_needs_exclude_nothing() -> None:
    for tenant in TENANTS.values():
        found = route(tenant, {}, None)
        assert found.excluded == {}
        assert len(found.services) + len(found.also) == len(tenant.services)


def test_a_fact_left_out_never_narrows_what_is_listed() -> None:
    whole = victim(area="leicester", abuse=["domestic"], ethnicity_bme=False)
    for tenant in TENANTS.values():
        narrow = set(route(tenant, whole, ["support"]).services)
        for name in whole:
            rest = {key: value for key, value in whole.items() if key != name}
            assert narrow <= set(route(tenant, rest, ["support"]).services), name


def test_immigration_disability_and_trans_history_are_not_looked_at() -> None:
    plain = victim(area="leicester")
    more = {**plain, "immigration": "none", "no_recourse": True, "disability": "yes", "trans": True}
    for tenant in TENANTS.values():
        assert route(tenant, more, None) == route(tenant, plain, None)


@pytest.mark.parametrize("gender", ["non-binary", "trans woman", "", None, "prefer not to say"])
def test_an_unclear_gender_means_ask_the_service(gender: str | None) -> None:
    found = find("llr", ["safe-accommodation"], role="victim", area="leicester", gender=gender)
    assert "ask the service: gender" in found.why["accommodation-city-refuge"]


def everybody(role: str) -> Iterator[Facts]:
    for age, area, gender in product((None, 9, 17, 40), (None, *AREAS, "coventry"), ("f", "m")):
        for circumstance in (True, False, None):
            yield {
                "role": role,
                "age": age,
                "area": area,
                "gender": gender,
                "parent": circumstance,
                "pets": circumstance,
            }


def test_using_abuse_never_reaches_a_victim_side_service_nor_the_reverse() -> None:
    for tenant in TENANTS.values():
        for walls, role in ((VICTIM_SIDE, "perpetrator"), (USING_ABUSE_SIDE, "victim")):
            for facts in everybody(role):
                found = route(tenant, facts, None)
                assert not walls & {*found.services, *found.also}


def test_a_reason_on_the_other_side_tells_nothing_of_it() -> None:
    found = find("llr", role="perpetrator", area="leicester")
    assert found.excluded["accommodation-city-refuge"] == "It belongs to another door."


def test_every_service_has_one_plain_reason_in_or_out() -> None:
    for tenant in TENANTS.values():
        inside = {service.id for service in tenant.services if not service.outside}
        for facts in everybody("victim"):
            found = route(tenant, facts, ["support"])
            assert tuple(found.why) == found.services
            assert {*found.why, *found.excluded} == inside
            reasons = [*found.why.values(), *found.excluded.values(), *found.also.values()]
            assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


def test_what_lies_outside_the_system_is_always_listed() -> None:
    adult, child = find("llr", role="victim", age=30), find("llr", role="victim", age=10)
    assert {"national-helplines", "sarc-adults", "police", "social-care", "health"} == {*adult.also}
    assert "sarc-children" in child.also
    assert "sarc-adults" not in child.also


def test_a_place_or_postcode_is_understood_as_an_area() -> None:
    assert "da-locality-city" in find("llr", role="victim", area="LE1 5YA").services
    assert "rutland-housing-options" in find("llr", role="victim", area="Oakham").services


def test_a_postcode_district_in_two_areas_keeps_both_services() -> None:
    found = find("llr", role="victim", area="LE2")
    assert {"da-locality-city", "da-locality-county-rutland"} <= set(found.services)


def test_living_in_one_area_and_working_in_another_counts_for_both() -> None:
    found = find("llr", role="victim", area=["coventry", "rutland"])
    assert "rutland-housing-options" in found.services


def test_a_place_that_is_not_understood_excludes_nothing() -> None:
    assert (
        find("llr", role="victim", area="by the station").excluded
        == find("llr", role="victim").excluded
    )


def test_a_need_that_no_directory_knows_excludes_nothing() -> None:
    assert find("llr", ["legal"], role="victim") == find("llr", role="victim")


def test_a_closed_service_is_left_out_with_its_reason(harbour: Spoil) -> None:
    folder = harbour(
        "services", "  needs: counselling\n", "  needs: counselling\n  status: closed\n"
    )
    found = route(load_tenant(folder), {"role": "victim"})
    assert found.excluded == {"counselling": "It is closed."}


@pytest.mark.parametrize(
    ("person", "needs"),
    [
        ({"role": "neighbour"}, None),
        ({"age": "30"}, None),
        ({"age": True}, None),
        ({"age": -1}, None),
        ({"area": 5}, None),
        ({"abuse": [1]}, None),
        ({"ethnicity_bme": "yes"}, None),
        ({}, {"support": True}),
    ],
)
def test_a_fact_that_cannot_be_read_is_refused(person: Facts, needs: object) -> None:
    with pytest.raises(PersonMistakeError):
        route(TENANTS[TenantId("llr")], person, needs)


def test_the_answer_has_the_shape_of_the_contract() -> None:
    said = find("llr", role="victim").as_json()
    assert set(said) == {"services", "why", "excluded", "also"}
    assert isinstance(said["services"], list)
