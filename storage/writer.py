"""The one thread that writes to an embedded database: it takes what waits and commits it together.

A caller who is cancelled cancels nothing here. When it stops, everyone who waits is told so.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.errors import StorageError, StoreClosed, WriterStopped, translate
from storage.plan import Plan
from storage.sql import write
from storage.stopping import tell_stopped
from storage.store import Committed, Conflict, Repeated

T = TypeVar("T")
Work = Callable[[Connection], Any]

LARGEST_BATCH = 256
"""A batch that has this many takes no more: whoever waits longest must not wait for all."""

_CHAIN = "embedded"
"""The name of this writer's audit chain: an embedded database has one writer for all its life."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What somebody waits for. The future belongs to the event loop, never to the thread."""

    work: Plan | Work
    done: asyncio.Future[Any]


class Writer:
    """Owns the only connection that writes, and the thread that it lives in."""

    def __init__(self, connection: Connection, *, tend: Callable[[Connection], None]) -> None:
        """``tend`` is called between two batches: there is no transaction then."""
        self._connection = connection
        self._tend = tend
        self._loop = asyncio.get_running_loop()
        self._gathered: list[_Job] = []
        self._waiting: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self._stopped: StorageError | None = None
        # Between this look and the stop's mark no job may slip in: nobody would answer it.
        self._door = Lock()
        self._thread = Thread(target=self._run, name="storage-writer", daemon=True)
        self._thread.start()

    async def commit(self, plan: Plan) -> Committed | Repeated | Conflict:
        """Commit with whatever else waits. Raises a StorageError when it cannot be stored."""
        fate: Committed | Repeated | Conflict = await self._submit(plan)
        return fate

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Run a small write in a transaction of its own."""
        result: T = await self._submit(work)
        return result

    async def close(self) -> None:
        """Finish what was taken on; refuse what comes later."""
        with self._door:
            if self._stopped is None:
                self._stopped = StoreClosed()
                self._hand_over()
                self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _submit(self, work: Plan | Work) -> Any:
        job = _Job(work, self._loop.create_future())
        with self._door:
            if self._stopped is not None:
                raise type(self._stopped)
            self._gathered.append(job)
        if len(self._gathered) == 1:
            # All that this round of the loop asks for goes in one batch, and wakes the thread once.
            self._loop.call_soon(self._hand_over)
        # Cancelling the caller cancels the future, which nothing but the answer depends on: the
        # thread commits all the same, and cancelled never means not committed.
        return await job.done

    def _hand_over(self) -> None:
        if self._gathered:
            self._waiting.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        batch: list[_Job] = []
        try:
            while batch := self._next_batch():
                self._settle(batch, self._attempt(batch))
                self._tend_quietly()
        except BaseException as error:  # noqa: BLE001  A dead thread must not leave anyone waiting.
            self._abandon(batch)
            tell_stopped(error)

    def _next_batch(self) -> list[_Job]:
        """What waits now, at least one; empty when it is time to stop."""
        first = self._waiting.get()
        if first is None:
            return []
        batch = first
        with suppress(Empty):
            while len(batch) < LARGEST_BATCH:
                more = self._waiting.get_nowait()
                if more is None:
                    self._waiting.put(None)  # The stop stays the last in the queue.
                    break
                batch += more
        return batch

    def _attempt(self, batch: Sequence[_Job]) -> list[Any]:
        """The outcome of each job, in order; errors are outcomes too."""
        plans = [job.work for job in batch if isinstance(job.work, Plan)]
        fates = iter(self._write(plans))
        return [
            next(fates) if isinstance(job.work, Plan) else self._work(job.work) for job in batch
        ]

    def _write(self, plans: Sequence[Plan]) -> Sequence[Any]:
        if not plans:
            return ()
        try:
            return write(self._connection, plans, writer=_CHAIN)
        except DBAPIError as error:
            return [translate(error) for _ in plans]

    def _work(self, work: Work) -> Any:
        try:
            with self._connection.begin():
                return work(self._connection)
        except DBAPIError as error:
            return translate(error)
        except Exception as error:  # noqa: BLE001  It is the caller's, and is raised to them.
            return error

    def _tend_quietly(self) -> None:
        # The commits stand whatever happens here; a failing disk shows at the next commit.
        with suppress(DBAPIError, OSError):
            self._tend(self._connection)

    def _settle(self, batch: Sequence[_Job], outcomes: Sequence[Any]) -> None:
        # Once for the whole batch: waking the loop costs more than settling one future.
        with suppress(RuntimeError):  # The loop is gone, and with it everybody who waited.
            self._loop.call_soon_threadsafe(_settle, batch, outcomes)

    def _abandon(self, batch: Sequence[_Job]) -> None:
        with self._door:
            self._stopped = WriterStopped()
        lost = list(batch)
        with suppress(Empty):
            while True:
                lost += self._waiting.get_nowait() or ()
        self._settle(lost, [WriterStopped() for _ in lost])


def _settle(batch: Sequence[_Job], outcomes: Sequence[Any]) -> None:
    for job, outcome in zip(batch, outcomes, strict=True):
        if job.done.done():
            continue
        if isinstance(outcome, BaseException):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome)
