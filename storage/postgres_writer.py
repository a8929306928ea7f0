"""The one task of a process that commits to PostgreSQL: what waits is committed together.

A caller who is cancelled cancels nothing here. When it stops, everyone who waits is told so.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage.errors import StorageError, StoreClosed, WriterStopped
from storage.plan import Plan
from storage.postgres_link import Link, Note, Patience
from storage.sql import Fate, write
from storage.stopping import tell_stopped
from storage.store import Committed, Conflict, Repeated

T = TypeVar("T")

LARGEST_BATCH = 256
"""A batch takes no more than this: whoever waits longest must not wait for all."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A plan that somebody waits for, since a time of the loop's clock."""

    plan: Plan
    since: float
    done: asyncio.Future[Any]


class Committer:
    """Commits plans in batches, and runs small writes beside them."""

    def __init__(self, link: Link, patience: Patience, *, writer: str) -> None:
        """``writer`` names this process's audit chain."""
        self._link = link
        self._patience = patience
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Job] = deque()
        self._has_come = asyncio.Event()
        self._stopped: StorageError | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self._task = asyncio.create_task(self._run(), name="storage-committer")

    async def commit(self, plan: Plan) -> Committed | Repeated | Conflict:
        """Commit with whatever else waits. Raises a StorageError when it cannot be stored."""
        self._require_open()
        job = _Job(plan, self._loop.time(), self._loop.create_future())
        self._waiting.append(job)
        self._has_come.set()
        # Cancelling the caller cancels the future, which nothing but the answer depends on.
        fate: Committed | Repeated | Conflict = await job.done
        return fate

    async def do(self, work: Callable[[Connection], T], *, within: float | None = None) -> T:
        """Run a small write in a transaction of its own. ``within`` so many seconds, or give up."""

        def run(connection: Connection, note: Note) -> T:
            with connection.begin():
                result = work(connection)
                note.take(connection, result)
                return result

        self._require_open()
        until = self._loop.time() + (self._patience.whole if within is None else within)
        return await self.carry_out(self._link.write(run, until=until))

    async def carry_out(self, work: Coroutine[Any, Any, T]) -> T:
        """Let it run to its end, though whoever waits for it may be cancelled."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Finish what was taken on; refuse what comes later."""
        if self._stopped is None:
            self._stopped = StoreClosed()
        self._has_come.set()
        await self._task
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _require_open(self) -> None:
        if self._stopped is not None:
            raise type(self._stopped)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # It was raised to whoever waited, if anybody still did.

    async def _run(self) -> None:
        batch: list[_Job] = []
        try:
            while batch := await self._next_batch():
                _settle(batch, await self._attempt(batch))
        except BaseException as error:  # noqa: BLE001  A dead task must not leave anyone waiting.
            self._stopped = WriterStopped()
            lost = [*batch, *self._waiting]
            _settle(lost, [WriterStopped() for _ in lost])
            tell_stopped(error)

    async def _next_batch(self) -> list[_Job]:
        """What waits now, at least one; empty when it is time to stop."""
        while not self._waiting:
            if self._stopped is not None:
                return []
            self._has_come.clear()
            await self._has_come.wait()
            # All that this round of the loop asks for goes in one batch.
            await asyncio.sleep(0)
        count = min(len(self._waiting), LARGEST_BATCH)
        return [self._waiting.popleft() for _ in range(count)]

    async def _attempt(self, batch: Sequence[_Job]) -> Sequence[Any]:
        """The outcome of each job, in order; errors are outcomes too."""
        plans = [job.plan for job in batch]

        def run(connection: Connection, note: Note) -> Sequence[Fate]:
            take = partial(note.take, connection)
            return write(connection, plans, writer=self._writer, before_commit=take)

        try:
            return await self._link.write(run, until=batch[0].since + self._patience.whole)
        except StorageError as error:
            return [error] * len(batch)


def _settle(batch: Sequence[_Job], outcomes: Sequence[Any]) -> None:
    for job, outcome in zip(batch, outcomes, strict=True):
        if job.done.done():
            continue
        if isinstance(outcome, BaseException):
            # One of its own: an error that many raise would gather all their tracebacks.
            job.done.set_exception(type(outcome)())
        else:
            job.done.set_result(outcome)
