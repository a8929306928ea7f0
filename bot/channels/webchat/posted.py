"""``POST /c/{tenant}/line``: the page's line where no socket gets through. Frames in, frames out.

Each post is a short line of its own: it says hello, brings what there is to say, and is answered
with all that is new. With nothing to tell it is held open for a while, so that a reply is not late.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from aiohttp import WSCloseCode, web

from bot.channels.webchat.browser import cookie_of, is_from_page, is_own_page
from bot.channels.webchat.frames import Frame, Malformed, encode, error_frame, read_frame
from bot.channels.webchat.page import tenancy_of
from bot.channels.webchat.socket import PageLine
from bot.drain import DRAIN, come_back
from bot.house import HOUSE, House
from flows.conversation import ConversationId
from tenants.tenant import TenantId

log = structlog.get_logger()

HELD = 15.0
"""Seconds that a post with nothing to tell is held: shorter than what a proxy cuts off."""

LINGER = 5.0
"""Seconds after a post that its page still counts as here: it comes back at once."""

MOST_FRAMES = 50
"""Frames of one post."""

NEWS = frozenset({"message", "ack", "error"})
"""What is worth an answer at once; how things stand is told with it, or when it changes."""


async def serve_post(request: web.Request) -> web.Response:
    """The answer is a list of frames, the welcome first."""
    house, tenancy = request.app[HOUSE], tenancy_of(request)
    cookie = cookie_of(request)
    if is_from_page(request) and not (cookie and is_own_page(request, house)):
        raise web.HTTPForbidden
    if request.app[DRAIN].is_on:
        return come_back(web.Response(text="Please come back in a moment.\n"))
    wire = PostedWire(request, _frames(await request.read()))
    line = PageLine(house, tenancy, wire, cookie)
    try:
        await line.run()
        await line.live_on()
    except Exception as error:
        # What was not acknowledged is still on the page, which sends it again.
        log.error("post-failed", error=type(error).__name__)
        raise web.HTTPServiceUnavailable from None
    if line.id:
        _linger(house, tenancy.tenant.id, line.id)
    body = b"[" + b",".join(wire.told) + b"]"
    return web.Response(body=body, content_type="application/json")


def _frames(body: bytes) -> list[Any]:
    try:
        posted = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest from None
    if not isinstance(posted, list) or not 0 < len(posted) <= MOST_FRAMES:
        raise web.HTTPBadRequest
    return posted


def _linger(house: House, tenant: TenantId, talk: ConversationId) -> None:
    """Between two posts nobody has gone: the desk would else see them come and go all the time."""
    here = house.presence.visitor_at(tenant, talk)
    here.__enter__()
    asyncio.get_running_loop().call_later(LINGER, here.__exit__, None, None, None)


@dataclass(slots=True)
class PostedWire:
    """What ``bot.channels.webchat.wire.Wire`` is to a socket: the posted frames, then the wait."""

    request: web.Request
    posted: list[Any]
    told: list[bytes] = field(default_factory=list)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_closed: bool = field(default=False, init=False)
    _has_news: asyncio.Event = field(default_factory=asyncio.Event)
    _is_held: bool = False

    async def next(self) -> Frame | None:
        """The next well-formed frame; None when it is time to answer."""
        while self.posted and not self.is_closed:
            try:
                return read_frame(orjson.dumps(self.posted.pop(0)))
            except Malformed as mistake:
                await self.refuse(mistake)
        await self._hold()
        return None

    async def _hold(self) -> None:
        """Until there is something to tell, the time is over, or this process is stopping."""
        self._is_held = True
        loop = asyncio.get_running_loop()
        until = loop.time() + HELD
        while not (self._has_news.is_set() or self.is_closed or self.request.app[DRAIN].is_on):
            if (left := until - loop.time()) <= 0:
                return
            try:
                async with asyncio.timeout(min(left, 1.0)):
                    await self._has_news.wait()
            except TimeoutError:
                continue

    async def refuse(self, mistake: Malformed) -> None:
        """Say what is wrong with a frame."""
        await self.send(error_frame(mistake.code, mistake.id))

    async def send(self, frame: Frame) -> None:
        """One frame, when nobody else is writing."""
        async with self.writing:
            await self.write(frame)

    async def write(self, *frames: Frame) -> None:
        """Frames that belong together."""
        self.told += [encode(frame) for frame in frames]
        if (frames and self._is_held) or any(frame["type"] in NEWS for frame in frames):
            self._has_news.set()

    async def close(self, *, code: int = WSCloseCode.OK) -> None:  # noqa: ARG002  It has none.
        """Nothing more is told on this line."""
        self.is_closed = True
        self._has_news.set()

    def cut(self) -> None:
        """Nobody would hear more of it."""
        self.is_closed = True
        self._has_news.set()
