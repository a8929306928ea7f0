"""What every store of talks and cases must do (I1 to I8). Desk and isolation stand beside."""

import asyncio
from datetime import timedelta

import pytest

from flows.conversation import ConversationId, Ended, Owner
from handoff.case import Outcome, QueueName
from handoff.reference import Reference
from handoff.transcript import Seq
from storage.errors import StoreClosed, UnfitChange
from storage.store import Change, Committed, Conflict, Repeated, Sender, Session, Store, Stores
from tests.contracts.cast import (
    AMIRA,
    DEVICE,
    HOUR,
    NOOR,
    NOW,
    REFERENCE,
    SENDER,
    USING,
    VICTIM,
    begin,
    case_of,
    fact,
    heard,
    keep,
    said,
    session,
    talk,
    timer,
)


class TestTalks:
    async def test_a_talk_comes_back_exactly_as_it_was_stored(self, harbour: Store) -> None:
        stored = await begin(harbour)
        assert stored == talk(version=1)
        assert await harbour.conversation(NOOR) == stored

    async def test_a_talk_that_was_never_stored_is_none(self, harbour: Store) -> None:
        assert await harbour.conversation(NOOR) is None
        assert await harbour.lines(NOOR) == [] or await harbour.lines(NOOR) == ()
        assert await harbour.line_of(NOOR, b"id") is None

    async def test_lines_come_back_in_order_and_exactly(self, harbour: Store) -> None:
        lines = (heard(1, inbox=b"one"), said(2))
        stored = await keep(harbour, Change(conversation=talk(last_seq=2), lines=lines))
        assert stored.conversation is not None
        more = stored.conversation.evolve(last_seq=3)
        await keep(harbour, Change(conversation=more, lines=(said(3),)))
        assert list(await harbour.lines(NOOR)) == [*lines, said(3)]
        assert list(await harbour.lines(NOOR, after=Seq(2))) == [said(3)]
        assert await harbour.line_of(NOOR, b"one") == lines[0]

    async def test_a_change_of_an_older_version_is_a_conflict(self, harbour: Store) -> None:
        first = await begin(harbour)
        second = await keep(harbour, Change(conversation=first.evolve(asked=3)))
        assert await harbour.commit(Change(conversation=first.evolve(asked=9))) == Conflict()
        assert await harbour.conversation(NOOR) == second.conversation

    async def test_a_talk_cannot_be_begun_twice(self, harbour: Store) -> None:
        await begin(harbour)
        assert await harbour.commit(Change(conversation=talk())) == Conflict()

    async def test_a_change_of_an_unknown_talk_is_a_conflict(self, harbour: Store) -> None:
        assert await harbour.commit(Change(conversation=talk(version=4))) == Conflict()
        assert await harbour.commit(Change(case=case_of())) == Conflict()

    async def test_a_repeated_id_is_answered_with_the_line_it_has(self, harbour: Store) -> None:
        change = Change(conversation=talk(last_seq=2), lines=(said(1), heard(2, inbox=b"id")))
        stored = await keep(harbour, change)
        assert stored.conversation is not None
        again = stored.conversation.evolve(last_seq=3)
        line = heard(3, "other words", inbox=b"id")
        fate = await harbour.commit(Change(conversation=again, lines=(line,), facts=(fact(),)))
        assert fate == Repeated(Seq(2))
        assert len(await harbour.lines(NOOR)) == 2
        assert await harbour.facts(since=NOW - HOUR, until=NOW + HOUR) in ([], ())

    async def test_a_repeat_from_an_older_version_is_a_repeat(self, harbour: Store) -> None:
        first = await begin(harbour)
        change = Change(conversation=first.evolve(last_seq=1), lines=(heard(1, inbox=b"id"),))
        await keep(harbour, change)
        assert await harbour.commit(change) == Repeated(Seq(1))

    async def test_the_same_id_in_two_talks_is_no_repeat(self, harbour: Store) -> None:
        for id in ("one", "two"):
            change = Change(conversation=talk(id=id, last_seq=1), lines=(heard(1, inbox=b"id"),))
            assert isinstance(await harbour.commit(change), Committed)

    async def test_sixty_increments_at_once_are_all_kept(self, harbour: Store) -> None:
        await begin(harbour)

        async def increment() -> None:
            while True:
                read = await harbour.conversation(NOOR)
                assert read is not None
                change = Change(
                    conversation=read.evolve(asked=read.asked + 1, last_seq=read.last_seq + 1),
                    lines=(said(read.last_seq + 1),),
                )
                if isinstance(await harbour.commit(change), Committed):
                    return

        await asyncio.gather(*(increment() for _ in range(60)))
        final = await harbour.conversation(NOOR)
        assert final is not None
        assert (final.asked, final.last_seq, final.version) == (62, 60, 61)
        assert [line.seq for line in await harbour.lines(NOOR)] == list(range(1, 61))

    async def test_each_in_a_crowd_gets_its_own_fate(self, harbour: Store) -> None:
        first = await begin(harbour)
        stale = Change(conversation=first.evolve(version=7))
        new = [Change(conversation=talk(id=f"talk-{n}")) for n in range(20)]
        fates = await asyncio.gather(*(harbour.commit(c) for c in [*new[:10], stale, *new[10:]]))
        assert fates[10] == Conflict()
        assert all(isinstance(fate, Committed) for n, fate in enumerate(fates) if n != 10)


class TestWholeOrNotAtAll:
    async def test_what_follows_is_committed_with_it(self, harbour: Store) -> None:
        first = await begin(harbour, session=session())
        ended = first.evolve(ended=Ended.DOOR, owner=Owner.CLOSED)
        other = Change(conversation=talk(id="other-door"), session=session())
        change = Change(conversation=ended, ends_session=True, following=other)
        stored = await keep(harbour, change)
        assert stored.following is not None
        assert await harbour.conversation_of(SENDER, NOW) == stored.following.conversation
        assert await harbour.conversation(NOOR) == stored.conversation

    async def test_nothing_is_stored_when_what_follows_conflicts(self, harbour: Store) -> None:
        first = await begin(harbour, session=session())
        await begin(harbour, "other-door")
        change = Change(
            conversation=first.evolve(last_seq=1, ended=Ended.DOOR),
            lines=(heard(1),),
            case=case_of(),
            timers=(timer(),),
            facts=(fact(),),
            ends_session=True,
            following=Change(conversation=talk(id="other-door")),
        )
        assert await harbour.commit(change) == Conflict()
        assert await harbour.conversation(NOOR) == first
        assert await harbour.conversation_of(SENDER, NOW) == first
        assert await harbour.case(REFERENCE) is None
        assert list(await harbour.lines(NOOR)) == []
        assert list(await harbour.due_timers(NOW, limit=9)) == []
        assert list(await harbour.facts(since=NOW, until=NOW + HOUR)) == []

    @pytest.mark.parametrize("seqs", [(2,), (1, 3), (2, 1), (0, 1)])
    async def test_lines_with_a_gap_are_refused(self, harbour: Store, seqs: list[int]) -> None:
        lines = tuple(said(seq) for seq in seqs)
        with pytest.raises(UnfitChange):
            await harbour.commit(Change(conversation=talk(last_seq=len(seqs)), lines=lines))
        assert await harbour.conversation(NOOR) is None

    async def test_a_sequence_that_jumps_is_not_stored(self, harbour: Store) -> None:
        first = await begin(harbour)
        change = Change(conversation=first.evolve(last_seq=5), lines=(said(5),))
        assert await harbour.commit(change) == Conflict()

    async def test_a_closed_store_takes_nothing(self, harbour: Store, stores: Stores) -> None:
        await begin(harbour)
        await stores.close()
        with pytest.raises(StoreClosed):
            await harbour.commit(Change(conversation=talk(id="late")))
        with pytest.raises(StoreClosed):
            await stores.check()

    async def test_readiness_writes_and_reads(self, stores: Stores) -> None:
        await stores.check()
        await stores.check()


class TestSessions:
    async def test_a_session_leads_to_its_talk_until_it_ends(self, harbour: Store) -> None:
        stored = await begin(harbour, session=session())
        assert await harbour.conversation_of(SENDER, NOW) == stored
        assert await harbour.conversation_of(SENDER, NOW + HOUR) is None
        assert await harbour.conversation_of(Sender("telegram", SENDER.address), NOW) is None

    async def test_a_session_can_be_prolonged_and_moved(self, harbour: Store) -> None:
        stored = await begin(harbour, session=session())
        moved = Sender("web", b"next-address")
        change = Change(conversation=stored, session=Session(moved, NOW + 2 * HOUR, DEVICE))
        stored = (await keep(harbour, change)).conversation or stored
        assert await harbour.conversation_of(SENDER, NOW) is None
        assert await harbour.conversation_of(moved, NOW + HOUR) == stored

    async def test_exit_ends_the_session_at_once(self, harbour: Store) -> None:
        stored = await begin(harbour, session=session())
        await keep(harbour, Change(conversation=stored, ends_session=True))
        assert await harbour.conversation_of(SENDER, NOW) is None
        assert list(await harbour.conversations_on(DEVICE)) == []

    async def test_a_sender_has_one_live_talk(self, harbour: Store) -> None:
        stored = await begin(harbour, session=session())
        second = Change(
            conversation=talk(id="second", last_seq=1), lines=(said(1),), session=session()
        )
        assert await harbour.commit(second) == Conflict()
        assert await harbour.conversation_of(SENDER, NOW) == stored

    async def test_a_sender_may_begin_again_when_the_session_has_ended(
        self, harbour: Store
    ) -> None:
        old = Session(SENDER, NOW - HOUR)
        await begin(harbour, session=old)
        second = Change(
            conversation=talk(id="second", last_seq=1), lines=(said(1),), session=session()
        )
        stored = await keep(harbour, second)
        assert await harbour.conversation_of(SENDER, NOW) == stored.conversation

    async def test_a_browser_finds_all_its_talks_and_no_browser_none(self, harbour: Store) -> None:
        await begin(harbour, "one", session=session(Sender("web", b"1")))
        await begin(harbour, "two", session=session(Sender("web", b"2")))
        await begin(harbour, "three", session=session(Sender("web", b"3"), device=b""))
        assert list(await harbour.conversations_on(DEVICE)) == ["one", "two"]
        assert list(await harbour.conversations_on(b"")) == []


class TestCases:
    async def test_a_case_comes_back_exactly_as_it_was_stored(self, harbour: Store) -> None:
        await begin(harbour, case=case_of())
        assert await harbour.case(REFERENCE) == case_of(version=1)

    async def test_two_claims_of_one_case_cannot_both_succeed(self, harbour: Store) -> None:
        await begin(harbour, case=case_of())
        read = await harbour.case(REFERENCE)
        assert read is not None
        claims = [Change(case=read.evolve(holder=f"worker-{n}")) for n in range(8)]
        fates = await asyncio.gather(*(harbour.commit(claim) for claim in claims))
        assert sorted(type(fate).__name__ for fate in fates) == ["Committed"] + ["Conflict"] * 7

    async def test_a_talk_has_one_open_case(self, harbour: Store) -> None:
        stored = await begin(harbour, case=case_of())
        assert await harbour.commit(Change(case=case_of(reference="2222-2222"))) == Conflict()
        read = await harbour.case(REFERENCE)
        assert read is not None
        closed = read.evolve(closed_at=NOW, outcome=Outcome.SUPPORTED, holder=AMIRA)
        await keep(harbour, Change(case=closed))
        await keep(harbour, Change(conversation=stored, case=case_of(reference="2222-2222")))

    async def test_open_cases_are_listed_in_the_queues_order(self, harbour: Store) -> None:
        await self.fill(harbour)
        listed = await harbour.cases([USING, VICTIM], limit=9)
        assert [case.reference for case in listed] == ["R-3", "R-2", "R-0", "R-1"]
        assert [c.reference for c in await harbour.cases([VICTIM], limit=2)] == ["R-2", "R-0"]
        assert list(await harbour.cases([], limit=9)) == []

    async def test_the_next_is_the_first_that_waits_then_the_first_with_the_bot(
        self, harbour: Store
    ) -> None:
        await self.fill(harbour)
        assert await harbour.next_waiting([QueueName("empty")]) is None
        for expected in ("R-3", "R-0", "R-2"):
            case = await harbour.next_waiting([VICTIM, USING])
            assert case is not None
            assert case.reference == expected
            await keep(harbour, Change(case=case.evolve(owner=Owner.WORKER, holder=AMIRA)))
        assert await harbour.next_waiting([VICTIM, USING]) is None

    async def test_those_that_somebody_holds_are_found_in_their_order(self, harbour: Store) -> None:
        await self.fill(harbour)
        assert [case.reference for case in await harbour.held([VICTIM, USING], limit=9)] == ["R-1"]
        case = await harbour.case(Reference("R-2"))
        assert case is not None
        await keep(harbour, Change(case=case.evolve(owner=Owner.WORKER, holder=AMIRA)))
        held = await harbour.held([USING, VICTIM], limit=9)
        assert [case.reference for case in held] == ["R-2", "R-1"]
        assert [case.reference for case in await harbour.held([VICTIM], limit=1)] == ["R-2"]

    async def test_those_that_nobody_holds_are_found_whoever_waits_for_a_person_first(
        self, harbour: Store
    ) -> None:
        await self.fill(harbour)
        both, few = [VICTIM, USING], harbour.waiting
        assert [case.reference for case in await few(both, limit=9)] == ["R-3", "R-0", "R-2"]
        assert [case.reference for case in await few(both, limit=2)] == ["R-3", "R-0"]
        assert [case.reference for case in await few([VICTIM], limit=1)] == ["R-0"]

    async def test_all_that_wait_in_a_queue_before_a_time_are_counted(self, harbour: Store) -> None:
        await self.fill(harbour)
        minute = timedelta(minutes=1)
        for queue, before, count in (
            (VICTIM, NOW + HOUR, 1),
            (VICTIM, NOW + 3 * minute, 0),
            (USING, NOW + HOUR, 1),
            (QueueName("empty"), NOW + HOUR, 0),
        ):
            assert await harbour.count_waiting(queue, before=before) == count
        ahead = [case_of(f"a-{n}", f"A-{n}", rank_at=NOW - HOUR) for n in range(60)]
        with_bot = [
            case_of(f"b-{n}", f"B-{n}", rank_at=NOW - HOUR, owner=Owner.BOT) for n in range(60)
        ]
        await asyncio.gather(*(begin(harbour, c.conversation, case=c) for c in with_bot + ahead))
        assert await harbour.count_waiting(VICTIM, before=NOW) == 60

    async def fill(self, harbour: Store) -> None:
        minute = timedelta(minutes=1)
        rows = [
            (VICTIM, Owner.QUEUE, NOW + 3 * minute),
            (VICTIM, Owner.WORKER, NOW + 4 * minute),
            (VICTIM, Owner.BOT, NOW + 2 * minute),
            (USING, Owner.QUEUE, NOW + minute),
        ]
        for n, (queue, owner, rank_at) in enumerate(rows):
            case = case_of(f"talk-{n}", f"R-{n}", queue=queue, owner=owner, rank_at=rank_at)
            await begin(harbour, f"talk-{n}", case=case)
        closed = case_of("talk-4", "R-4", closed_at=NOW, rank_at=NOW)
        await begin(harbour, "talk-4", case=closed)


class TestTimersAndFacts:
    async def test_timers_come_due_in_order_until_they_are_done(self, harbour: Store) -> None:
        late = timer("late", NOW + HOUR, conversation=NOOR)
        soon = timer("soon", NOW, conversation=NOOR, reference=Reference("R"))
        await begin(harbour, timers=(late, soon))
        assert list(await harbour.due_timers(NOW, limit=9)) == [soon]
        assert list(await harbour.due_timers(NOW + HOUR, limit=9)) == [soon, late]
        assert list(await harbour.due_timers(NOW + HOUR, limit=1)) == [soon]
        await keep(harbour, Change(timers=(timer("soon", NOW, is_done=True),)))
        assert list(await harbour.due_timers(NOW + HOUR, limit=9)) == [late]

    async def test_a_timer_set_again_moves(self, harbour: Store) -> None:
        await keep(harbour, Change(timers=(timer(),)))
        await keep(harbour, Change(timers=(timer(due_at=NOW + HOUR),)))
        assert list(await harbour.due_timers(NOW, limit=9)) == []

    async def test_a_timer_of_no_talk_is_refused(self, harbour: Store) -> None:
        with pytest.raises(UnfitChange):
            await harbour.commit(Change(timers=(timer(conversation=ConversationId("none")),)))

    async def test_facts_are_kept_in_order(self, harbour: Store) -> None:
        early, late, same = fact("b", NOW), fact("a", NOW + HOUR), fact("a", NOW)
        await keep(harbour, Change(facts=(early, late, same)))
        assert list(await harbour.facts(since=NOW, until=NOW + HOUR)) == [early, same]
        assert list(await harbour.facts(since=NOW, until=NOW + 2 * HOUR)) == [early, same, late]
