"""What keeps an open page fresh: a stream of nudges, which carry a name and no content.

A nudge that is lost loses nothing; the page reads again by sequence, and after a break all of it.
The stream also keeps its worker on shift and at the talks that they hold, but no session awake.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from aiohttp import web

from bot.console.attendance import Stay
from bot.console.desk import find_case, find_stamp
from bot.console.shift import touch
from bot.console.sign_in import find_visit
from bot.console.visit import Visit
from bot.console.waiting import visible_cases, whereabouts
from bot.middleware import add_headers
from bot.presence import desk_topic, talk_topic
from handoff.reference import read_reference
from handoff.refusals import NeedsReason, NotFound
from storage.bus import Subscription

BEAT = 10.0
"""Seconds between two signs of life; a line that cannot take one is dropped."""


SETTLES_IN = 0.05
"""Seconds in which several nudges are one."""


@dataclass(slots=True)
class Watch:
    """What this page was last told of."""

    reference: str
    queue: object = None
    case: str = ""


async def stream(visit: Visit) -> web.StreamResponse:
    """Tell a page what to read again, until it goes or its session ends."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    add_headers(response)
    await response.prepare(visit.request)
    if task := asyncio.current_task():
        visit.console.attendance.watch(task)
    reference = read_reference(visit.request.query.get("case", "")) or ""
    stay = Stay(visit.house.presence, visit.tenancy.tenant.id)
    try:
        with visit.house.bus.subscribe(*await _topics(visit, reference)) as subscription:
            await _tell(visit, response, Watch(reference), stay, subscription)
    except (ConnectionError, TimeoutError):
        _drop(visit.request)
    finally:
        visit.console.attendance.leave(stay)
    return response


async def _topics(visit: Visit, reference: str) -> tuple[str, ...]:
    tenant = visit.tenancy.tenant.id
    try:
        case = await find_case(visit, reference)
    except (NotFound, NeedsReason):
        return (desk_topic(tenant),)
    return desk_topic(tenant), talk_topic(tenant, case.conversation)


async def _tell(
    visit: Visit,
    response: web.StreamResponse,
    watch: Watch,
    stay: Stay,
    subscription: Subscription,
) -> None:
    await _write(response, "retry: 1500\n\n")
    while True:
        current = await find_visit(replace(visit, now=visit.house.clock()))
        if current is None:
            await _write(response, "event: ended\ndata: \n\n")
            return
        await touch(current)
        for name in await _look(current, watch, stay):
            await _write(response, f"event: {name}\ndata: \n\n")
        if not await _hear(subscription):
            await _write(response, ": here\n\n")


async def _hear(subscription: Subscription) -> bool:
    """Wait for a nudge, and for those that come with it; False when it stays quiet."""
    try:
        await asyncio.wait_for(subscription.next(), BEAT)
    except TimeoutError:
        return False
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLES_IN):
            async for _ in subscription:
                pass
    return True


async def _look(visit: Visit, watch: Watch, stay: Stay) -> list[str]:
    """Which parts are out of date. The first look names them all: it may be a return."""
    cases = await visible_cases(visit.tenancy, visit.staff)
    mine = (c for c in cases if visit.staff.id in (c.holder, *c.joined))
    stay.keep(case.conversation for case in mine)
    presence, tenancy = visit.house.presence, visit.tenancy
    queue = [(c.reference, c.version, whereabouts(c, presence, tenancy)) for c in cases]
    news = []
    if queue != watch.queue:
        watch.queue = queue
        news.append("queue")
    stamp = await _stamp(visit, watch.reference)
    if stamp != watch.case:
        watch.case = stamp
        news.append("case")
    return news


async def _stamp(visit: Visit, reference: str) -> str:
    if not reference:
        return ""
    try:
        case = await find_case(visit, reference)
    except (NotFound, NeedsReason) as refusal:
        return refusal.code
    return await find_stamp(visit, case)


async def _write(response: web.StreamResponse, text: str) -> None:
    """Write within a beat, or give the line up."""
    await asyncio.wait_for(response.write(text.encode()), BEAT)


def _drop(request: web.Request) -> None:
    """A heartbeat does not free a sender that is stuck; only this does."""
    if request.transport is not None:
        request.transport.abort()
