"""What tests of the ladder lean on: a telephone that remembers, one look of a worker, and views."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.calling import Call, NotPlaced
from bot.door import Door
from bot.house import House
from bot.ladder import Ladder
from bot.on_call import keep_duty
from handoff.case import Case
from handoff.ladder import find_watch, watch_id
from handoff.on_call import make_duty
from handoff.transcript import Speaker
from handoff.watch import Cause, Rung, Watch
from storage.store import Timer
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

NUMBER = "+447700900123"


@dataclass(slots=True)
class Telephone:
    """A provider that remembers what it was asked, and refuses while it is told to."""

    calls: list[Call] = field(default_factory=list)
    is_down: bool = False
    is_real: bool = True

    async def place(self, call: Call) -> None:
        self.calls.append(call)
        if self.is_down:
            raise NotPlaced("http-503")


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()


@pytest.fixture
def ladder(harbour: Harbour, telephone: Telephone) -> Ladder:
    return Ladder(replace(harbour.house, caller=telephone))


def another_process(house: House) -> House:
    """The same store behind a door of its own, which remembers nothing of the other's talks."""
    return replace(house, door=Door(house.tenancies, house.door.tools, house.bus))


async def look(harbour: Harbour, ladder: Ladder) -> None:
    """One look of the worker."""
    tenancy = harbour.house.tenancies[HARBOUR]
    due = await tenancy.store.due_timers(harbour.clock(), limit=100)
    await ladder.take_due(tenancy, due)
    await ladder.settle()


async def on_call(harbour: Harbour, who: str = "Mo", number: str = NUMBER) -> None:
    now = harbour.clock()
    duty = make_duty(who, who, number, (now - timedelta(days=1), now + timedelta(days=1)), now)
    assert await keep_duty(harbour.house.tenancies[HARBOUR], duty)


async def watch_of(harbour: Harbour, visitor: Visitor, cause: Cause) -> Watch | None:
    case = await harbour.case(visitor.reference)
    return find_watch(case, watch_id(case, cause))


async def rung_of(harbour: Harbour, visitor: Visitor) -> Rung | None:
    watch = await watch_of(harbour, visitor, Cause.UNCLAIMED)
    assert watch is not None
    return watch.rung


async def pending(harbour: Harbour) -> list[Timer]:
    return list(await harbour.store.due_timers(harbour.clock() + timedelta(days=9), limit=100))


async def told(harbour: Harbour, visitor: Visitor) -> list[str]:
    assert visitor.talk is not None
    lines = await harbour.store.lines(visitor.talk.id)
    return [line.key for line in lines if line.speaker is Speaker.BOT]


async def facts(harbour: Harbour, kind: str) -> list[dict[str, str]]:
    now = harbour.clock()
    every = await harbour.store.facts(since=now - timedelta(days=9), until=now + timedelta(days=1))
    return [dict(fact.values) for fact in every if fact.kind == kind]


async def press_seen(desk: Desk, case: Case, cause: Cause = Cause.UNCLAIMED) -> None:
    answer = await desk.post(f"/cases/{case.reference}/seen", {"watch": watch_id(case, cause)})
    assert answer.status == 303, await answer.text()
