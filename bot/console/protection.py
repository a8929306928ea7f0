"""Whether a request that changes something comes from our own page."""

from aiohttp import web

from bot.origin import is_from_this_host


def is_from_here(request: web.Request) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    Browsers say so in Sec-Fetch-Site; where they do not (plain http), Origin does. A client that
    sends neither is no browser, and no other site can make it send anything.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # A form of a page with no-referrer sends "null"; there the form's own token decides.
    return request.headers.get("Origin") in (None, "null") or is_from_this_host(request)
