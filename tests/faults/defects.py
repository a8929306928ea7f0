"""Mistakes that helplines have paid for, each put into a forked server by name, and caught there.

Test-only patches. None of them is a mistake in what is checked: each is one in the house.
"""
# ruff: noqa: SLF001, BLE001  (A defect is put where it would be made, which no interface offers.)

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

import bot.app
from bot.channels.webchat.socket import PageLine
from bot.console.visit import Visit
from bot.door import Door
from bot.hot import Hot, HotTalks
from bot.inbound import Receipt
from flows.conversation import ConversationId, Ended
from storage.change import stored_form
from storage.sql_store import SqlStore
from storage.store import Change, Committed, Conflict
from storage.writer import Writer

DEFECTS: dict[str, Callable[[], None]] = {}
_kept: set[asyncio.Task[Any]] = set()
_door: Any = Door
_chat: Any = PageLine
_visit: Any = Visit
_store: Any = SqlStore


def seed(name: str) -> None:
    """Put one defect into this process, for good."""
    DEFECTS[name]()


def defect(plant: Callable[[], None]) -> Callable[[], None]:
    """Known by its own name."""
    DEFECTS[plant.__name__.replace("_", "-")] = plant
    return plant


@defect
def acknowledge_before_commit() -> None:
    """The ack leaves first; a kill between the two loses what was called sent."""
    take = _chat._take

    async def _take(self: Any, frame: Any) -> None:
        if "id" in frame:
            await self.wire.send({"type": "ack", "id": frame["id"], "seq": self.after + 1})
        await take(self, frame)

    _chat._take = _take


@defect
def acknowledge_when_queued() -> None:
    """The writer answers as soon as it was asked."""
    submit: Any = Writer._submit

    async def commit(self: Any, plan: Any) -> Committed:
        task = asyncio.create_task(submit(self, plan))
        _kept.add(task)
        await asyncio.sleep(0)
        return Committed(plan.stored)

    Writer.commit = commit  # type: ignore[method-assign]


@defect
def lock_released_before_commit() -> None:
    """The turn is let go once it is loaded, and whoever comes second writes over the first."""
    commit = _store.commit

    async def overwrite(self: Any, change: Change) -> Any:
        fate = await commit(self, change)
        while isinstance(fate, Conflict) and change.conversation is not None:
            behind = await _put_behind(self, change, change.conversation.id)
            fate = await commit(self, behind)
        return fate

    _store.commit = overwrite

    @asynccontextmanager
    async def turn(self: Any, tenant: Any, id: Any) -> AsyncIterator[Hot]:
        hot = self.get(tenant, id)
        async with hot.turn:
            pass
        yield hot

    HotTalks.turn = turn  # type: ignore[method-assign, assignment]


@defect
def read_then_write_claim() -> None:
    """Who holds the case is looked up, then overwritten: what was written between is not seen."""
    commit = _store.commit

    async def overwrite(self: Any, change: Change) -> Any:
        if change.case is None or not any(entry.action == "claim" for entry in change.audit):
            return await commit(self, change)
        await asyncio.sleep(0.02)
        fate: Any = Conflict()
        while isinstance(fate, Conflict):
            fate = await commit(self, await _put_behind(self, change, change.case.conversation))
        return fate

    _store.commit = overwrite


async def _put_behind(store: Any, change: Change, id: ConversationId) -> Change:
    """The change as if it had been made of what is stored now, which it never looked at."""
    talk = await store.conversation(id)
    assert change.conversation is not None
    lines = tuple(
        replace(line, seq=talk.last_seq + n) for n, line in enumerate(change.lines, start=1)
    )
    seq = talk.last_seq + len(lines)
    rebased = change.conversation.evolve(version=talk.version, last_seq=seq)
    case = change.case and await store.case(change.case.reference)
    anew = change.case and change.case.evolve(version=case.version if case else 0)
    return replace(change, conversation=rebased, case=anew, lines=lines)


@defect
def resume_by_time_window() -> None:
    """Whoever comes back is given the last minute, not what follows what they have."""
    resume = _chat._resume

    async def _resume(self: Any, hello: Any) -> None:
        await resume(self, replace(hello, after=0))

    _chat._resume = _resume


@defect
def inbox_by_greater_than_the_last() -> None:
    """An id that is not greater than the last one is taken for an old one."""
    receive = _door._receive
    last: dict[Any, str] = {}

    async def _receive(self: Any, id: Any, inbound: Any) -> Any:
        known = last.get(id, "")
        last[id] = max(known, inbound.external_id)
        if known > inbound.external_id:
            talk = await self.talk(inbound.tenant, id)
            return Receipt(id, talk, talk.last_seq)
        return await receive(self, id, inbound)

    _door._receive = _receive


@defect
def retry_under_a_new_id() -> None:
    """Whatever was interrupted is made again, as if it were something else."""
    receive = _door._receive

    async def _receive(self: Any, id: Any, inbound: Any) -> Any:
        try:
            return await receive(self, id, inbound)
        except (asyncio.CancelledError, Exception):
            anew = replace(inbound, external_id=secrets.token_hex(16))
            return await receive(self, id, anew)

    _door._receive = _receive


@defect
def audit_after_the_reading() -> None:
    """The row is written when there is time for it."""
    record = _visit.record

    async def later(self: Any, *what: str) -> None:
        await asyncio.sleep(0.05)
        await record(self, *what)

    async def lazily(self: Any, *what: str) -> None:
        task = asyncio.create_task(later(self, *what))
        _kept.add(task)

    _visit.record = lazily


@defect
def swallow_a_failed_commit() -> None:
    """Whatever the database says, it is called stored."""
    commit = _store.commit

    async def hopeful(self: Any, change: Change) -> Any:
        try:
            return await commit(self, change)
        except Exception:
            return Committed(stored_form(change))

    _store.commit = hopeful


@defect
def hot_copy_kept_after_a_conflict() -> None:
    """What is in memory is believed over the store."""

    def forget(self: HotTalks, tenant: object, id: object) -> None:
        """Not here."""

    HotTalks.forget = forget  # type: ignore[method-assign]


@defect
def sequence_from_a_count() -> None:
    """A line's place is how many the page was told, not where it stands."""
    module: Any = __import__("bot.channels.webchat.socket", fromlist=["message_frame"])
    frame_of = module.message_frame
    told: dict[Any, int] = {}

    def message_frame(line: Any, talk: Any) -> Any:
        told[talk.id] = told.get(talk.id, 0) + 1
        return {**frame_of(line, talk), "seq": told[talk.id]}

    module.message_frame = message_frame


@defect
def session_kept_after_exit() -> None:
    """The talk ends, and the way back into it does not."""
    commit = _store.commit

    async def kept(self: Any, change: Change) -> Any:
        return await commit(self, replace(change, ends_session=False))

    _store.commit = kept


@defect
def pages_told_after_exit() -> None:
    """A second page of the browser goes on showing what the first one left."""
    news = _chat._news

    async def _news(self: Any, own: Any = None) -> Any:
        talk = await self.house.door.talk(self.tenant, self.id)
        is_exit = talk is not None and talk.ended is Ended.EXIT
        return await news(self, 0 if is_exit and own is None else own)

    _chat._news = _news


@defect
def case_in_a_second_commit() -> None:
    """First what was said, then who should know of it."""
    commit = _store.commit

    async def halved(self: Any, change: Change) -> Any:
        if change.case is None or change.conversation is None or not change.lines:
            return await commit(self, change)
        first = await commit(self, replace(change, case=None))
        if isinstance(first, Committed):
            await commit(self, Change(case=change.case))
            return replace(
                first,
                change=replace(
                    first.change, case=change.case.evolve(version=change.case.version + 1)
                ),
            )
        return first

    _store.commit = halved


@defect
def inbox_in_memory_only() -> None:
    """Which ids came in is known until the process ends."""
    app: Any = bot.app
    opens = app.open_stores

    async def open_stores(*asked: Any) -> Any:
        stores: Any = await opens(*asked)

        def unbind(connection: Connection) -> None:
            connection.execute(text("DROP INDEX IF EXISTS uq_lines_inbox"))

        await stores.do(unbind)
        return stores

    app.open_stores = open_stores


@defect
def move_audited_in_a_second_commit() -> None:
    """The claim is made, and noted afterwards."""
    commit = _store.commit

    async def halved(self: Any, change: Change) -> Any:
        if not change.audit or change.case is None:
            return await commit(self, change)
        first = await commit(self, replace(change, audit=()))
        if isinstance(first, Committed):
            await commit(self, Change(audit=change.audit))
        return first

    _store.commit = halved
