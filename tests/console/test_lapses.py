"""A case is taken back from whoever holds it and is here no longer: nobody waits for ever (I7)."""

import asyncio

import pytest

from bot.door import Door
from bot.lapses import take_back_from_the_gone
from bot.working import working_beside
from flows.conversation import Owner
from handoff.case import Case
from handoff.desk import Move
from handoff.transcript import Speaker
from storage.errors import UnfitChange
from tenants.tenant import TenantId
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

GONE = {"minutes": 3}
"""Longer than a console may be silent."""


async def look(harbour: Harbour) -> None:
    await take_back_from_the_gone(harbour.house, harbour.house.tenancies[HARBOUR])


async def last_told(harbour: Harbour, visitor: Visitor) -> str:
    assert visitor.talk is not None
    lines = await harbour.store.lines(visitor.talk.id)
    return [line.key for line in lines if line.speaker is Speaker.BOT][-1]


@pytest.fixture
async def amira(harbour: Harbour, waiting: Visitor) -> Desk:
    """Amira is here and holds Noor's case."""
    desk = await harbour.sign_in("amira")
    await desk.claim(waiting.reference)
    return desk


async def test_a_worker_who_is_here_keeps_the_case(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    await look(harbour)
    assert (await harbour.case(waiting.reference)).holder == harbour.account("amira").staff.id


async def test_a_worker_who_has_gone_loses_it_and_it_goes_to_its_old_place(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    before = await harbour.case(waiting.reference)
    harbour.clock.move(**GONE)
    await look(harbour)
    case = await harbour.case(waiting.reference)
    assert (case.holder, case.owner) == (None, Owner.QUEUE)
    assert (case.waiting_since, case.rank_at) == (before.waiting_since, before.rank_at)
    assert await last_told(harbour, waiting) != "replies.worker-here"
    assert (await harbour.actions(waiting.reference))[-1] == "lapse"


async def test_the_visitor_is_told_and_is_asked_on_where_they_were(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    assert waiting.talk is not None
    harbour.clock.move(**GONE)
    await harbour.sign_in("farah")
    await look(harbour)
    lines = await harbour.store.lines(waiting.talk.id)
    told = [line.key for line in lines if line.speaker is Speaker.BOT]
    assert told[-2:] == ["replies.worker-left", "victim.age.ask"]


async def test_an_ended_shift_lets_go_at_once(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    await amira.post("/shift", {"do": "end"})
    await look(harbour)
    assert (await harbour.case(waiting.reference)).holder is None


async def test_the_desk_shows_what_came_back_until_somebody_takes_it(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    harbour.clock.move(**GONE)
    await look(harbour)
    farah = await harbour.sign_in("farah")
    page = await farah.read()
    assert "Whoever held it has gone" in page
    assert f'data-cases="{waiting.reference}"' in page
    await farah.claim(waiting.reference)
    assert (await harbour.case(waiting.reference)).lapsed_at is None
    assert "Whoever held it has gone" not in await farah.read()


async def test_two_who_look_at_once_take_it_back_once(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    harbour.clock.move(**GONE)
    await asyncio.gather(*(look(harbour) for _ in range(5)))
    assert (await harbour.actions(waiting.reference)).count("lapse") == 1


async def test_a_case_that_cannot_be_moved_keeps_no_other_with_the_gone(
    harbour: Harbour, waiting: Visitor, amira: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await (await harbour.visitor("kit")).answers("yes", "me", "no", "me")
    await amira.claim(second.reference)
    harbour.clock.move(**GONE)
    move = Door.move

    async def stuck_for_one(door: Door, tenant: TenantId, made: Move) -> Case:
        if made.reference == waiting.reference:
            raise UnfitChange
        return await move(door, tenant, made)

    monkeypatch.setattr(Door, "move", stuck_for_one)
    await look(harbour)
    assert (await harbour.case(waiting.reference)).holder is not None
    assert (await harbour.case(second.reference)).holder is None


async def test_after_an_outage_nobody_counts_as_gone_at_once(
    harbour: Harbour, waiting: Visitor, amira: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the house was away no console could be heard of."""
    looked = asyncio.Event()
    due = harbour.store.due_timers

    async def seen_to_look(*asked: object, **more: object) -> object:
        looked.set()
        return await due(*asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(harbour.store, "due_timers", seen_to_look)
    monkeypatch.setattr("bot.working.LOOK_EVERY", 0.01)
    harbour.clock.move(**GONE)
    async with working_beside(harbour.house):
        for _ in range(3):
            looked.clear()
            await looked.wait()
        assert (await harbour.case(waiting.reference)).holder is not None
        monkeypatch.setattr("bot.working.AFTER_AN_OUTAGE", 0.0)
        for _ in range(3):
            looked.clear()
            await looked.wait()
    assert (await harbour.case(waiting.reference)).holder is None


async def test_a_page_that_keeps_quiet_is_told_nothing(harbour: Harbour, staffed: Desk) -> None:
    visitor = await (await harbour.visitor()).answers("no")
    await staffed.claim(visitor.reference)
    harbour.clock.move(**GONE)
    await look(harbour)
    assert (await harbour.case(visitor.reference)).holder is None
    assert await last_told(harbour, visitor) == "entry.quiet.ask"


async def test_whoever_has_left_and_lost_their_worker_is_back_at_the_desk(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    await waiting.leaves()
    harbour.clock.move(**GONE)
    await look(harbour)
    case = await harbour.case(waiting.reference)
    assert (case.holder, case.closed_at) == (None, None)


async def test_taking_a_case_begins_the_shift_that_holds_it(
    harbour: Harbour, waiting: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    await amira.post("/shift", {"do": "end"})
    await amira.claim(waiting.reference)
    await look(harbour)
    assert (await harbour.case(waiting.reference)).holder == harbour.account("amira").staff.id
