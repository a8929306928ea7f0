"""What a worker process does: looks for what is due at a time. So far nothing is.

Refuses to guess: a timer of a kind that nobody here knows is told of, and left as it is.
"""

import asyncio

import structlog

from bot.house import House
from bot.tenancy import Tenancy
from storage.errors import StorageError
from storage.store import Timer

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks."""

MOST = 100
"""Timers of a tenant that are taken in one look."""


async def work(house: House) -> None:
    """Look again and again until cancelled; a store that is gone for a while ends nothing."""
    log.info("worker-began")
    told: set[tuple[str, str]] = set()
    is_well = True
    while True:
        try:
            for tenancy in house.tenancies.values():
                await _look(house, tenancy, told)
            if not is_well:
                log.info("worker-well")
            is_well = True
        except StorageError as error:
            if is_well:
                log.error("worker-waits", code=error.code)
            is_well = False
        await asyncio.sleep(LOOK_EVERY)


async def _look(house: House, tenancy: Tenancy, told: set[tuple[str, str]]) -> None:
    for timer in await tenancy.store.due_timers(house.clock(), limit=MOST):
        _tell_unknown(tenancy, timer, told)


def _tell_unknown(tenancy: Tenancy, timer: Timer, told: set[tuple[str, str]]) -> None:
    place = (tenancy.tenant.id, timer.kind)
    if place not in told:
        told.add(place)
        log.error("timer-unknown", tenant=tenancy.tenant.id, kind=timer.kind)
