"""A call is entered on the case form: its own reference, the same rules, and never a page (R52)."""

from datetime import timedelta

import pytest

from flows.conversation import Owner
from handoff.reference import Reference
from tests.console.conftest import Desk, Harbour

CALL = {
    "door": "victim",
    "channel": "phone",
    "language": "en",
    "hold": "me",
    "victim.hurt": "before",
    "victim.needs:talk": "yes",
    "victim.needs:legal": "yes",
    "victim.most-afraid:words": "that he finds out",
}


@pytest.fixture
async def amira(harbour: Harbour) -> Desk:
    return await harbour.sign_in("amira")


async def enter(desk: Desk, **form: str) -> Reference:
    answer = await desk.post("/enter", {**CALL, **form})
    assert answer.status == 303, await answer.text()
    return Reference(answer.headers["Location"].rpartition("/")[2])


async def test_a_call_is_a_case_with_its_answers_and_whoever_took_it_holds_it(
    harbour: Harbour, amira: Desk
) -> None:
    reference = await enter(amira)
    case = await harbour.case(reference)
    assert (case.owner, case.holder) == (Owner.WORKER, harbour.account("amira").staff.id)
    page = await amira.read(f"/cases/{reference}")
    for part in (
        "By telephone",
        "that he finds out",
        "The police or a court",
        "Entered by a worker",
    ):
        assert part in page
    assert 'name="text"' not in page


async def test_it_may_wait_in_its_queue_for_whoever_takes_it(harbour: Harbour, amira: Desk) -> None:
    reference = await enter(amira, hold="queue", channel="agency")
    case = await harbour.case(reference)
    assert (case.owner, case.holder) == (Owner.QUEUE, None)
    assert "From an agency" in await amira.read()


async def test_the_same_form_sent_twice_is_one_case(harbour: Harbour, amira: Desk) -> None:
    one = await enter(amira, id="the-same-id")
    assert await enter(amira, id="the-same-id") == one
    assert [e.kind for e in await harbour.store.entries(one)] == ["entered"]


async def test_danger_that_is_chosen_or_typed_is_an_emergency_at_the_desk(
    harbour: Harbour, amira: Desk
) -> None:
    pressed = await enter(amira, **{"entry.danger-now": "yes", "hold": "queue"})
    typed = await enter(amira, **{"victim.most-afraid:words": "he said he will kill me tonight"})
    assert (await harbour.case(pressed)).urgency.is_emergency
    assert (await harbour.case(typed)).urgency.is_emergency
    assert pressed in (await amira.read()).partition("Who waits")[0]


async def test_nothing_can_be_written_to_somebody_without_a_page(
    harbour: Harbour, amira: Desk
) -> None:
    reference = await enter(amira)
    answer = await amira.reply(reference, "hello")
    assert answer.status == 409
    assert "nobody-reads" in await answer.text()
    await amira.post(f"/cases/{reference}/give-back")
    await amira.claim(reference)
    await amira.post(f"/cases/{reference}/close", {"outcome": "supported"})
    case = await harbour.case(reference)
    assert case.owner is Owner.CLOSED
    assert list(await harbour.store.lines(case.conversation)) == []


async def test_it_is_counted_apart_and_its_reading_is_recorded(
    harbour: Harbour, amira: Desk
) -> None:
    reference = await enter(amira)
    now = harbour.clock()
    facts = await harbour.store.facts(
        since=now - timedelta(hours=1), until=now + timedelta(hours=1)
    )
    begun = next(f for f in facts if f.kind == "talk-begun")
    assert (begun.values["channel"], begun.values["door"]) == ("phone", "victim")
    kinds = [f.kind for f in facts]
    assert {"case-opened", "case-queued", "door-taken", "first-reply", "case-claimed"} <= {*kinds}
    assert (await harbour.actions(reference))[:2] == ["entered", "claim"]


async def test_somebody_who_rings_for_another_is_counted_as_a_third_party(
    harbour: Harbour, amira: Desk
) -> None:
    await enter(amira, **{"door": "third-party", "third-party.relation": "friend"})
    now = harbour.clock()
    facts = await harbour.store.facts(
        since=now - timedelta(hours=1), until=now + timedelta(hours=1)
    )
    [flags] = [f.values for f in facts if f.kind == "flags"]
    assert flags["third-party"] == "yes"


async def test_an_empty_form_is_refused_and_a_long_one_keeps_its_words(amira: Desk) -> None:
    empty = await amira.post("/enter", {"door": "victim", "channel": "phone", "language": "en"})
    assert empty.status == 409
    assert "nothing-entered" in await empty.text()
    long = await amira.post("/enter", {**CALL, "victim.most-afraid:words": "so afraid " * 401})
    page = await long.text()
    assert long.status == 409
    assert "answer-too-long" in page
    assert "so afraid so afraid" in page
    assert 'name="victim.needs:legal" value="yes" checked' in page


@pytest.mark.parametrize("wrong", [{"channel": "web"}, {"language": "xx"}, {"id": "x"}])
async def test_a_form_that_is_no_form_of_ours_makes_no_case(
    harbour: Harbour, amira: Desk, wrong: dict[str, str]
) -> None:
    answer = await amira.post("/enter", {**CALL, **wrong})
    assert answer.status == 409
    assert not await harbour.store.cases(harbour.house.tenancies[amira.tenant].queues, limit=9)


async def test_each_side_enters_its_own_doors_alone(harbour: Harbour, amira: Desk) -> None:
    chloe = await harbour.sign_in("chloe")
    assert (await amira.get("/enter?door=using-abuse")).status == 404
    assert (await amira.post("/enter", {**CALL, "door": "using-abuse"})).status == 404
    assert (await chloe.get("/enter?door=victim")).status == 404
    assert (await chloe.get("/enter")).status == 200


async def test_a_volunteer_without_a_supervisor_enters_but_does_not_hold(harbour: Harbour) -> None:
    esther = await harbour.sign_in("esther")
    reference = await enter(esther)
    assert (await harbour.case(reference)).holder is None
