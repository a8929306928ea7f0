"""``WS /ws/chat/{tenant}``: who may open a line, and that it is closed whatever happens on it."""

import structlog
from aiohttp import WSCloseCode, web

from bot.channels.webchat import socket as line
from bot.channels.webchat.browser import cookie_of, is_from_page, is_own_page
from bot.channels.webchat.wire import SocketWire
from bot.house import HOUSE, SOCKETS
from tenants.tenant import TenantId

log = structlog.get_logger()

LARGEST_READ = 1024 * 1024


async def serve_socket(request: web.Request) -> web.StreamResponse:
    """``WS /ws/chat/{tenant}``."""
    house = request.app[HOUSE]
    tenancy = house.tenancies.get(TenantId(request.match_info["tenant"]))
    if tenancy is None:
        raise web.HTTPNotFound
    cookie = cookie_of(request)
    if is_from_page(request) and not (cookie and is_own_page(request, house)):
        raise web.HTTPForbidden
    socket = web.WebSocketResponse(
        heartbeat=line.BEAT, max_msg_size=LARGEST_READ, compress=False, autoping=True
    )
    await socket.prepare(request)
    sockets = request.app[SOCKETS]
    sockets.add(socket)
    try:
        await line.PageLine(house, tenancy, SocketWire(socket, request), cookie).run()
    except Exception as error:
        # What was not acknowledged is still on the page, which comes back and sends it again.
        log.error("socket-failed", error=type(error).__name__)
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
    finally:
        sockets.discard(socket)
    return socket
