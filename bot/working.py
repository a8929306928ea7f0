"""What a worker process does: looks for what is due on the ladder, and for cases whose holder has
gone.

On an embedded database the web process does it too, beside what it serves.
Refuses to guess: a timer of a kind that nobody here knows is told of, and left as it is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count

import structlog

from bot import delivery
from bot.desk_records import OFFER
from bot.house import House
from bot.ladder import KINDS, Ladder
from bot.lapses import take_back_from_the_gone
from bot.offers import end_offer
from bot.referring import Referring
from bot.tenancy import Tenancy
from handoff import referral
from handoff.staff import SEEN_WITHIN
from storage.errors import StorageError
from storage.store import Timer

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks."""

AFTER_AN_OUTAGE = SEEN_WITHIN.total_seconds()
"""Seconds of looking without a break before anybody counts as gone: while the house was away, no
console could be heard of.
"""

MOST = 100
"""Timers of a tenant that are taken in one look."""

OLDER_EVERY = 30
"""Looks from one search for cases of an older version, which have no timer, to the next."""


_TAKEN: Mapping[str, Callable[[House, Tenancy, Timer], Awaitable[None]]] = {OFFER: end_offer}
"""What takes a timer of each kind."""


async def work(house: House) -> None:
    """Look again and again until cancelled; a store that is gone for a while ends nothing."""
    log.info("worker-began")
    referring, ladder = Referring(house), Ladder(house)
    try:
        await _look_again_and_again(house, referring, ladder)
    finally:
        await ladder.close()
        await referring.stop()


async def _look_again_and_again(house: House, referring: Referring, ladder: Ladder) -> None:
    told: set[tuple[str, str]] = set()
    is_well, since = True, asyncio.get_running_loop().time()
    for look in count():
        try:
            for tenancy in house.tenancies.values():
                await _look(tenancy, referring, ladder, told)
                if look % OLDER_EVERY == 0:
                    await ladder.watch_older_cases(tenancy)
                if asyncio.get_running_loop().time() - since >= AFTER_AN_OUTAGE:
                    await take_back_from_the_gone(house, tenancy)
            if not is_well:
                log.info("worker-well")
            is_well = True
        except StorageError as error:
            if is_well:
                log.error("worker-waits", code=error.code)
            is_well, since = False, asyncio.get_running_loop().time()
        await asyncio.sleep(LOOK_EVERY)


@asynccontextmanager
async def working_beside(house: House) -> AsyncIterator[None]:
    """Work for as long as the block lasts, in a process that serves: what fails is begun again."""
    task = asyncio.create_task(_work_again_and_again(house), name="worker")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _work_again_and_again(house: House) -> None:
    while True:
        try:
            await work(house)
        except Exception as error:
            # Visitors are served all the same; in a worker's own process it would end that process.
            log.error("worker-failed", error=type(error).__name__)
        await asyncio.sleep(LOOK_EVERY)


async def _look(
    tenancy: Tenancy, referring: Referring, ladder: Ladder, told: set[tuple[str, str]]
) -> None:
    due = await tenancy.store.due_timers(ladder.house.clock(), limit=MOST)
    await ladder.take_due(tenancy, (timer for timer in due if timer.kind in KINDS))
    for timer in due:
        if timer.kind == referral.DUE:
            referring.take(tenancy, timer)
        elif take := _TAKEN.get(timer.kind):
            await take(ladder.house, tenancy, timer)
        elif timer.kind not in KINDS | delivery.KINDS:
            _tell_unknown(tenancy, timer, told)


def _tell_unknown(tenancy: Tenancy, timer: Timer, told: set[tuple[str, str]]) -> None:
    place = (tenancy.tenant.id, timer.kind)
    if place not in told:
        told.add(place)
        log.error("timer-unknown", tenant=tenancy.tenant.id, kind=timer.kind)
