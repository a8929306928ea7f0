"""A turn that goes wrong: nobody is met with silence, and leaving works whatever is broken."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot import apply, turns
from bot.house import House
from bot.inbound import Arrival, Happened, Inbound, NotSaved, Receipt, Typed
from flows.answers import Answer, Given
from flows.conversation import EditionId, Ended, FlowId, Owner, StepId
from flows.engine import advance
from flows.events import ChoiceMade, ChoicesMade, ExitTaken, Moment, PersonWanted, Skipped, StopSaid
from handoff.intake import values_of, with_intake_of
from handoff.reference import Reference
from handoff.transcript import Seq, Speaker
from storage.errors import UnfitChange
from storage.store import Change, Sender
from tests.contracts.cast import begin, case_of
from tests.house import HARBOUR, NOW, MovableClock, on_shift

NOOR = Sender("web", b"address of Noor")


def break_flows(*_: Any, **__: Any) -> None:
    raise RuntimeError("a flow is broken")


async def arrive(house: House) -> Receipt:
    return await house.door.open(Arrival(HARBOUR, "web", NOOR, "en"))


async def act(house: House, event: Happened) -> Receipt:
    return await house.door.receive(Inbound(HARBOUR, NOOR, str(uuid4()), event))


async def said(house: House, receipt: Receipt) -> list[tuple[str, str, str]]:
    lines = await house.door.lines(HARBOUR, receipt.conversation, after=Seq(0))
    return [(str(line.speaker), line.key, line.text) for line in lines]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Typed("he is at the door"), "he is at the door"),
        (ChoiceMade("yes"), "yes"),
        (ChoicesMade(("home", "baby")), "home, baby"),
        (Skipped(), "Skipped"),
    ],
)
async def test_what_a_broken_flow_was_given_is_kept_and_goes_to_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch, event: Happened, text: str
) -> None:
    await arrive(house)
    monkeypatch.setattr(turns, "advance", break_flows)
    receipt = await act(house, event)
    assert receipt.talk.owner is Owner.QUEUE
    *_, heard, told = await said(house, receipt)
    assert heard[2] == text
    assert told[1] == "replies.trouble"
    case = await house.tenancies[HARBOUR].store.case(Reference(receipt.talk.reference))
    assert case is not None
    assert case.waiting_since is not None


@pytest.mark.parametrize(
    ("unfit", "event", "text"),
    [
        ("\ud800", Typed("he is \ud800 here"), "he is ? here"),
        ("poison", Typed("he is here, poison"), "\N{REPLACEMENT CHARACTER}"),
        ("poison", ChoiceMade("poison"), "\N{REPLACEMENT CHARACTER}"),
    ],
)
async def test_what_no_store_will_keep_is_set_aside_and_its_talk_goes_to_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch, unfit: str, event: Happened, text: str
) -> None:
    """Refused as unfit again and again, it would never be acknowledged and nobody would know."""
    store = house.tenancies[HARBOUR].store
    commit = store.commit

    async def picky(change: Change) -> object:
        if unfit != "\ud800" and any(unfit in line.text for line in change.lines):
            raise UnfitChange
        return await commit(change)

    await arrive(house)
    monkeypatch.setattr(store, "commit", picky)
    inbound = Inbound(HARBOUR, NOOR, str(uuid4()), event)
    receipt = await house.door.receive(inbound)
    assert receipt.talk.owner is Owner.QUEUE
    *_, heard, told = await said(house, receipt)
    assert (heard[2], told[1]) == (text, "replies.trouble")
    # It is taken once, whoever asks again, and stands in nobody's way.
    assert (await house.door.receive(inbound)).seq == receipt.seq
    after = await act(house, Typed("and this is sound"))
    assert any(line[2] == "and this is sound" for line in await said(house, after))


async def test_what_fits_in_no_form_at_all_is_not_acknowledged(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(house)
    tries: list[Change] = []

    async def refuse(change: Change) -> None:
        tries.append(change)
        raise UnfitChange

    monkeypatch.setattr(house.tenancies[HARBOUR].store, "commit", refuse)
    with pytest.raises(NotSaved):
        await act(house, Typed("hello"))
    assert len(tries) == 3


async def test_a_broken_flow_shows_nothing_while_it_is_not_safe(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(house)
    await act(house, ChoiceMade("no"))
    monkeypatch.setattr(turns, "advance", break_flows)
    receipt = await act(house, Typed("he is here"))
    assert (await said(house, receipt))[-1][1] == "replies.quiet-saved"
    assert receipt.talk.owner is Owner.QUEUE


@pytest.mark.parametrize(("event", "how"), [(ExitTaken(), Ended.EXIT), (StopSaid(), Ended.STOP)])
async def test_leaving_works_when_everything_else_is_broken(
    house: House, monkeypatch: pytest.MonkeyPatch, event: Happened, how: Ended
) -> None:
    await arrive(house)
    await act(house, ChoiceMade("yes"))
    monkeypatch.setattr(turns, "advance", break_flows)
    monkeypatch.setattr(apply, "kept_intake", break_flows)
    receipt = await act(house, event)
    assert receipt.talk.ended is how
    case = await house.tenancies[HARBOUR].store.case(Reference(receipt.talk.reference))
    assert case is not None
    assert case.intake["contact_ended"] is (how is Ended.STOP)


async def test_an_answer_that_the_queue_does_not_show_is_read_from_the_talk(house: House) -> None:
    """A case is written when its place or its row changes, and drawn with the talk's answers."""
    tenancy = house.tenancies[HARBOUR]
    await on_shift(house, "amira")
    await arrive(house)
    for value in ("yes", "me", "no", "me"):
        receipt = await act(house, ChoiceMade(value))
    reference = Reference(receipt.talk.reference)
    before = await tenancy.store.case(reference)
    assert before is not None
    receipt = await act(house, ChoiceMade("18-or-over"))
    case = await tenancy.store.case(reference)
    assert case == before
    shown = with_intake_of(tenancy.edition, receipt.talk, case)
    assert values_of(shown.intake, "person.age-band") == ("18-or-over",)


async def test_a_step_that_is_gone_leads_to_a_person(house: House) -> None:
    receipt = await arrive(house)
    lost = receipt.talk.evolve(
        edition=EditionId("gone"),
        flow=FlowId("gone"),
        step=StepId("gone"),
        path=("gone.gone",),
        answers={key: Answer(Given.SKIPPED, NOW) for key in ("gone.before", "entry.gone")},
    )
    await house.tenancies[HARBOUR].store.commit(Change(conversation=lost))
    house.door.hot.forget(HARBOUR, receipt.conversation)
    told = await act(house, Typed("hello"))
    assert told.talk.owner is Owner.QUEUE
    assert (await said(house, told))[-1][1] == "replies.trouble"
    assert (await act(house, PersonWanted())).talk.owner is Owner.QUEUE
    assert (await act(house, Typed("are you there"))).talk.owner is Owner.QUEUE
    # The worker sees what was answered there, under the names that it had (P9).
    tenancy = house.tenancies[HARBOUR]
    case = await tenancy.store.case(Reference(told.talk.reference))
    assert case is not None
    for shown in (case, with_intake_of(tenancy.edition, lost, case)):
        assert shown.intake["fields"]["gone.before"]["status"] == "declined"


async def told_ahead(house: House) -> object:
    """How many Noor is told are before her."""
    moments: list[Moment] = []

    def watch(edition: Any, talk: Any, event: Any, moment: Moment) -> Any:
        moments.append(moment)
        return advance(edition, talk, event, moment)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(turns, "advance", watch)
        await act(house, PersonWanted())
    return moments[-1].ahead


async def queue_up(house: House, door: str, count: int, owner: Owner = Owner.QUEUE) -> None:
    tenancy, now = house.tenancies[HARBOUR], house.clock()
    for _ in range(count):
        id = uuid4().hex
        case = case_of(
            id, id, queue=tenancy.queue_of(door), owner=owner, rank_at=now, waiting_since=now
        )
        await begin(tenancy.store, id, case=case)


async def test_whoever_asks_for_a_person_is_told_of_all_who_wait_before_them(
    house: House, clock: MovableClock
) -> None:
    await arrive(house)
    await act(house, ChoiceMade("yes"))
    # Her case was opened before theirs, but she waits only from now on.
    clock.move(timedelta(minutes=1))
    await queue_up(house, "victim", 60, Owner.BOT)
    await queue_up(house, "victim", 3)
    await queue_up(house, "using-abuse", 2)
    clock.move(timedelta(minutes=1))
    assert await told_ahead(house) == 3
    await queue_up(house, "victim", 1)
    clock.move(timedelta(minutes=1))
    assert await told_ahead(house) == 3


async def test_whoever_has_no_case_yet_is_counted_in_their_own_flows_queue(
    house: House, clock: MovableClock
) -> None:
    receipt = await arrive(house)
    moved = receipt.talk.evolve(flow=FlowId("using-abuse"), step=StepId(""))
    await house.tenancies[HARBOUR].store.commit(Change(conversation=moved))
    house.door.hot.forget(HARBOUR, receipt.conversation)
    clock.move(-timedelta(minutes=1))
    await queue_up(house, "victim", 3)
    await queue_up(house, "using-abuse", 2)
    clock.move(timedelta(minutes=1))
    assert await told_ahead(house) == 2


async def test_every_visitors_event_is_written_once_with_its_id(house: House) -> None:
    await arrive(house)
    for event in (ChoiceMade("yes"), Typed("me"), Skipped(), PersonWanted(), Typed("numbers")):
        receipt = await act(house, event)
        own = [line for line in receipt.lines if line.inbox is not None]
        assert [line.speaker for line in own] == [Speaker.VISITOR]
        assert own[0].seq == receipt.seq


async def test_a_no_that_is_older_than_the_question_throws_no_contact_away(house: House) -> None:
    """Sent twice, or over a slow line: it must not pass over what has not been seen (P5, P19)."""
    await on_shift(house, "amira")
    await arrive(house)
    for value in ("yes", "me", "no", "someone", "friend", "yes", "no"):
        receipt = await act(house, ChoiceMade(value))
    while receipt.talk.step != "contact":
        receipt = await act(house, Skipped())
    seen = Seq(receipt.talk.last_seq)
    await act(house, ChoiceMade("call"))
    late = Inbound(HARBOUR, NOOR, str(uuid4()), Typed("no"), seen=seen)
    talk = (await house.door.receive(late)).talk
    assert talk.step == "contact-address"
    assert "third-party.contact-address" not in talk.answers
    in_time = await act(house, Typed("no"))
    assert in_time.talk.answers["third-party.contact-address"].given is Given.SKIPPED
