"""The ladder: somebody is next until a person has seen it, one rung at a time, and who may see."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation import Ended, Owner
from handoff.case import Case
from handoff.ladder import (
    find_watch,
    is_told_to,
    keep_watch,
    lacks_watch,
    people_on,
    place_call,
    see,
    take_step,
    tell_truth,
    unwatched,
    watch_id,
    watched,
    with_watch,
)
from handoff.staff import Role, Staff
from handoff.watch import Cause, Rung, Watch
from tenants.ladder import Spans
from tests.handoff.cast import (
    ABUSE_WORKER,
    AMIRA,
    BEN,
    EMERGENCY,
    MANAGER,
    NOW,
    SAFETY_WORKER,
    SUPERVISOR,
    case,
    staff,
)

SPANS = Spans()
SECOND_SUPERVISOR = staff("zoe", Role.SUPERVISOR)
EVERYBODY = (AMIRA, BEN, SUPERVISOR, SECOND_SUPERVISOR, ABUSE_WORKER, SAFETY_WORKER, MANAGER)
ORDER = (Rung.HOLDER, Rung.SUPERVISOR, Rung.ON_CALL)
FAR = timedelta(days=2)


def kept(it: Case, now: datetime = NOW, *, is_assessed: bool = True) -> Case:
    return keep_watch(it, SPANS, now, is_assessed=is_assessed)


def the(it: Case, cause: Cause) -> Watch:
    watch = find_watch(it, watch_id(it, cause))
    assert watch is not None
    return watch


def unclaimed(**changes: object) -> Case:
    return kept(case(urgency=EMERGENCY, **changes))


def held(**changes: object) -> Case:
    """Amira holds it, and Noor wrote after she came."""
    known = {"holder": AMIRA.id, "owner": Owner.WORKER, "last_visitor_at": NOW}
    return kept(case(**(known | changes)))


def climb(it: Case, cause: Cause, *on_shift: Staff, until: Rung) -> Case:
    """The case with this watch climbed as far as a rung."""
    watch = the(it, cause)
    while watch.rung is not until:
        step = take_step(watch, it, on_shift, SPANS, watch.due_at)
        assert step is not None
        watch = tell_truth(step.watch, is_said=True) if step.tells else step.watch
        it = with_watch(it, watch)
    return it


class TestWhatIsWatched:
    def test_an_emergency_that_nobody_holds_until_somebody_does(self) -> None:
        waiting = unclaimed()
        assert the(waiting, Cause.UNCLAIMED).due_at == NOW + timedelta(seconds=60)
        taken = kept(waiting.evolve(holder=AMIRA.id), NOW)
        assert find_watch(taken, watch_id(taken, Cause.UNCLAIMED)) is None

    def test_one_that_is_given_back_is_watched_from_then(self) -> None:
        taken = kept(unclaimed().evolve(holder=AMIRA.id))
        back = kept(taken.evolve(holder=None), NOW + timedelta(hours=1))
        assert the(back, Cause.UNCLAIMED).since == NOW + timedelta(hours=1)

    def test_whoever_left_in_danger_is_watched_for_all_the_same(self) -> None:
        assert the(unclaimed(ended=Ended.EXIT), Cause.UNCLAIMED).since == NOW

    def test_nobody_waits_in_vain_for_whoever_holds_their_case(self) -> None:
        assert the(held(), Cause.UNANSWERED).due_at == NOW + SPANS.unanswered

    @pytest.mark.parametrize(
        "changes",
        [
            {"replied_at": NOW},
            {"ended": Ended.EXIT},
            {"is_silent": True},
            {"holder": None},
            {"last_visitor_at": None},
            {"intake": {"channel": "phone"}},
        ],
    )
    def test_and_nobody_is_reminded_of_whom_they_cannot_or_need_not_answer(
        self, changes: dict[str, object]
    ) -> None:
        it = kept(held().evolve(**changes))
        assert find_watch(it, watch_id(it, Cause.UNANSWERED)) is None

    def test_a_second_message_does_not_begin_the_wait_anew(self) -> None:
        later = NOW + timedelta(minutes=2)
        assert the(kept(held().evolve(last_visitor_at=later), later), Cause.UNANSWERED).since == NOW

    def test_an_assessment_is_owed_a_day_after_first_contact_once_somebody_talks_to_them(
        self,
    ) -> None:
        assert the(held(), Cause.ASSESSMENT).due_at == NOW + timedelta(hours=24)  # R21
        done = kept(held().evolve(assessed_at=NOW))
        assert find_watch(done, watch_id(done, Cause.ASSESSMENT)) is None
        for owed_none in (kept(case()), kept(held().evolve(watches=()), is_assessed=False)):
            assert find_watch(owed_none, watch_id(owed_none, Cause.ASSESSMENT)) is None

    def test_a_closed_case_is_watched_for_nothing(self) -> None:
        many = watched(held(), Cause.CALL_BACK, SPANS, since=NOW, id="call-back-1")
        assert kept(many.evolve(closed_at=NOW)).watches == ()

    def test_what_another_room_begins_stands_until_it_says_otherwise(self) -> None:
        many = watched(held(), Cause.CALL_BACK, SPANS, since=NOW, id="call-back-1")
        many = watched(many, Cause.CALL_BACK, SPANS, since=NOW, id="call-back-2")
        assert find_watch(kept(many, NOW + FAR), "call-back-1")
        left = unwatched(many, "call-back-1")
        assert find_watch(left, "call-back-1") is None
        assert find_watch(left, "call-back-2")

    def test_an_emergency_of_an_older_version_is_found_without_its_watch(self) -> None:
        assert lacks_watch(case(urgency=EMERGENCY))
        assert not lacks_watch(unclaimed())
        assert not lacks_watch(case(urgency=EMERGENCY, holder=AMIRA.id))
        assert not lacks_watch(case())


class TestWhoIsTold:
    def test_holder_then_supervisor_then_on_call(self) -> None:
        it, watch = held(), the(held(), Cause.UNANSWERED)
        told: list[Rung] = []
        while len(told) < 4:
            step = take_step(watch, it, EVERYBODY, SPANS, watch.due_at)
            assert step is not None
            told += [step.rung] if step.rung else []
            watch = place_call(step.watch)
            watch = tell_truth(watch, is_said=True) if step.tells else watch
        assert told == [*ORDER, Rung.ON_CALL]
        assert watch.call == 2

    def test_a_rung_where_nobody_stands_is_passed_over_at_once(self) -> None:
        watch = the(unclaimed(), Cause.UNCLAIMED)
        step = take_step(watch, unclaimed(), (AMIRA, BEN), SPANS, watch.due_at)
        assert step is not None
        assert (step.rung, step.calls) == (Rung.ON_CALL, True)

    def test_nobody_hears_of_a_case_that_they_may_not_see(self) -> None:
        hidden = case(side="using-abuse", holder=ABUSE_WORKER.id)
        assert people_on(Rung.HOLDER, hidden, EVERYBODY) == (ABUSE_WORKER,)
        assert people_on(Rung.SUPERVISOR, hidden, EVERYBODY) == ()
        alarmed = hidden.evolve(urgency=EMERGENCY)
        assert people_on(Rung.SUPERVISOR, alarmed, EVERYBODY) == (SUPERVISOR, SECOND_SUPERVISOR)

    def test_the_alarm_shows_to_its_rung_and_those_below(self) -> None:
        at_holder = climb(held(), Cause.UNANSWERED, *EVERYBODY, until=Rung.HOLDER)
        at_supervisor = climb(at_holder, Cause.UNANSWERED, *EVERYBODY, until=Rung.SUPERVISOR)
        at_on_call = climb(at_supervisor, Cause.UNANSWERED, *EVERYBODY, until=Rung.ON_CALL)

        def shown(it: Case) -> list[str]:
            watch = the(it, Cause.UNANSWERED)
            return [person.id for person in EVERYBODY if is_told_to(watch, it, person)]

        assert shown(held()) == []
        assert shown(at_holder) == ["amira"]
        assert shown(at_supervisor) == ["amira", "sam", "zoe"]
        assert shown(at_on_call) == ["amira", "ben", "sam", "zoe", "kim"]

    def test_an_emergency_of_the_other_side_alarms_those_who_answer_for_safety_alone(self) -> None:
        it = climb(unclaimed(side="using-abuse"), Cause.UNCLAIMED, until=Rung.ON_CALL)
        watch = the(it, Cause.UNCLAIMED)
        shown = {person.id for person in EVERYBODY if is_told_to(watch, it, person)}
        assert shown == {"ola", "sam", "zoe", "kim"}


class TestSeen:
    def test_nobody_further_up_is_told_and_the_visitor_hears_of_no_want(self) -> None:
        it = climb(unclaimed(), Cause.UNCLAIMED, SUPERVISOR, until=Rung.SUPERVISOR)
        at = NOW + timedelta(seconds=90)
        seen = see(the(it, Cause.UNCLAIMED), SUPERVISOR, SPANS, at)
        assert not seen.is_alarming
        assert (
            take_step(seen, it, EVERYBODY, SPANS, at + SPANS.again - timedelta(seconds=1)) is None
        )

    def test_what_still_is_after_a_while_begins_from_the_first_rung(self) -> None:
        it = climb(unclaimed(), Cause.UNCLAIMED, SUPERVISOR, until=Rung.ON_CALL)
        seen = see(the(it, Cause.UNCLAIMED), SUPERVISOR, SPANS, NOW)
        step = take_step(seen, it, EVERYBODY, SPANS, seen.due_at)
        assert step is not None
        assert (step.rung, step.watch.seen_at, step.watch.is_alarming) == (
            Rung.SUPERVISOR,
            None,
            True,
        )


class TestTheTruth:
    def test_it_is_due_once_five_minutes_after_the_wait_began(self) -> None:
        it, watch = unclaimed(), the(unclaimed(), Cause.UNCLAIMED)
        due, now = [], NOW
        for _ in range(200):
            step = take_step(watch, it, (SUPERVISOR,), SPANS, now)
            if step is not None:
                due += [now] if step.tells else []
                watch = tell_truth(step.watch, is_said=True) if step.tells else step.watch
            now += timedelta(seconds=10)
        assert due == [NOW + timedelta(minutes=5)]

    def test_where_it_could_not_be_said_it_is_tried_with_the_next_rung(self) -> None:
        watch = the(unclaimed(), Cause.UNCLAIMED).evolve(climbs_at=NOW + FAR)
        unsaid = tell_truth(watch, is_said=False)
        assert unsaid.tells_at == NOW + FAR

    def test_of_an_assessment_or_a_call_back_the_visitor_knows_nothing(self) -> None:
        assert the(held(), Cause.ASSESSMENT).tells_at is None


class TestCalls:
    def test_a_call_that_was_not_placed_is_tried_again_and_one_that_was_is_not(self) -> None:
        it = climb(unclaimed(), Cause.UNCLAIMED, until=Rung.ON_CALL)
        watch = the(it, Cause.UNCLAIMED)
        assert (watch.call, watch.tries) == (1, 1)
        again = take_step(watch, it, (), SPANS, watch.due_at)
        assert again is not None
        assert (again.rung, again.calls, again.watch.call, again.watch.tries) == (None, True, 1, 2)
        placed = place_call(again.watch)
        assert placed.due_at == min(filter(None, (placed.climbs_at, placed.tells_at)))


@given(
    gaps=st.lists(st.integers(0, 1200), min_size=1, max_size=40),
    presses=st.sets(st.integers(0, 39)),
    away=st.sets(st.sampled_from(EVERYBODY)),
    cause=st.sampled_from((Cause.UNCLAIMED, Cause.UNANSWERED)),
    placed=st.booleans(),
)
def test_somebody_is_next_until_it_is_seen_and_never_two_rungs_at_once(
    gaps: list[int],
    presses: set[int],
    away: set[Staff],
    cause: Cause,
    placed: bool,  # noqa: FBT001 - Hypothesis passes it by name.
) -> None:
    it = unclaimed() if cause is Cause.UNCLAIMED else held()
    on_shift = tuple(person for person in EVERYBODY if person not in away)
    watch, now = the(it, cause), NOW
    for number, gap in enumerate(gaps):
        now += timedelta(seconds=gap)
        before = watch
        step = take_step(watch, it, on_shift, SPANS, now)
        if step is None:
            assert before.due_at > now
        else:
            watch = tell_truth(step.watch, is_said=True) if step.tells else step.watch
            watch = place_call(watch) if step.calls and placed else watch
            # Whatever was taken, the next thing stands in time, and nothing is due twice.
            assert watch.due_at > now or (step.tells and watch.due_at == now)
            assert take_step(watch, it, on_shift, SPANS, now) is None
            if step.rung is not None:
                assert before.climbs_at <= now
                assert step.rung is Rung.ON_CALL or people_on(step.rung, it, on_shift)
                if before.rung is not None and before.seen_at is None:
                    # Never down, and no rung where somebody stands is left out.
                    low, high = ORDER.index(before.rung), ORDER.index(step.rung)
                    assert high > low or before.rung is Rung.ON_CALL
                    assert not any(people_on(r, it, on_shift) for r in ORDER[low + 1 : high])
        if number in presses and watch.is_alarming:
            watch = see(watch, SUPERVISOR, SPANS, now)
            assert take_step(watch, it, on_shift, SPANS, now) is None
            assert watch.calls_at is None
        # Seen or not, it comes back by itself for as long as it stands.
        assert watch.due_at <= now + max(SPANS.again, SPANS.on_call)
