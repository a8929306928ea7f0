"""Known and unknown identities through every public route: the same bytes (I14, P16).

A browser that has been here, a way back without its browser, a name with an account, a reference.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace

import pytest
from aiohttp import web

from bot.console.gate import Bound
from bot.console.routes import ROUTES
from tests.house import HARBOUR
from tests.matrix.asking import Matrix
from tests.matrix.canaries import Person, Told
from tests.matrix.house import TENANTS, MatrixHouse
from tests.matrix.probes import Asked, Probe, Prober
from tests.matrix.rows import ROWS, RouteKey, keys_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES = ("en", "pl", "ur")


def public_keys(app: web.Application) -> list[RouteKey]:
    """Every route that asks for no session; the counters differ from one look to the next."""
    bound = {(route.method, route.path) for route in ROUTES if isinstance(route, Bound)}
    return sorted(key for key in keys_of(app.router) - bound if not ROWS[key].counts)


def filled(asked: Asked, values: Mapping[str, str]) -> Asked:
    """The request with these values wherever it has a place for them."""
    query = {name: values.get(name, value) for name, value in asked.query.items()}
    if asked.form is None:
        return replace(asked, query=query, ids=tuple(values.values()))
    form = {name: values.get(name, value) for name, value in asked.form.items()}
    return replace(asked, query=query, form=form, ids=tuple(values.values()))


def identities(told: Told, name: str) -> dict[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    """Each with its cookies and its values. A way back has the browser's cookie only by theft."""
    return {
        "browser": ({"n": told.cookie}, {"talk": "", "do": "begin", "id": ""}),
        "way back": ({}, {"talk": told.way_back, "id": told.used_id}),
        "name": ({}, {"name": name, "talk": ""}),
        "reference": ({}, {"reference": told.reference, "talk": ""}),
    }


async def test_who_is_known_is_answered_like_who_is_not(both: MatrixHouse) -> None:
    matrix = Matrix(both)
    for tenant in TENANTS:
        name = next(p.sign_in_name for p in both.people if p.tenant == tenant and p.sign_in_name)
        nobody = Person("nobody", tenant)
        for key in public_keys(both.app):
            # Leaving ends a talk, so each route meets somebody new.
            told = await both.tell(tenant, "waiting")
            strange = replace(
                told,
                cookie=secrets.token_urlsafe(32),
                way_back=secrets.token_urlsafe(32),
                used_id=told.used_id[::-1],
                reference=Prober(both, key, nobody)._unknown_reference(),  # noqa: SLF001
            )
            known = identities(told, name)
            unknown = identities(strange, "zqx" + secrets.token_hex(8))
            for kind, (cookies, values) in known.items():
                asked = Prober(both, key, nobody)._ask(told)  # noqa: SLF001
                one = replace(filled(asked, values), cookies=cookies)
                other = replace(filled(asked, unknown[kind][1]), cookies=unknown[kind][0])
                one = replace(one, ids=(*one.ids, *cookies.values()))
                other = replace(other, ids=(*other.ids, *other.cookies.values()))
                await matrix.try_probe(key, nobody, Probe(kind, one, other))
    assert not matrix.broken, "\n".join(matrix.broken)
    assert matrix.requests >= 2 * 4 * 2 * len(public_keys(both.app))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_returning_browser_gets_the_strangers_page_to_the_byte(
    both: MatrixHouse, language: str
) -> None:
    told = await both.tell(HARBOUR, "waiting")
    bodies = []
    for cookie in (told.cookie, secrets.token_urlsafe(32), ""):
        headers = {"Cookie": f"n={cookie}"} if cookie else {}
        url = f"/c/{HARBOUR}?language={language}"
        async with both.client.get(url, headers=headers) as answer:
            bodies.append((answer.status, await answer.read()))
    assert bodies[0] == bodies[1] == bodies[2]
