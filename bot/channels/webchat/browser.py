"""What a browser brings along: its cookie, its origin and its languages. Nothing of it is stored.

The cookie names a browser to itself and nobody to us; only a keyed hash of it is kept.
"""

import re
import secrets

from aiohttp import web

from bot.house import House
from bot.origin import is_from_this_host
from locales.languages import negotiate
from storage.keyring import Keyring
from storage.store import Sender
from tenants.tenant import Tenant, TenantId

COOKIE = "n"
CHANNEL = "web"

_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_of(request: web.Request) -> str:
    """The browser's cookie, if it is one of ours by its form; else nothing."""
    value = request.cookies.get(COOKIE, "")
    return value if _WELL_FORMED.fullmatch(value) else ""


def set_cookie(response: web.StreamResponse, house: House, value: str) -> None:
    """Set the one strictly necessary cookie: for this visit of the browser, unseen by scripts."""
    response.set_cookie(
        COOKIE,
        value,
        httponly=True,
        samesite="Lax",
        secure=house.settings.is_behind_https,
        path="/",
    )


def new_token() -> str:
    """256 random bits, for a cookie or a way back."""
    return secrets.token_urlsafe(32)


def device_of(keyring: Keyring, tenant: TenantId, cookie: str) -> bytes:
    """What stands for a browser in the store."""
    return keyring.keyed_hash("device", tenant, cookie) if cookie else b""


def devices_of(keyring: Keyring, tenant: TenantId, cookie: str) -> tuple[bytes, ...]:
    """What stands or stood for a browser, under every key: leaving leaves the older talks too."""
    return keyring.keyed_hashes("device", tenant, cookie) if cookie else ()


def sender_of(keyring: Keyring, tenant: TenantId, token: str, cookie: str) -> Sender:
    """What stands for a way back: the token is worth nothing without the browser's own cookie."""
    newest, *older = keyring.keyed_hashes("sender", tenant, f"{token}\x1f{cookie}")
    return Sender(CHANNEL, newest, tuple(older))


def is_from_page(request: web.Request) -> bool:
    """Whether a browser's page is asking at all."""
    return "Origin" in request.headers


def is_own_page(request: web.Request, house: House) -> bool:
    """Whether the page that asks was served by us (or is named in the settings)."""
    origin = request.headers.get("Origin", "")
    if origin in house.settings.origins:
        return True
    if origin == "null":
        # What a form sends under no-referrer; the browser itself then says where it comes from.
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return is_from_this_host(request)


def language_of(request: web.Request, tenant: Tenant, wanted: str = "") -> str:
    """The language asked for, else what the browser prefers, else the tenant's own."""
    if wanted in tenant.languages:
        return wanted
    header = request.headers.get("Accept-Language", "")
    return negotiate(header, tenant.languages, tenant.language)
