"""Leaving: the talk ends on the server, the cookie is replaced by an empty one, and the page goes.

It works without scripts, without a talk and twice; it asks nothing and it never fails (P1, I13).
"""

import structlog
from aiohttp import web

from bot.channels.webchat.browser import cookie_of, devices_of, set_cookie
from bot.channels.webchat.page import tenancy_of
from bot.house import HOUSE

log = structlog.get_logger()


async def leave(request: web.Request) -> web.Response:
    """``GET`` and ``POST /c/{tenant}/exit``: away to the neutral site, or 204 to a script."""
    house, tenancy = request.app[HOUSE], tenancy_of(request)
    cookie = cookie_of(request)
    if cookie:
        devices = devices_of(house.keyring, tenancy.tenant.id, cookie)
        try:
            await house.door.leave(tenancy.tenant.id, *devices)
        except Exception as error:
            # Going away comes first, whatever is broken behind it; their way back ends by itself.
            log.error("leaving-failed", error=type(error).__name__)
    response = web.Response(status=204)
    if request.method == "GET":
        response = web.Response(status=303, headers={"Location": tenancy.tenant.leave_to})
    set_cookie(response, house, "")
    return response
