"""The neutral page, its words and its files: per language the same bytes for everybody (P16)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.webchat.browser import cookie_of, language_of, new_token, set_cookie
from bot.house import HOUSE, House
from bot.tenancy import Tenancy
from locales.languages import direction, own_name
from tenants.reading import read_document
from tenants.tenant import TenantId

HERE = Path(__file__).parent
STATIC = "/page"

_pages = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
)


@cache
def english_words() -> Mapping[str, str]:
    """The page's own words, key -> English."""
    words = read_document(HERE / "words.yaml").named()
    return {key: entry.text() for key, entry in words.items()}


def page_words(house: House, tenancy: Tenancy, language: str) -> dict[str, str]:
    """The page's own words in one language, with the tenant's wording over them."""
    own = tenancy.tenant.wording
    return {
        key: own.get(key, {}).get(language) or house.catalogues.text(language, key, english).text
        for key, english in english_words().items()
    }


def tenancy_of(request: web.Request) -> Tenancy:
    """The tenant that the address names. Raises HTTPNotFound."""
    tenancy = request.app[HOUSE].tenancies.get(TenantId(request.match_info["tenant"]))
    if tenancy is None:
        raise web.HTTPNotFound
    return tenancy


def render_page(house: House, tenancy: Tenancy, language: str, **talking: Any) -> str:
    """The page in one language; with ``talking`` (see the template's head) a step of the talk."""
    tenant = tenancy.tenant
    words = page_words(house, tenancy, language)
    return _pages.get_template("page.html").render(
        title=words["page.title"],
        lang=language,
        dir=direction(language),
        words=words,
        tenant=tenant.id,
        static=STATIC,
        languages=[
            {"code": code, "name": own_name(code), "dir": direction(code)}
            for code in tenant.languages
        ],
        leave_to=tenant.leave_to,
        **{"talk": None, **talking},
    )


def page_response(request: web.Request, body: str, *, cookie: str) -> web.Response:
    """A page with its cookie, which every page carries, so that none tells anything by it."""
    response = web.Response(text=body, content_type="text/html")
    set_cookie(response, request.app[HOUSE], cookie)
    return response


async def get_page(request: web.Request) -> web.Response:
    """``GET /c/{tenant}``."""
    tenancy = tenancy_of(request)
    language = language_of(request, tenancy.tenant, request.query.get("language", ""))
    body = render_page(request.app[HOUSE], tenancy, language)
    return page_response(request, body, cookie=cookie_of(request) or new_token())


async def get_words(request: web.Request) -> web.Response:
    """``GET /c/{tenant}/words/{language}.json``: the page's own words, once it is wanted."""
    tenancy = tenancy_of(request)
    language = request.match_info["language"]
    if language not in tenancy.tenant.languages:
        raise web.HTTPNotFound
    return web.json_response(page_words(request.app[HOUSE], tenancy, language))
