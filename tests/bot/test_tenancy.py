"""A tenant as it is served: who is on shift, what is true now, and the edition of each talk."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.house import House
from flows.conversation import EditionId
from flows.flow import Side
from storage.errors import StoreBusy
from storage.store import EditionRecord
from tests.house import HARBOUR, LANTERN, NOW, MovableClock, on_shift


async def test_volunteers_alone_do_not_staff_the_line(house: House) -> None:
    harbour = house.tenancies[HARBOUR]
    await on_shift(house, "esther")
    assert not await harbour.is_staffed(NOW)
    amira = await on_shift(house, "amira")
    assert await harbour.is_staffed(NOW)
    await harbour.touch_shift(amira.id, None)
    assert not await harbour.is_staffed(NOW)


async def test_a_console_that_is_not_heard_of_is_nobody_on_shift(
    house: House, clock: MovableClock
) -> None:
    harbour = house.tenancies[HARBOUR]
    await on_shift(house, "amira")
    clock.move(timedelta(minutes=3))
    assert not await harbour.is_staffed(clock())


async def test_a_crowd_waits_for_one_read_of_the_rota_and_fails_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour = house.tenancies[HARBOUR]
    reads = 0

    async def fail() -> object:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        raise StoreBusy

    monkeypatch.setattr(harbour.store, "everyone", fail)
    asked = (harbour.is_staffed(NOW) for _ in range(20))
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in told] == [StoreBusy] * 20
    assert reads == 1
    monkeypatch.undo()
    assert not await harbour.is_staffed(NOW)


async def test_a_shift_that_begins_while_the_rota_is_read_is_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour = house.tenancies[HARBOUR]
    everyone, has_read, may_go_on = harbour.store.everyone, asyncio.Event(), asyncio.Event()

    async def slowly() -> object:
        read = await everyone()
        has_read.set()
        await may_go_on.wait()
        return read

    monkeypatch.setattr(harbour.store, "everyone", slowly)
    before = asyncio.create_task(harbour.is_staffed(NOW))
    await has_read.wait()
    monkeypatch.undo()
    await on_shift(house, "amira")
    may_go_on.set()
    await before
    assert await harbour.is_staffed(NOW)


async def test_one_tenants_shift_is_not_anothers(house: House) -> None:
    await on_shift(house, "amira")
    assert not await house.tenancies[LANTERN].is_staffed(NOW)


async def test_the_next_opening_is_told_only_when_nobody_is_here(house: House) -> None:
    harbour = house.tenancies[HARBOUR]
    late = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert (await harbour.moment(late)).next_staffed_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    await on_shift(house, "amira")
    moment = await harbour.moment(NOW)
    assert moment.staffed
    assert moment.next_staffed_at is None


async def test_a_talk_keeps_the_edition_it_began_in(house: House) -> None:
    harbour = house.tenancies[HARBOUR]
    record = await harbour.store.edition(harbour.edition.id)
    assert record is not None
    changed = {n: s.replace("Who is typing?", "Who writes?") for n, s in record.sources.items()}
    old = EditionId("an-older-edition")
    await harbour.store.publish(EditionRecord(old, changed, NOW))
    assert (await harbour.edition_of(old)).english["entry.who-types.ask"] == "Who writes?"
    assert await harbour.edition_of(EditionId("never-published")) is harbour.edition


async def test_the_two_sides_have_queues_of_their_own(house: House) -> None:
    harbour = house.tenancies[HARBOUR]
    assert harbour.side_of(harbour.queue_of("using-abuse")) is Side.USING_ABUSE
    for door in ("victim", "third-party"):
        assert harbour.side_of(harbour.queue_of(door)) is Side.VICTIM
    with pytest.raises(KeyError):
        harbour.queue_of("nowhere")
    assert len(set(harbour.queues)) == len(harbour.queues)
