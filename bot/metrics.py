"""``/metrics``: for this machine, or with the bearer token of METRICS_TOKEN; for nobody else.

What waits is read from the store as it is asked for, so far and no further, at most every few
seconds.
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from time import monotonic

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.house import HOUSE, SOCKETS, House
from bot.meters import Meters
from bot.tenancy import Tenancy
from flows.conversation import Owner
from flows.urgency import Level
from handoff.case import Case

log = structlog.get_logger()

MOST = 500
"""Open cases of a tenant that are looked at: each must be unsealed, beside the turns of talks."""

HOLDS = 5.0
"""Seconds for which what was read is good enough."""

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@dataclass(slots=True)
class Scrape:
    """When the store was last read for these figures; one reads, the others wait for it."""

    at: float | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


SCRAPE = web.AppKey("scrape", Scrape)


def add_routes(app: web.Application) -> None:
    """Register ``/metrics``."""
    app[SCRAPE] = Scrape()
    app.router.add_get("/metrics", metrics)


async def metrics(request: web.Request) -> web.Response:
    """``GET /metrics``."""
    house = request.app[HOUSE]
    if not may_read(request, house.settings.metrics_token.get_secret_value()):
        raise web.HTTPForbidden(text="From this machine only, or with METRICS_TOKEN as a bearer.\n")
    house.meters.sockets.set(len(request.app[SOCKETS]))
    await _refresh(house, request.app[SCRAPE])
    body = await asyncio.to_thread(generate_latest, house.meters.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def may_read(request: web.Request, token: str) -> bool:
    """Whether this request comes from the machine itself, or brings the token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode()):
        return True
    # A proxy on this machine speaks for the whole world, and says so.
    if any(name in request.headers for name in _FORWARDED):
        return False
    with suppress(ValueError):
        address = ip_address(request.remote or "")
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    return False


async def _refresh(house: House, scrape: Scrape) -> None:
    async with scrape.reading:
        if scrape.at is not None and monotonic() - scrape.at < HOLDS:
            return
        for tenancy in house.tenancies.values():
            await _tell_waiting(house, tenancy)
        scrape.at = monotonic()


async def _tell_waiting(house: House, tenancy: Tenancy) -> None:
    """What waits at one tenant; without its store, nothing is claimed."""
    try:
        cases = await tenancy.store.cases(tenancy.queues, limit=MOST)
    except Exception as error:
        log.error("waiting-unread", error=type(error).__name__)
        _forget(house.meters, tenancy)
        return
    free = [case for case in cases if case.holder is None]
    waiting = [case for case in free if case.owner is Owner.QUEUE]
    levels = Counter(case.urgency.level for case in waiting)
    meters, name = house.meters, tenancy.tenant.id
    for level in Level:
        meters.waiting.labels(name, level.name.lower()).set(levels[level])
    meters.oldest.labels(name).set(_oldest(house, waiting))
    meters.alarms.labels(name).set(sum(case.urgency.is_emergency for case in free))
    meters.cut.labels(name).set(len(cases) >= MOST)


def _oldest(house: House, waiting: Sequence[Case]) -> float:
    now = house.clock()
    ages = [(now - (c.waiting_since or c.opened_at)).total_seconds() for c in waiting]
    return max(0.0, *ages) if ages else 0.0


def _forget(meters: Meters, tenancy: Tenancy) -> None:
    """An old figure would look like a true one."""
    name = tenancy.tenant.id
    with suppress(KeyError):
        for level in Level:
            meters.waiting.remove(name, level.name.lower())
        for gauge in (meters.oldest, meters.alarms, meters.cut):
            gauge.remove(name)
