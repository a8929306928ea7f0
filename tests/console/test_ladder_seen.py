"""What ends a climb: a person who has seen it; and what a visitor hears while nobody has."""

import asyncio

import pytest

from bot.ladder import Ladder
from handoff.desk import Move
from handoff.ladder import watch_id
from handoff.ladder_moves import Seen
from handoff.refusals import NotFound
from handoff.watch import Cause, Rung
from tests.console.climbing import (
    Telephone,
    facts,
    ladder,
    look,
    on_call,
    press_seen,
    rung_of,
    telephone,
    told,
    watch_of,
)
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

__all__ = ["ladder", "telephone"]


class TestTheTruth:
    async def test_after_five_minutes_without_a_person_the_visitor_hears_it_once(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        for _ in range(9):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        heard = await told(harbour, in_danger)
        assert heard.count("replies.no-answer-yet") == 1
        # The question that stood is the last on the page, so that it can be answered.
        assert heard[-1] == "entry.where.ask"
        await in_danger.answers("14 Mill Lane")
        assert in_danger.talk is not None
        assert in_danger.talk.answers["entry.where"].words == "14 Mill Lane"

    async def test_once_a_person_has_seen_it_there_is_nothing_of_the_kind_to_tell(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        dev = await harbour.sign_in("dev")
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        await press_seen(dev, await harbour.case(in_danger.reference))
        for _ in range(8):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        assert "replies.no-answer-yet" not in await told(harbour, in_danger)

    async def test_a_silent_page_is_told_nothing(
        self, harbour: Harbour, staffed: Desk, ladder: Ladder
    ) -> None:
        visitor = await (await harbour.visitor()).answers("no", "he has a knife and will kill me")
        assert (await harbour.case(visitor.reference)).urgency.is_emergency
        before = await told(harbour, visitor)
        for _ in range(9):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        assert await rung_of(harbour, visitor) is Rung.ON_CALL
        assert await told(harbour, visitor) == before

    async def test_whoever_has_left_is_told_nothing_and_is_not_forgotten(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        await in_danger.leaves()
        before = await told(harbour, in_danger)
        for _ in range(9):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        assert await told(harbour, in_danger) == before
        assert await rung_of(harbour, in_danger) is Rung.ON_CALL


class TestSeen:
    async def test_it_is_audited_filed_and_counted_and_nobody_else_is_told(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder, telephone: Telephone
    ) -> None:
        await on_call(harbour)
        dev = await harbour.sign_in("dev")
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        page = await dev.read()
        assert "I have seen this" in page
        case = await harbour.case(in_danger.reference)
        await press_seen(dev, case)
        page = await dev.read()
        assert "I have seen this" not in page
        assert "Dev" in page
        assert "seen" in await harbour.actions(in_danger.reference)
        *_, sheet = await harbour.store.entries(in_danger.reference)
        assert (sheet.by, sheet.content["is_seen"]) == (harbour.account("dev").staff.id, True)
        [fact] = await facts(harbour, "ladder-seen")
        assert (fact["rung"], fact["roles"]) == ("supervisor", "supervisor")
        harbour.clock.move(minutes=5)
        await look(harbour, ladder)
        assert telephone.calls == []

    async def test_two_who_press_at_once_have_seen_it_once(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        dev, farah = await harbour.sign_in("dev"), await harbour.sign_in("farah")
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        case = await harbour.case(in_danger.reference)
        await asyncio.gather(press_seen(dev, case), press_seen(farah, case))
        assert len(await facts(harbour, "ladder-seen")) == 1

    async def test_nobody_sees_what_they_may_not(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        case = await harbour.case(in_danger.reference)
        chloe = await harbour.sign_in("chloe")
        answer = await chloe.post(
            f"/cases/{case.reference}/seen", {"watch": watch_id(case, Cause.UNCLAIMED)}
        )
        assert answer.status == 404
        assert await facts(harbour, "ladder-seen") == []

    async def test_a_manager_on_call_may_say_so_without_seeing_the_case(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        mo = harbour.account("mo").staff
        case = await harbour.case(in_danger.reference)
        seen = Seen(watch_id(case, Cause.UNCLAIMED))
        with pytest.raises(NotFound):
            await harbour.house.door.move(HARBOUR, Move("early", case.reference, mo, seen))
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        await harbour.house.door.move(HARBOUR, Move("now", case.reference, mo, seen))
        watch = await watch_of(harbour, in_danger, Cause.UNCLAIMED)
        assert watch is not None
        assert watch.seen_by == mo.id
