"""The ladder in a real house: timers in the commit of what causes them, each rung once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.calling import WORDS
from bot.ladder import Ladder
from bot.watching import with_watches
from handoff.desk import File, Move
from handoff.ladder import find_watch
from handoff.risk_assessment import Assessment
from handoff.risk_topics import Form
from handoff.watch import Cause, Rung
from storage.store import Change, Timer
from tests.console.climbing import (
    NUMBER,
    Telephone,
    another_process,
    facts,
    ladder,
    look,
    on_call,
    pending,
    rung_of,
    telephone,
    watch_of,
)
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

__all__ = ["ladder", "telephone"]


class TestTimers:
    async def test_one_is_set_in_the_turn_of_danger_and_cancelled_by_the_claim(
        self, harbour: Harbour, staffed: Desk, in_danger: Visitor
    ) -> None:
        [timer] = await pending(harbour)
        assert (timer.kind, timer.reference) == (Cause.UNCLAIMED, in_danger.reference)
        assert timer.due_at == harbour.clock() + timedelta(seconds=60)
        await staffed.claim(in_danger.reference)
        kinds = {timer.kind for timer in await pending(harbour)}
        assert kinds == {Cause.UNANSWERED, Cause.ASSESSMENT}
        await staffed.reply(in_danger.reference, "I am here.")
        assert {timer.kind for timer in await pending(harbour)} == {Cause.ASSESSMENT}
        await staffed.post(f"/cases/{in_danger.reference}/give-back")
        assert Cause.UNCLAIMED in {timer.kind for timer in await pending(harbour)}

    async def test_a_closed_case_leaves_none(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor
    ) -> None:
        await staffed.claim(waiting.reference)
        assert await pending(harbour)
        await staffed.post(f"/cases/{waiting.reference}/close", {"outcome": "supported"})
        assert await pending(harbour) == []

    async def test_somebody_who_writes_to_their_worker_waits_from_the_first_message(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor
    ) -> None:
        await staffed.claim(waiting.reference)
        await staffed.reply(waiting.reference, "Hello.")
        assert await watch_of(harbour, waiting, Cause.UNANSWERED) is None
        harbour.clock.move(seconds=10)
        await waiting.answers("are you there")
        first = await watch_of(harbour, waiting, Cause.UNANSWERED)
        harbour.clock.move(seconds=10)
        await waiting.answers("please say something")
        assert first is not None
        assert await watch_of(harbour, waiting, Cause.UNANSWERED) == first

    async def test_a_refused_move_sets_none(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor
    ) -> None:
        await staffed.reply(waiting.reference, "Not mine.")
        assert await pending(harbour) == []


class TestClimbing:
    async def test_supervisor_after_a_minute_and_on_call_when_nobody_sees_it(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder, telephone: Telephone
    ) -> None:
        await on_call(harbour)
        await harbour.sign_in("dev")
        harbour.clock.move(seconds=29)
        await look(harbour, ladder)
        assert await rung_of(harbour, in_danger) is None
        harbour.clock.move(seconds=1)
        await look(harbour, ladder)
        assert await rung_of(harbour, in_danger) is Rung.SUPERVISOR
        assert telephone.calls == []
        harbour.clock.move(minutes=2)
        await harbour.sign_in("dev")
        await look(harbour, ladder)
        assert await rung_of(harbour, in_danger) is Rung.ON_CALL
        assert [call.number for call in telephone.calls] == [NUMBER]
        assert [call.words for call in telephone.calls] == [WORDS]

    async def test_each_rung_is_a_sheet_and_a_fact_of_its_case(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        await harbour.sign_in("dev")
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        harbour.clock.move(minutes=3)
        await look(harbour, ladder)
        sheets = await harbour.store.entries(in_danger.reference)
        assert [(s.kind, s.by, s.content["rung"]) for s in sheets] == [
            ("alarm", "", "supervisor"),
            ("alarm", "", "on-call"),
        ]
        counted = await facts(harbour, "ladder-rung")
        assert [(f["cause"], f["rung"], f["after"]) for f in counted] == [
            ("unclaimed-emergency", "supervisor", "90"),
            ("unclaimed-emergency", "on-call", "270"),
        ]

    async def test_two_workers_take_one_rung_and_place_one_call(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder, telephone: Telephone
    ) -> None:
        await on_call(harbour)
        harbour.clock.move(minutes=1)
        others = [Ladder(another_process(ladder.house)) for _ in range(4)]
        await asyncio.gather(*(look(harbour, one) for one in (ladder, *others)))
        assert await rung_of(harbour, in_danger) is Rung.ON_CALL
        assert len(telephone.calls) == 1
        assert len(await facts(harbour, "ladder-rung")) == 1

    async def test_a_kill_between_the_rung_and_its_call_loses_neither(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder, telephone: Telephone
    ) -> None:
        await on_call(harbour)
        harbour.clock.move(minutes=1)
        tenancy = harbour.house.tenancies[HARBOUR]
        due = await tenancy.store.due_timers(harbour.clock(), limit=9)
        await ladder.take_due(tenancy, due)
        # It dies here: the rung stands, and nobody was called.
        await ladder.close()
        telephone.calls.clear()
        born_again = Ladder(another_process(ladder.house))
        await look(harbour, born_again)
        assert telephone.calls == []
        harbour.clock.move(seconds=30)
        await look(harbour, born_again)
        assert len(telephone.calls) == 1
        watch = await watch_of(harbour, in_danger, Cause.UNCLAIMED)
        assert watch is not None
        assert (watch.call, watch.calls_at) == (1, None)

    async def test_a_call_that_fails_is_tried_again_under_the_same_key_and_the_next_goes_to_another(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder, telephone: Telephone
    ) -> None:
        await on_call(harbour)
        await on_call(harbour, "Nia", "+447700900456")
        telephone.is_down = True
        for _ in range(3):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        assert len(telephone.calls) == 3
        assert len({call.key for call in telephone.calls}) == 1
        telephone.is_down = False
        harbour.clock.move(minutes=5)
        await look(harbour, ladder)
        assert telephone.calls[-1].number != telephone.calls[0].number
        assert telephone.calls[-1].key != telephone.calls[0].key

    async def test_with_nobody_on_call_it_goes_on_and_the_desk_says_so(
        self, harbour: Harbour, staffed: Desk, in_danger: Visitor, ladder: Ladder
    ) -> None:
        for _ in range(30):
            harbour.clock.move(minutes=1)
            await look(harbour, ladder)
        watch = await watch_of(harbour, in_danger, Cause.UNCLAIMED)
        assert watch is not None
        assert watch.call > 3
        assert watch.due_at > harbour.clock()
        ben = await harbour.sign_in("ben")
        assert "On-call could not be called yet" in await ben.read()

    async def test_an_overdue_call_back_of_another_room_is_taken_by_its_bare_timer(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor, ladder: Ladder
    ) -> None:
        case = await harbour.case(waiting.reference)
        due = harbour.clock() + timedelta(minutes=5)
        timer = Timer("booked-1", Cause.CALL_BACK, due, case.conversation, case.reference)
        await harbour.store.commit(Change(timers=(timer,)))
        await look(harbour, ladder)
        assert find_watch(await harbour.case(waiting.reference), "booked-1") is None
        harbour.clock.move(minutes=5)
        await look(harbour, ladder)
        watch = find_watch(await harbour.case(waiting.reference), "booked-1")
        assert watch is not None
        assert watch.rung is Rung.ON_CALL
        # Its room says that it is done, in a change of the case: nothing of it climbs any more.
        case = await harbour.case(waiting.reference)
        done = Change(case=case, timers=(replace(timer, is_done=True),))
        ended = with_watches(harbour.house.tenancies[HARBOUR], case, done, harbour.clock())
        assert ended.timers == done.timers
        assert ended.case is not None
        assert ended.case.watches == ()

    async def test_an_assessment_ends_the_wait_for_it(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor
    ) -> None:
        await staffed.claim(waiting.reference)
        assert Cause.ASSESSMENT in {timer.kind for timer in await pending(harbour)}
        made = Assessment(form=Form.ADULT, topics={}).model_dump(mode="json")
        ben = harbour.account("ben").staff
        filed = Move("dash", waiting.reference, ben, File("risk-assessment", made))
        await harbour.house.door.move(HARBOUR, filed)
        assert {timer.kind for timer in await pending(harbour)} == {Cause.UNANSWERED}

    async def test_after_a_day_without_one_its_holder_is_told(
        self, harbour: Harbour, staffed: Desk, waiting: Visitor, ladder: Ladder
    ) -> None:
        await staffed.claim(waiting.reference)
        await staffed.reply(waiting.reference, "Hello.")
        harbour.clock.move(hours=24)
        ben = await harbour.sign_in("ben")
        await look(harbour, ladder)
        watch = await watch_of(harbour, waiting, Cause.ASSESSMENT)
        assert watch is not None
        assert watch.rung is Rung.HOLDER
        assert "The risk assessment is overdue" in await ben.read()
        assert "The risk assessment is overdue" not in await (await harbour.sign_in("amira")).read()

    async def test_a_timer_of_no_case_is_let_go_of(self, harbour: Harbour, ladder: Ladder) -> None:
        stray = Timer("stray", Cause.TRANSFER, harbour.clock())
        await harbour.store.commit(Change(timers=(stray,)))
        await look(harbour, ladder)
        assert await pending(harbour) == []

    async def test_an_emergency_of_an_older_version_gets_its_timer(
        self, harbour: Harbour, in_danger: Visitor, ladder: Ladder
    ) -> None:
        case = await harbour.case(in_danger.reference)
        [timer] = await pending(harbour)
        older = Change(case=case.evolve(watches=()), timers=(replace(timer, is_done=True),))
        await harbour.store.commit(older)
        harbour.house.door.hot.forget(HARBOUR, case.conversation)
        assert await pending(harbour) == []
        for _ in range(2):
            await ladder.watch_older_cases(harbour.house.tenancies[HARBOUR])
        [found] = await pending(harbour)
        assert (found.id, found.due_at) == (timer.id, harbour.clock() + timedelta(seconds=60))


async def test_a_call_that_was_entered_is_watched_from_its_own_commit(
    harbour: Harbour,
) -> None:
    amira = await harbour.sign_in("amira")
    form = {"door": "victim", "channel": "phone", "language": "en", "hold": "me"}
    answer = await amira.post("/enter", {**form, "victim.hurt": "before"})
    assert answer.status == 303
    # Nobody can write to a telephone, so its holder is reminded of the assessment alone (R21, R52).
    assert {timer.kind for timer in await pending(harbour)} == {Cause.ASSESSMENT}
