"""What every answer carries, and what a mistake looks like from outside: nothing.

No request, address or body is ever logged; a failure is told as its class and its route's pattern.
"""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "web",
}
"""Strict everywhere; an answer that must differ (the widget) sets its own and keeps it."""


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Add the headers, and turn whatever goes wrong into a plain answer without a word of why."""
    try:
        response = await handler(request)
    except web.HTTPException as refused:
        add_headers(refused)
        raise
    except Exception as error:
        route = request.match_info.route.resource
        pattern = route.canonical if route else ""
        log.error("request-failed", route=pattern, error=type(error).__name__)
        response = web.Response(status=500, text="Something went wrong here. Please try again.\n")
    if not response.prepared:
        add_headers(response)
    return response


def add_headers(response: web.StreamResponse) -> None:
    """What every answer carries: a stream, which is prepared early, takes it before that."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
