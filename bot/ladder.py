"""Takes what is due on the ladder, each rung once, and calls on-call once it is committed.

A call is made of what was committed, never the other way round: what a kill takes away is tried
again, under the same key. Two processes that look at once commit one rung; the version says whose.
"""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import structlog

from bot.calling import NotPlaced
from bot.house import House
from bot.on_call import call_on_call
from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.desk import Move
from handoff.ladder import find_watch, lacks_watch, watch_id
from handoff.ladder_moves import CallPlaced, Climb, LadderStep
from handoff.reference import Reference
from handoff.refusals import NotFound
from handoff.staff import Staff, StaffId
from handoff.watch import Cause, Watch
from storage.store import Change, Timer

log = structlog.get_logger()

MOST = 200
"""Open cases of a tenant among which one without a timer is looked for; emergencies come first."""

THE_HOUSE = Staff(StaffId(""), "", "", frozenset())

KINDS = frozenset(Cause)
"""The kinds of timers that are taken here."""


@dataclass(slots=True)
class Ladder:
    """Climbs for every tenant of a house. A slow provider holds up nobody's rung."""

    house: House
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    async def take_due(self, tenancy: Tenancy, timers: Iterable[Timer]) -> None:
        """Take every due timer of ours; what fails is due again at the next look."""
        for timer in timers:
            try:
                await self._take(tenancy, timer)
            except Exception as error:
                # One case that cannot be moved must not keep all others from being told of.
                log.error("rung-failed", timer=timer.id, error=type(error).__name__)

    async def watch_older_cases(self, tenancy: Tenancy) -> None:
        """Watch each emergency that nobody holds and no timer knows of: an older version opened it.

        Raises StorageError for what it reads.
        """
        for case in await tenancy.store.cases(tenancy.queues, limit=MOST):
            if lacks_watch(case):
                kind, now = Cause.UNCLAIMED, self.house.clock()
                timer = Timer(watch_id(case, kind), kind, now, case.conversation, case.reference)
                await self.take_due(tenancy, (timer,))

    async def settle(self) -> None:
        """Wait for every call that is under way."""
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is under way: it is tried again by its timer."""
        for task in self._calls:
            task.cancel()
        await self.settle()

    async def _take(self, tenancy: Tenancy, timer: Timer) -> None:
        if timer.reference is None:
            await _drop(tenancy, timer)
            return
        climb = Climb(timer.id, timer.kind, timer.due_at)
        move = _move(timer.reference, climb)
        try:
            case = await self.house.door.move(tenancy.tenant.id, move)
        except NotFound:
            await _drop(tenancy, timer)
            return
        watch = find_watch(case, timer.id)
        if watch is not None and watch.tried_by == move.id:
            self._begin_call(tenancy, case, watch)

    def _begin_call(self, tenancy: Tenancy, case: Case, watch: Watch) -> None:
        task = asyncio.create_task(self._call(tenancy, case, watch), name="ladder: call")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _call(self, tenancy: Tenancy, case: Case, watch: Watch) -> None:
        tenant = tenancy.tenant.id
        try:
            await call_on_call(self.house, tenancy, watch)
        except NotPlaced as error:
            log.warning("on-call-not-called", tenant=tenant, tries=watch.tries, code=error.code)
            return
        except Exception as error:
            log.error("on-call-not-called", tenant=tenant, error=type(error).__name__)
            return
        log.warning("on-call-called", tenant=tenant, tries=watch.tries)
        placed = CallPlaced(watch.id, watch.call)
        await self.house.door.move(tenant, _move(case.reference, placed))


def _move(reference: Reference, step: LadderStep) -> Move:
    # The id names whose attempt it is: exactly-once is the case's version.
    return Move(f"ladder:{secrets.token_hex(8)}", reference, THE_HOUSE, step)


async def _drop(tenancy: Tenancy, timer: Timer) -> None:
    """A timer of no case: nobody waits for it."""
    log.error("timer-of-no-case", tenant=tenancy.tenant.id, kind=timer.kind)
    await tenancy.store.commit(Change(timers=(replace(timer, is_done=True),)))
