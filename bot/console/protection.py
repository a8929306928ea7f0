"""Whether a request comes from our own page, and what a stream carries of the house's headers."""

from urllib.parse import urlsplit

from aiohttp import web

from bot.middleware import HEADERS


def protect(response: web.StreamResponse) -> None:
    """What the house puts on every answer: one that is prepared early needs it early."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def is_from_here(request: web.Request) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    Browsers say so in Sec-Fetch-Site; where they do not (plain http), Origin does. A client that
    sends neither is no browser, and no other site can make it send anything.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    # A form of a page with no-referrer sends "null"; there the form's own token decides.
    return origin in (None, "null") or urlsplit(origin).netloc == request.host


def is_https(request: web.Request) -> bool:
    """Whether the browser's own line is encrypted. A lie here can only hurt whoever tells it."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"
