"""Whether a page that asks was served by this host: one rule for visitors and for the console.

What else either of them lets in is its own affair. Nothing is kept of an origin.
"""

from urllib.parse import urlsplit

from aiohttp import web


def is_from_this_host(request: web.Request) -> bool:
    """Whether ``Origin`` names the host that is asked. One that cannot be read names none."""
    try:
        named = urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        return False
    return named != "" and named == request.host
