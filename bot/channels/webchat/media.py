"""Recordings of what the bot says: offered beside the line, and played when somebody presses.

None while it is unsafe (P15). Nothing is loaded before it is asked for, and no other host is asked.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.channels.webchat.page import tenancy_of
from bot.recordings import name_of
from bot.tenancy import Tenancy
from flows.conversation import Conversation
from handoff.transcript import Line, Speaker

TYPES: Mapping[str, str] = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
}
"""What each kind of file is to a browser (``tenants.recordings.KINDS``)."""


def recorded(tenancy: Tenancy, line: Line, talk: Conversation) -> dict[str, Any]:
    """What a line's frame says of its ``recordings``, each by its kind and where a page finds it;
    nothing where there is none.
    """
    if line.speaker is not Speaker.BOT or talk.is_silent:
        return {}
    found = tenancy.recordings.of(line.key, line.language)
    place = f"/c/{tenancy.tenant.id}/media/"
    known = [{"kind": each.kind, "src": place + name_of(each)} for each in found]
    return {"recordings": known} if known else {}


async def get_media(request: web.Request) -> web.StreamResponse:
    """``GET /c/{tenant}/media/{name}``: one recording, whole or a range of it."""
    shelf = tenancy_of(request).recordings
    file = await asyncio.to_thread(shelf.find, request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Content-Type": TYPES[file.suffix]})
