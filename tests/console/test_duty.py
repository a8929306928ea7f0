"""Somebody left or dropped in danger: a person decides what is done, before the case can close."""

import pytest

from flows.conversation import Ended
from handoff.duty import LONGEST_WHY, Decided, NoDecision, is_owed, read_decision
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor
from tests.handoff.cast import EMERGENCY, case

WHY = "No number, and she said that he reads her messages."


def decision(**more: str) -> dict[str, str]:
    return {"decided": "no-safe-way", "why": WHY, "based_on": "0", **more}


@pytest.mark.parametrize("ended", [Ended.EXIT, Ended.STOP])
def test_one_is_owed_to_whoever_left_in_danger_and_to_nobody_else(ended: Ended) -> None:
    assert is_owed(case(urgency=EMERGENCY, ended=ended), ())
    assert is_owed(case(urgency=EMERGENCY), (), is_gone=True)
    assert not is_owed(case(ended=ended), ())
    assert not is_owed(case(urgency=EMERGENCY), ())


@pytest.mark.parametrize(
    ("decided", "why"),
    [("", WHY), ("nonsense", WHY), ("wait", "  "), ("wait", "x" * (LONGEST_WHY + 1))],
)
def test_a_decision_without_a_reason_is_none(decided: str, why: str) -> None:
    with pytest.raises(NoDecision):
        read_decision(decided, why)


async def test_who_left_in_danger_is_shown_and_the_case_is_not_closed_without_a_decision(
    harbour: Harbour, staffed: Desk, in_danger: Visitor
) -> None:
    place = f"/cases/{in_danger.reference}"
    await staffed.claim(in_danger.reference)
    await in_danger.leaves()
    assert "Record the duty decision" in await staffed.read(place)
    for outcome in ("left", "supported"):
        refused = await staffed.post(f"{place}/close", {"outcome": outcome})
        assert refused.status == 409
        assert "no-duty-decision" in await refused.text()
    answer = await staffed.post(f"{place}/duty", decision())
    assert answer.status == 303
    assert "no duty decision is recorded" not in await staffed.read(place)
    page = await staffed.read(f"{place}/duty")
    assert WHY in page
    assert "Ben" in page
    closed = await staffed.post(f"{place}/close", {"outcome": "left"})
    assert closed.status == 303
    [*_, sheet] = await harbour.store.entries(in_danger.reference)
    assert (sheet.kind, sheet.content["decided"]) == ("duty-decision", Decided.NO_SAFE_WAY)


async def test_whoever_dropped_is_not_forgotten_either(
    harbour: Harbour, staffed: Desk, in_danger: Visitor
) -> None:
    await staffed.claim(in_danger.reference)
    place = f"/cases/{in_danger.reference}/close"
    assert (await staffed.post(place, {"outcome": "supported"})).status == 409
    conversation = (await harbour.case(in_danger.reference)).conversation
    with harbour.house.presence.visitor_at(HARBOUR, conversation):
        assert (await staffed.post(place, {"outcome": "supported"})).status == 303


async def test_the_holder_or_a_supervisor_decides_and_nobody_else(
    harbour: Harbour, staffed: Desk, in_danger: Visitor
) -> None:
    place = f"/cases/{in_danger.reference}/duty"
    await in_danger.leaves()
    amira, dev = await harbour.sign_in("amira"), await harbour.sign_in("dev")
    refused = await amira.post(place, decision())
    assert refused.status == 409
    page = await refused.text()
    assert "not-yours" in page
    assert 'name="decided"' not in await amira.read(place)
    assert (await dev.post(place, decision())).status == 303


async def test_what_was_written_is_kept_when_it_is_refused_or_somebody_was_first(
    harbour: Harbour, staffed: Desk, in_danger: Visitor
) -> None:
    place = f"/cases/{in_danger.reference}/duty"
    await staffed.claim(in_danger.reference)
    refused = await staffed.post(place, decision(decided=""))
    assert WHY in await refused.text()
    await staffed.post(place, decision(why="The first."))
    second = await staffed.post(place, decision(why="The second."))
    page = await second.text()
    assert "written-since" in page
    assert "The first." in page
    assert "The second." in page


async def test_reading_a_decision_leaves_its_row(
    harbour: Harbour, staffed: Desk, in_danger: Visitor
) -> None:
    await staffed.read(f"/cases/{in_danger.reference}/duty")
    assert (await harbour.actions(in_danger.reference))[-1] == "read-duty"


async def test_the_other_side_of_the_wall_finds_no_such_page(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    chloe = await harbour.sign_in("chloe")
    for answer in (
        await chloe.get(f"/cases/{waiting.reference}/duty"),
        await chloe.post(f"/cases/{waiting.reference}/duty", decision()),
    ):
        assert answer.status == 404
