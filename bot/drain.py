"""How a process stops: it takes on nothing new, ends what it has taken on, and then lets go.

What is acknowledged is committed long before; the rest is still on the page, which comes back.
"""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()

CUT_WITHIN = 0.5
"""Seconds for what is still under way when the time is up, before it is cut off."""

COME_BACK = {"Retry-After": "1"}


@dataclass(slots=True)
class Drain:
    """Whether this process is stopping, and how many requests are under way."""

    is_on: bool = False
    under_way: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self) -> None:
        """A request has begun."""
        self.under_way += 1
        self._idle.clear()

    def leave(self) -> None:
        """A request has ended."""
        self.under_way -= 1
        if not self.under_way:
            self._idle.set()

    async def wait(self) -> None:
        """Until nothing is under way."""
        if self.under_way:
            await self._idle.wait()


DRAIN = web.AppKey("drain", Drain)


@web.middleware
async def count_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep count of what is under way; while stopping, no line is begun that would stay open."""
    drain = request.app[DRAIN]
    if drain.is_on and _stays_open(request):
        return come_back(web.Response(status=503, text="Please come back in a moment.\n"))
    drain.enter()
    try:
        return await handler(request)
    finally:
        drain.leave()


def come_back(response: web.Response) -> web.Response:
    """Let an answer say that another process will be there, and end the connection to this one."""
    response.set_status(503)
    response.headers.update(COME_BACK)
    response.force_close()
    return response


async def drain(runner: web.AppRunner, *, within: float) -> None:
    """Stop: not ready, no more connections, pages told to come back, the rest ended in time.

    ``within`` is in seconds. What is under way after that is cut off; a commit that has begun is
    not, for it does not depend on who waits for it.
    """
    state = runner.app[DRAIN]
    state.is_on = True
    log.info("draining", under_way=state.under_way)
    for site in list(runner.sites):
        await site.stop()
    try:
        async with asyncio.timeout(within):
            # Sockets and streams are closed here, which ends their requests.
            await runner.shutdown()
            await state.wait()
    except TimeoutError:
        log.warning("drain-cut-short", under_way=state.under_way)
    await runner.cleanup()
    log.info("drained", under_way=state.under_way)


def _stays_open(request: web.Request) -> bool:
    is_stream = "text/event-stream" in request.headers.get("Accept", "")
    return is_stream or request.headers.get("Upgrade", "").lower() == "websocket"
