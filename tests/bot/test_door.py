"""The one door on a whole house: what is kept, what is told, and what it says when it cannot."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.door import Door
from bot.house import House
from bot.inbound import Arrival, Inbound, NotSaved, Receipt, TalkUnknown, TextTooLong, Typed
from flows.conversation import Ended, FlowId, Owner
from flows.events import ChoiceMade, DoorChanged, ExitTaken, StopSaid
from handoff.case import Outcome
from handoff.desk import Claim, Close, GiveBack, Move, Reply
from handoff.reference import Reference
from handoff.refusals import AlreadyHeld, IsClosed, NoSupervisor, NotFound, NotSafeToRead
from handoff.transcript import Seq, Speaker
from storage.errors import DiskFailed, DiskFull, StoreBusy
from storage.store import Change, Conflict, Sender
from tests.house import HARBOUR, LANTERN, MovableClock, on_shift, staff

NOOR = Sender("web", b"address of Noor")
DEVICE = b"browser of Noor"


async def arrive(house: House, sender: Sender = NOOR) -> Receipt:
    return await house.door.open(Arrival(HARBOUR, "web", sender, "en", DEVICE))


async def act(house: House, event: object, id: str = "", sender: Sender = NOOR) -> Receipt:
    inbound = Inbound(HARBOUR, sender, id or str(uuid4()), event, DEVICE)  # type: ignore[arg-type]
    return await house.door.receive(inbound)


async def with_case(house: House) -> Reference:
    await arrive(house)
    receipt = await act(house, ChoiceMade("yes"))
    return Reference(receipt.talk.reference)


def move(by: object, reference: Reference, step: object) -> Move:
    return Move(str(uuid4()), reference, by, step)  # type: ignore[arg-type]


async def test_what_is_returned_is_what_is_stored(house: House) -> None:
    opened = await arrive(house)
    receipt = await act(house, ChoiceMade("yes"))
    store = house.tenancies[HARBOUR].store
    assert await store.conversation(opened.conversation) == receipt.talk
    lines = await store.lines(opened.conversation)
    assert list(lines[-len(receipt.lines) :]) == list(receipt.lines)
    assert lines[receipt.seq - 1].speaker is Speaker.VISITOR


async def test_another_process_that_committed_first_is_caught_up_with(house: House) -> None:
    await arrive(house)
    other = Door(house.tenancies, house.door.tools, house.bus)
    inbound = Inbound(HARBOUR, NOOR, str(uuid4()), ChoiceMade("yes"), DEVICE)
    await other.receive(inbound)
    receipt = await act(house, ChoiceMade("me"))
    assert receipt.talk.step == "danger-now"
    assert receipt.talk.version == 3


async def test_an_id_that_another_process_took_is_answered_and_not_applied(house: House) -> None:
    await arrive(house)
    other = Door(house.tenancies, house.door.tools, house.bus)
    inbound = Inbound(HARBOUR, NOOR, str(uuid4()), ChoiceMade("yes"), DEVICE)
    first = await other.receive(inbound)
    again = await house.door.receive(inbound)
    assert again.seq == first.seq
    assert (await act(house, ChoiceMade("me"))).talk.step == "danger-now"


async def test_what_cannot_be_kept_is_not_acknowledged(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(house)
    store = house.tenancies[HARBOUR].store

    async def full(change: Change) -> None:
        raise DiskFull

    async def beaten(change: Change) -> Conflict:
        return Conflict()

    id = str(uuid4())
    for commit in (full, beaten):
        with monkeypatch.context() as broken:
            broken.setattr(store, "commit", commit)
            with pytest.raises(NotSaved):
                await act(house, ChoiceMade("yes"), id)
    assert (await act(house, ChoiceMade("yes"), id)).talk.step == "who-types"


async def test_whoever_is_unknown_or_too_late_is_told_the_same(
    house: House, clock: MovableClock
) -> None:
    await arrive(house)
    with pytest.raises(TalkUnknown):
        await act(house, ChoiceMade("yes"), sender=Sender("web", b"somebody else"))
    clock.move(timedelta(minutes=31))
    with pytest.raises(TalkUnknown):
        await act(house, ChoiceMade("yes"))


async def test_a_way_back_moves_on_with_the_talk(house: House, clock: MovableClock) -> None:
    await arrive(house)
    for value in ("yes", "me", "yes"):
        clock.move(timedelta(minutes=20))
        receipt = await act(house, ChoiceMade(value))
    # After each of these silences safety was asked first, and the question stands again.
    assert receipt.talk.step == "who-types"


async def test_a_text_that_is_too_long_is_refused_before_anything(house: House) -> None:
    receipt = await arrive(house)
    with pytest.raises(TextTooLong):
        await act(house, Typed("a" * 12_001))
    assert await house.door.talk(HARBOUR, receipt.conversation) == receipt.talk


async def test_leaving_one_page_leaves_every_talk_of_the_browser(house: House) -> None:
    first = await arrive(house)
    second = await arrive(house, Sender("web", b"another page of Noor"))
    elsewhere = await house.door.open(Arrival(HARBOUR, "web", Sender("web", b"x"), "en", b"other"))
    await house.door.leave(HARBOUR, DEVICE)
    for left in (first, second):
        talk = await house.door.talk(HARBOUR, left.conversation)
        assert talk is not None
        assert talk.ended is Ended.EXIT
    kept = await house.door.talk(HARBOUR, elsewhere.conversation)
    assert kept is not None
    assert kept.ended is None
    await house.door.leave(HARBOUR, DEVICE)


async def test_a_talk_that_cannot_be_ended_keeps_no_other_one_alive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Sender("web", page.encode()) for page in ("one", "two", "three")]
    opened = [(await arrive(house, page)).conversation for page in pages]
    store = house.tenancies[HARBOUR].store
    commit, stuck = store.commit, min(opened)

    async def full_for_one(change: Change) -> object:
        if change.conversation is not None and change.conversation.id == stuck:
            raise DiskFull
        return await commit(change)

    monkeypatch.setattr(store, "commit", full_for_one)
    with pytest.raises(DiskFull):
        await house.door.leave(HARBOUR, DEVICE)
    talks = [await store.conversation(id) for id in opened]
    assert [talk.id for talk in talks if talk and talk.ended is None] == [stuck]


async def test_a_key_that_cannot_be_looked_under_keeps_no_talk_under_another_alive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await arrive(house)
    store = house.tenancies[HARBOUR].store
    find = store.conversations_on

    async def broken_for_one(device: bytes) -> object:
        if device == b"an older key's":
            raise StoreBusy
        return await find(device)

    monkeypatch.setattr(store, "conversations_on", broken_for_one)
    with pytest.raises(StoreBusy):
        await house.door.leave(HARBOUR, b"an older key's", DEVICE)
    talk = await store.conversation(opened.conversation)
    assert talk is not None
    assert talk.ended is Ended.EXIT


@pytest.mark.parametrize("event", [ExitTaken(), StopSaid()])
async def test_after_leaving_there_is_no_way_back(house: House, event: object) -> None:
    await arrive(house)
    await act(house, ChoiceMade("yes"))
    await act(house, event)
    with pytest.raises(TalkUnknown):
        await act(house, ChoiceMade("me"))
    with pytest.raises(TalkUnknown):
        await house.door.find(HARBOUR, NOOR)


@pytest.mark.parametrize("event", [ExitTaken(), StopSaid(), DoorChanged(FlowId("third-party"))])
async def test_a_sign_of_life_that_waited_for_a_leaving_brings_no_way_back(
    house: House, event: object
) -> None:
    """The page's beat stood in line behind the turn in which its talk ended (I13)."""
    left = (await arrive(house)).conversation
    for value in ("yes", "me"):
        await act(house, ChoiceMade(value))
    async with house.door.hot.turn(HARBOUR, left):
        leaving = asyncio.create_task(act(house, event))
        await asyncio.sleep(0)
        staying = asyncio.create_task(house.door.stay(HARBOUR, NOOR, DEVICE))
        await asyncio.sleep(0)
        assert house.door.hot.get(HARBOUR, left).turn.locked()
    await leaving
    with suppress(TalkUnknown):
        await staying
    found = await house.tenancies[HARBOUR].store.conversation_of(NOOR, house.clock())
    assert found is None or found.id != left


async def test_a_sign_of_life_here_brings_no_way_back_that_another_process_ended(
    house: House, clock: MovableClock
) -> None:
    left = (await arrive(house)).conversation
    other = Door(house.tenancies, house.door.tools, house.bus)
    clock.move(house.tenancies[HARBOUR].tenant.settings.resume_within * 0.6)
    await other.receive(Inbound(HARBOUR, NOOR, "exit", ExitTaken(), DEVICE))
    await house.door.stay(HARBOUR, NOOR, DEVICE)  # A conflict: what is in memory goes.
    assert house.door.hot.get(HARBOUR, left).talk is None
    with pytest.raises(TalkUnknown):
        await house.door.stay(HARBOUR, NOOR, DEVICE)
    assert await house.tenancies[HARBOUR].store.conversation_of(NOOR, house.clock()) is None


async def test_another_door_takes_the_way_back_along(house: House) -> None:
    old = await arrive(house)
    for value in ("yes", "me"):
        await act(house, ChoiceMade(value))
    opened = await act(house, DoorChanged(FlowId("third-party")))
    assert opened.conversation != old.conversation
    assert await house.door.find(HARBOUR, NOOR) == opened.conversation
    left = await house.door.talk(HARBOUR, old.conversation)
    assert left is not None
    case = await house.tenancies[HARBOUR].store.case(Reference(left.reference))
    assert case is not None
    assert (case.owner, case.outcome) == (Owner.CLOSED, Outcome.DOOR_CHANGED)


async def test_a_second_worker_cannot_claim_a_claimed_case(house: House) -> None:
    reference = await with_case(house)
    amira, ben = await on_shift(house, "amira"), await on_shift(house, "ben")
    assert (await house.door.move(HARBOUR, move(amira, reference, Claim()))).holder == amira.id
    with pytest.raises(AlreadyHeld):
        await house.door.move(HARBOUR, move(ben, reference, Claim()))
    again = await house.door.move(HARBOUR, move(amira, reference, Claim()))
    assert again.holder == amira.id
    given = await house.door.move(HARBOUR, move(amira, reference, GiveBack()))
    assert given.holder is None
    assert (await house.door.move(HARBOUR, move(ben, reference, Claim()))).holder == ben.id


async def test_every_move_leaves_an_audit_row(house: House) -> None:
    reference = await with_case(house)
    amira = await on_shift(house, "amira")
    for step in (Claim(), Reply("Hello."), Close(Outcome.SUPPORTED)):
        await house.door.move(HARBOUR, move(amira, reference, step))
    rows = await house.tenancies[HARBOUR].store.audit_of(reference, limit=10)
    assert {row.action for row in rows} == {"claim", "reply", "close"}
    assert {row.staff for row in rows} == {amira.id}
    with pytest.raises(IsClosed):
        await house.door.move(HARBOUR, move(amira, reference, Reply("Hello?")))


async def test_a_reply_that_is_sent_again_is_one_line(house: House) -> None:
    reference = await with_case(house)
    amira = await on_shift(house, "amira")
    await house.door.move(HARBOUR, move(amira, reference, Claim()))
    reply = move(amira, reference, Reply("I am here."))
    for _ in range(2):
        case = await house.door.move(HARBOUR, reply)
    lines = await house.door.lines(HARBOUR, case.conversation, after=Seq(0))
    assert [line.text for line in lines].count("I am here.") == 1


async def test_nothing_is_written_to_somebody_for_whom_it_is_not_safe(house: House) -> None:
    await arrive(house)
    reference = Reference((await act(house, ChoiceMade("no"))).talk.reference)
    amira = await on_shift(house, "amira")
    await house.door.move(HARBOUR, move(amira, reference, Claim()))
    with pytest.raises(NotSafeToRead):
        await house.door.move(HARBOUR, move(amira, reference, Reply("Are you there?")))


async def test_who_may_not_see_a_case_is_told_that_there_is_none(house: House) -> None:
    reference = await with_case(house)
    chloe, esther = await on_shift(house, "chloe"), await on_shift(house, "esther")
    with pytest.raises(NotFound):
        await house.door.move(HARBOUR, move(chloe, reference, Claim()))
    with pytest.raises(NoSupervisor):
        await house.door.move(HARBOUR, move(esther, reference, Claim()))
    amira = await staff(house, "amira")
    with pytest.raises(NotFound):
        await house.door.move(LANTERN, move(amira, reference, Claim()))


async def test_a_case_may_be_claimed_from_the_first_answer_on(house: House) -> None:
    reference = await with_case(house)
    amira = await on_shift(house, "amira")
    case = await house.door.move(HARBOUR, move(amira, reference, Claim()))
    assert case.owner is Owner.WORKER


async def test_lines_come_from_memory_or_the_store_alike(house: House) -> None:
    receipt = await arrive(house)
    for number in range(30):
        await act(house, Typed(f"line {number} of hers"))
    whole = await house.door.lines(HARBOUR, receipt.conversation, after=Seq(0))
    assert [line.seq for line in whole] == list(range(1, len(whole) + 1))
    for after in (0, 5, len(whole) - 3, len(whole), len(whole) + 5):
        some = await house.door.lines(HARBOUR, receipt.conversation, after=Seq(after))
        assert some == whole[after:]


async def test_a_commit_whose_answer_was_lost_is_told_when_it_is_asked_for_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled, or failed at the very end, is not *not committed* (I1, I2)."""
    await arrive(house)
    store = house.tenancies[HARBOUR].store
    commit = store.commit

    async def lose_the_answer(change: Change) -> None:
        await commit(change)
        raise DiskFailed

    id = str(uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(store, "commit", lose_the_answer)
        with pytest.raises(NotSaved):
            await act(house, ChoiceMade("yes"), id)
    again = await act(house, ChoiceMade("yes"), id)
    whole = await store.lines(again.conversation)
    assert again.talk == await store.conversation(again.conversation)
    assert await house.door.lines(HARBOUR, again.conversation, after=Seq(0)) == tuple(whole)


async def test_a_cancelled_turn_is_committed_and_the_next_one_follows_it(house: House) -> None:
    opened = await arrive(house)
    store, first = house.tenancies[HARBOUR].store, str(uuid4())
    leaving = asyncio.create_task(act(house, ChoiceMade("yes"), first))
    while not house.door.hot.get(HARBOUR, opened.conversation).turn.locked():  # noqa: ASYNC110
        await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert (await act(house, ChoiceMade("yes"), first)).talk.step == "who-types"
    assert (await act(house, ChoiceMade("me"))).talk.step == "danger-now"
    lines = await store.lines(opened.conversation)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
