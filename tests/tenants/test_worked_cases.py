"""People as the documents of the three systems describe them, and where each may be referred.

Each line of a document is cited where it decides. Everything in the system that is not listed is
excluded, so a service that is added to a directory has to find its place here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tenants.directory import route
from tenants.tenant import TenantId, load_tenants

TENANTS = load_tenants()

DOMESTIC, SEXUAL = ["domestic"], ["sexual"]
HOUSING, SUPPORT = ["safe-accommodation"], ["support"]
OTHER_DOOR = "It belongs to another door."
IN_ANOTHER_AREA = "and the person is in another area. It is also for people who work or intend"
NOT_ASKED_FOR = "which was not what the person asked for."
NOT_THE_PERSON = "It takes the person concerned, not somebody worried about them."


@dataclass(frozen=True)
class Case:
    """One person: what is known and asked for, where they may go, and why not elsewhere."""

    who: str
    person: Mapping[str, object]
    needs: list[str] | None
    services: list[str]
    excluded: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)


def woman(age: int = 34, **facts: object) -> dict[str, object]:
    return {"role": "victim", "age": age, "gender": "female", **facts}


def man(age: int = 34, **facts: object) -> dict[str, object]:
    return {"role": "victim", "age": age, "gender": "male", **facts}


def using(age: int = 34, **facts: object) -> dict[str, object]:
    return {"role": "perpetrator", "age": age, "abuse": DOMESTIC, **facts}


LLR = [
    Case(
        "a man of sixty in the city who wants an advocate (000: victims aged 16+)",
        man(60, area="leicester", abuse=DOMESTIC),
        SUPPORT,
        ["helpline", "da-locality-city"],
        {
            "da-locality-county-rutland": IN_ANOTHER_AREA,
            "sexual-violence": "It is about sexual abuse.",
            "perpetrator-city": OTHER_DOOR,
            "cyp-city": "It is for ages 0 to 17.",
        },
    ),
    Case(
        "a woman in Melton hurt by a partner in both ways (001: figure 3)",
        woman(area="Melton Mowbray", abuse=[*DOMESTIC, *SEXUAL]),
        SUPPORT,
        ["helpline", "da-locality-county-rutland", "sexual-violence"],
        {"da-locality-city": IN_ANOTHER_AREA, "accommodation-county-refuge": NOT_ASKED_FOR},
    ),
    Case(
        "a girl of seven in the county after sexual abuse (001: victims of all ages)",
        woman(7, area="leicestershire", abuse=SEXUAL),
        ["counselling"],
        ["helpline", "sexual-violence"],
        {
            "da-locality-county-rutland": "It is for ages 16 and over.",
            "cyp-city": IN_ANOTHER_AREA,
        },
    ),
    Case(
        "a boy of ten in the city who hears it at home (001: city contract alone)",
        man(10, area="leicester", abuse=DOMESTIC),
        SUPPORT,
        ["helpline", "cyp-city"],
        {"da-locality-city": "It is for ages 16 and over."},
    ),
    Case(
        "a boy of ten in Rutland who hears it at home (000: within the children's services)",
        man(10, area="rutland", abuse=DOMESTIC),
        SUPPORT,
        ["helpline"],
        {"cyp-city": IN_ANOTHER_AREA, "da-locality-county-rutland": "It is for ages 16 and over."},
    ),
    Case(
        "a young woman of seventeen in the city, who chooses",
        woman(17, area="leicester", abuse=DOMESTIC),
        SUPPORT,
        ["helpline", "da-locality-city", "cyp-city"],
        why={"cyp-city": "At 16 and 17 the adult service is open too"},
    ),
    Case(
        "a white British woman alone in the city who must leave (001: lots 1 to 3)",
        woman(
            area="leicester",
            ethnicity_bme=False,
            pets=False,
            older_sons=False,
            larger_family=False,
        ),
        HOUSING,
        ["helpline", "accommodation-city-refuge"],
        {
            "accommodation-city-bme-refuge": "It is for Black and minority ethnic women.",
            "accommodation-city-dispersed": "It is for a man, a larger family, somebody with older",
            "accommodation-county-refuge": IN_ANOTHER_AREA,
            "rutland-housing-options": IN_ANOTHER_AREA,
        },
    ),
    Case(
        "a Black woman in the city with three grown sons",
        woman(area="leicester", ethnicity_bme=True, older_sons=True),
        HOUSING,
        [
            *("helpline", "accommodation-city-refuge"),
            *("accommodation-city-bme-refuge", "accommodation-city-dispersed"),
        ],
        why={"accommodation-city-dispersed": "ask whether there are homes"},
    ),
    Case(
        "a woman in the city with a dog, whose ethnicity nobody asked",
        woman(area="leicester", pets=True),
        HOUSING,
        [
            *("helpline", "accommodation-city-refuge"),
            *("accommodation-city-bme-refuge", "accommodation-city-dispersed"),
        ],
        why={"accommodation-city-bme-refuge": "Not known, so ask the service: ethnicity"},
    ),
    Case(
        "a man in the city with two children who must leave (mission: men are housed apart)",
        man(area="leicester", larger_family=True),
        HOUSING,
        ["helpline", "accommodation-city-dispersed"],
        {
            "accommodation-city-refuge": "It is for women.",
            "accommodation-city-bme-refuge": "It is for women.",
        },
    ),
    Case(
        "somebody non-binary in the city who must leave: ask, never exclude",
        {"role": "victim", "age": 25, "gender": "non-binary", "area": "leicester"},
        HOUSING,
        [
            *("helpline", "accommodation-city-refuge"),
            *("accommodation-city-bme-refuge", "accommodation-city-dispersed"),
        ],
        why={"accommodation-city-refuge": "Not known, so ask the service: gender"},
    ),
    Case(
        "a man in the county who must leave (001: a single county contract)",
        man(area="Coalville"),
        HOUSING,
        ["helpline", "accommodation-county-refuge"],
        {"accommodation-city-dispersed": IN_ANOTHER_AREA},
        why={"accommodation-county-refuge": "ask how it houses men"},
    ),
    Case(
        "a Traveller woman in Oakham who must leave (000: via housing options)",
        woman(area="Oakham", ethnicity_bme=True),
        HOUSING,
        ["helpline", "rutland-housing-options"],
        {
            "accommodation-county-refuge": IN_ANOTHER_AREA,
            "accommodation-city-bme-refuge": IN_ANOTHER_AREA,
        },
    ),
    Case(
        "a woman who lives in Rutland and works in the city (002: catchment)",
        woman(area=["rutland", "leicester"], abuse=DOMESTIC),
        SUPPORT,
        ["helpline", "da-locality-city", "da-locality-county-rutland"],
    ),
    Case(
        "a woman without papers or money of her own, with a disability, who is trans",
        woman(
            area="rutland",
            abuse=DOMESTIC,
            immigration="no recourse to public funds",
            disability="wheelchair",
            trans=True,
        ),
        HOUSING,
        ["helpline", "rutland-housing-options"],
    ),
    Case(
        "a man in the city who hits his wife and wants to stop (001: city call-off confirmed)",
        using(gender="male", area="leicester"),
        ["behaviour-change"],
        ["helpline", "perpetrator-city"],
        {
            "perpetrator-county-rutland-spot-purchase": IN_ANOTHER_AREA,
            "accommodation-city-refuge": OTHER_DOOR,
            "da-locality-city": OTHER_DOOR,
        },
    ),
    Case(
        "a woman in Hinckley who hits her husband and wants to stop (000: spot purchase)",
        using(gender="female", area="Hinckley"),
        ["behaviour-change"],
        ["helpline", "perpetrator-county-rutland-spot-purchase"],
        {"perpetrator-city": IN_ANOTHER_AREA},
        why={"perpetrator-county-rutland-spot-purchase": "a manager approves each purchase"},
    ),
    Case(
        "a young man of seventeen who hits his girlfriend (R30)",
        using(17, area="leicester"),
        ["behaviour-change"],
        ["helpline"],
        {"perpetrator-city": "ages 18 and over. Younger people go to the young people's stream"},
    ),
    Case(
        "a neighbour in the county (000: third parties concerned)",
        {"role": "third-party", "area": "leicestershire", "abuse": DOMESTIC},
        ["advice"],
        ["helpline"],
        {
            "da-locality-county-rutland": NOT_THE_PERSON,
            "perpetrator-city": NOT_THE_PERSON,
            "cyp-city": NOT_THE_PERSON,
        },
    ),
]

COVENTRY = [
    Case(
        "an Asian man who wants locks changed (004:220, men named; domestic security)",
        man(area="CV6", abuse=DOMESTIC, ethnicity_bme=True),
        ["home-security"],
        ["victim-and-child"],
        {
            "supported-accommodation": NOT_ASKED_FOR,
            "sexual-violence": "It is about sexual abuse.",
            "perpetrator-programme": OTHER_DOOR,
        },
    ),
    Case(
        "a woman with four children who must leave (004:211, family units)",
        woman(area="coventry", abuse=DOMESTIC, larger_family=True),
        HOUSING,
        ["supported-accommodation"],
        {"victim-and-child": NOT_ASKED_FOR},
        why={"supported-accommodation": "No wrong door: it may be reached directly."},
    ),
    Case(
        "a child of six in a family where it happens (004: emotional support for children)",
        {"role": "victim", "age": 6, "area": "Tile Hill", "abuse": DOMESTIC},
        ["counselling"],
        ["victim-and-child"],
        {"sexual-violence": "It is about sexual abuse."},
    ),
    Case(
        "a girl of five after sexual abuse (004:116, 004:581: five and over)",
        woman(5, area="coventry", abuse=SEXUAL),
        ["counselling"],
        ["sexual-violence"],
        {"victim-and-child": "It is about domestic abuse."},
        why={"sexual-violence": "ask before anybody is told to wait"},
    ),
    Case(
        "a boy of four after sexual abuse",
        man(4, area="coventry", abuse=SEXUAL),
        ["counselling"],
        [],
        {"sexual-violence": "It is for ages 5 and over."},
    ),
    Case(
        "a woman from Nuneaton, outside the city",
        woman(area="Nuneaton", abuse=DOMESTIC),
        SUPPORT,
        [],
        {"victim-and-child": "the person is outside the tenant's areas."},
    ),
    Case(
        "a father of nineteen who wants to change (004: lot 3)",
        using(19, gender="male", area="coventry"),
        ["behaviour-change"],
        ["perpetrator-programme"],
        {"victim-and-child": OTHER_DOOR, "sexual-violence": OTHER_DOOR},
    ),
    Case(
        "a mother whose grown daughter was raped",
        {"role": "third-party", "area": "coventry", "abuse": SEXUAL},
        ["advice"],
        ["sexual-violence"],
        {"supported-accommodation": NOT_THE_PERSON},
    ),
]

LEICESTER_2012 = [
    Case(
        "a girl of twelve who is hurt at home (002:21, ages 0 to 19)",
        woman(12, area="leicester", abuse=DOMESTIC),
        SUPPORT,
        ["family"],
        {
            "victim-survivor": "It is for ages 16 and over.",
            "safe-home": NOT_ASKED_FOR,
            "perpetrator": OTHER_DOOR,
        },
    ),
    Case(
        "a woman of thirty who expects a child (002:25)",
        woman(30, area="leicester", abuse=DOMESTIC, pregnant=True, parent=False),
        SUPPORT,
        ["family", "victim-survivor"],
    ),
    Case(
        "a man of twenty without children (002:506, men and women over 16)",
        man(20, area="leicester", abuse=DOMESTIC, pregnant=False, parent=False),
        SUPPORT,
        ["victim-survivor"],
        {"family": "It is for ages 0 to 19."},
    ),
    Case(
        "a man with a cat who must leave (002:344, 002:345)",
        man(area="leicester", abuse=DOMESTIC, pets=True, parent=False, pregnant=False),
        HOUSING,
        ["safe-home", "victim-survivor"],
        why={"safe-home": "It takes referrals only from family, victim-survivor, perpetrator."},
    ),
    Case(
        "a boy of fifteen who hits his mother (002:21, young people using violence)",
        using(15, area="leicester"),
        ["behaviour-change"],
        ["family"],
        {
            "perpetrator": "Younger people go to the young people's stream",
            "safe-home": OTHER_DOOR,
            "victim-survivor": OTHER_DOOR,
        },
    ),
    Case(
        "a mother of forty who hits her husband (002: men and women; P6 keeps family shut)",
        using(40, gender="female", area="leicester", parent=True),
        ["behaviour-change"],
        ["perpetrator"],
        {"family": "It is for ages 0 to 17."},
    ),
    Case(
        "a teacher (002:504, third party reporting)",
        {"role": "third-party", "area": "leicester", "abuse": DOMESTIC},
        ["advice"],
        ["victim-survivor"],
        {"family": NOT_THE_PERSON, "safe-home": NOT_THE_PERSON},
    ),
    Case(
        "a woman in Loughborough, outside the city's contract",
        woman(area="Loughborough", abuse=DOMESTIC),
        SUPPORT,
        [],
        {"victim-survivor": "the person is outside the tenant's areas."},
    ),
]

CASES = [
    *(("llr", case) for case in LLR),
    *(("coventry", case) for case in COVENTRY),
    *(("leicester-2012", case) for case in LEICESTER_2012),
]


@pytest.mark.parametrize(("system", "case"), CASES, ids=lambda part: getattr(part, "who", part))
def test_a_person_is_routed_as_the_documents_say(system: str, case: Case) -> None:
    tenant = TENANTS[TenantId(system)]
    found = route(tenant, case.person, case.needs)
    inside = {service.id for service in tenant.services if not service.outside}
    assert list(found.services) == case.services
    assert set(found.excluded) == inside - set(case.services)
    for id, reason in case.excluded.items():
        assert reason in found.excluded[id]
    for id, reason in case.why.items():
        assert reason in found.why[id]


@pytest.mark.parametrize(("system", "case"), CASES, ids=lambda part: getattr(part, "who", part))
def test_what_is_no_ground_changes_nothing(system: str, case: Case) -> None:
    """Papers, money, a disability or a trans history exclude nobody, nor does what is unknown."""
    tenant = TENANTS[TenantId(system)]
    found = route(tenant, case.person, case.needs)
    more = {"immigration": "refused", "no_recourse": True, "disability": "deaf", "trans": True}
    assert route(tenant, {**case.person, **more}, case.needs) == found
    for name in set(case.person) - {"role"}:
        rest = {key: value for key, value in case.person.items() if key != name}
        assert set(found.services) <= set(route(tenant, rest, case.needs).services), name
