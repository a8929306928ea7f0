"""``POST /hooks/telegram/{place}``: an update is committed before it is answered, never told of.

Whatever is not Telegram's gets the very answer that Telegram gets. Only what could not be kept is
refused, so that it comes again.
"""

import structlog
from aiohttp import web

from bot.channels.telegram.bots import find_bot
from bot.channels.telegram.serving import TELEGRAM
from bot.channels.telegram.updates import LARGEST, read_body
from bot.drain import DRAIN

log = structlog.get_logger()

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name.


async def receive_update(request: web.Request) -> web.Response:
    """``POST /hooks/telegram/{place}``."""
    telegram = request.app[TELEGRAM]
    secret = request.headers.get(SECRET, "")
    keyring = telegram.house.keyring
    name = find_bot(keyring, telegram.places, request.match_info["place"], secret)
    if name is None:
        return web.Response()
    if request.app[DRAIN].is_on:
        return web.Response(status=503)
    place = telegram.places[name]
    body = await _read(request)
    if body is None:
        log.error("update-too-large", tenant=name.tenant)
        return web.Response()
    is_taken = await telegram.take(place, read_body(body, place.now()))
    return web.Response(status=200 if is_taken else 503)


async def _read(request: web.Request) -> bytes | None:
    """The body, where it is no larger than any that Telegram makes."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
