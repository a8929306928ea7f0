"""The moves of the desk: one holder at a time, the wall between the sides, and every refusal."""

import pytest

from flows.conversation import Ended, Owner, Safety
from flows.events import CaseClosed, WorkerJoined, WorkerLeft, WorkerReplied
from handoff.case import Outcome
from handoff.desk import (
    LONGEST_REPLY,
    Claim,
    Close,
    GiveBack,
    Lapse,
    Move,
    Reply,
    Step,
    check_move,
    event_of,
    make_move,
)
from handoff.refusals import (
    AlreadyHeld,
    Empty,
    IsClosed,
    NoSupervisor,
    NotFound,
    NotSafeToRead,
    NotYours,
    Refusal,
    StillHere,
    TheyHaveLeft,
    TooLong,
)
from handoff.staff import Staff
from tests.flows.proving import edition, talk_of
from tests.handoff.cast import (
    ABUSE_WORKER,
    AMIRA,
    BEN,
    EMERGENCY,
    MANAGER,
    NOW,
    SAFETY_WORKER,
    SUPERVISOR,
    VOLUNTEER,
    case,
)

TALK = talk_of(edition(), is_case_open=True, safety=Safety.SAFE)
HELD = case(holder=AMIRA.id, owner=Owner.WORKER)
ON_SHIFT = (AMIRA, BEN, VOLUNTEER)


def move(by: Staff, step: Step) -> Move:
    return Move("id", case().reference, by, step)


def test_a_worker_claims_a_waiting_case() -> None:
    check_move(move(AMIRA, Claim()), case(), TALK, ON_SHIFT)
    held = make_move(move(AMIRA, Claim()), case(), NOW)
    assert (held.owner, held.holder) == (Owner.WORKER, AMIRA.id)


def test_a_case_is_claimed_from_the_first_answer_while_the_bot_still_asks() -> None:
    check_move(move(AMIRA, Claim()), case(owner=Owner.BOT, waiting_since=None), TALK, ON_SHIFT)


REFUSED: dict[str, tuple[Staff, Step, dict[str, object], type[Refusal]]] = {
    "a second worker cannot claim": (BEN, Claim(), {}, AlreadyHeld),
    "a second worker cannot reply": (BEN, Reply("Hello."), {}, NotYours),
    "a second worker cannot close": (BEN, Close(Outcome.SUPPORTED), {}, NotYours),
    "the other side does not see it": (ABUSE_WORKER, Claim(), {}, NotFound),
    "a manager does not see it": (MANAGER, Claim(), {}, NotFound),
    "a closed case is closed": (AMIRA, Reply("Hello."), {"closed_at": NOW}, IsClosed),
    "an empty reply is none": (AMIRA, Reply("  "), {}, Empty),
    "a reply has an end": (AMIRA, Reply("x" * (LONGEST_REPLY + 1)), {}, TooLong),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_move_that_may_not_be_is_refused(name: str) -> None:
    by, step, changes, refusal = REFUSED[name]
    with pytest.raises(refusal):
        check_move(move(by, step), HELD.evolve(**changes), TALK, ON_SHIFT)


def test_nobody_writes_to_a_quiet_page_or_to_somebody_who_left() -> None:
    reply = move(AMIRA, Reply("Hello."))
    with pytest.raises(NotSafeToRead):
        check_move(reply, HELD, TALK.evolve(safety=Safety.UNSAFE), ON_SHIFT)
    with pytest.raises(TheyHaveLeft):
        check_move(reply, HELD, TALK.evolve(ended=Ended.EXIT), ON_SHIFT)
    check_move(reply, HELD, TALK, ON_SHIFT)


def test_a_volunteer_takes_cases_only_while_a_supervisor_is_there() -> None:
    with pytest.raises(NoSupervisor):
        check_move(move(VOLUNTEER, Claim()), case(), TALK, ON_SHIFT)
    check_move(move(VOLUNTEER, Claim()), case(), TALK, (*ON_SHIFT, SUPERVISOR))


def test_an_emergency_behind_the_other_door_is_seen_by_those_who_answer_for_safety() -> None:
    apart = case(side="using-abuse", queue="using-abuse")
    check_move(move(ABUSE_WORKER, Claim()), apart, TALK, ())
    for person in (SAFETY_WORKER, SUPERVISOR):
        with pytest.raises(NotFound):
            check_move(move(person, Claim()), apart, TALK, ())
        check_move(move(person, Claim()), apart.evolve(urgency=EMERGENCY), TALK, ())
    with pytest.raises(NotFound):
        check_move(move(AMIRA, Claim()), apart.evolve(urgency=EMERGENCY), TALK, ())


def test_giving_back_frees_the_case_and_what_its_holder_still_sends_is_refused() -> None:
    freed = make_move(move(AMIRA, GiveBack()), HELD, NOW)
    assert (freed.owner, freed.holder) == (Owner.QUEUE, None)
    for taken in (freed, make_move(move(BEN, Claim()), freed, NOW)):
        with pytest.raises(NotYours):
            check_move(move(AMIRA, Reply("Hello.")), taken, TALK, ON_SHIFT)
    assert freed.waiting_since == HELD.waiting_since


def test_a_hold_lapses_only_while_its_holder_is_away() -> None:
    lapse = move(AMIRA, Lapse())
    with pytest.raises(StillHere):
        check_move(lapse, HELD, TALK, ON_SHIFT)
    check_move(lapse, HELD, TALK, (BEN,))
    freed = make_move(lapse, HELD, NOW)
    assert (freed.owner, freed.holder, freed.lapsed_at) == (Owner.QUEUE, None, NOW)
    with pytest.raises(NotYours):
        check_move(lapse, freed, TALK, (BEN,))
    assert make_move(move(BEN, Claim()), freed, NOW).lapsed_at is None


def test_the_first_reply_is_timed_once() -> None:
    replied = make_move(move(AMIRA, Reply("Hello.")), HELD, NOW)
    assert replied.first_reply_at == NOW
    later = NOW.replace(hour=11)
    second = make_move(move(AMIRA, Reply("So.")), replied, later)
    assert second == replied.evolve(replied_at=later)


def test_closing_keeps_the_outcome() -> None:
    closed = make_move(move(AMIRA, Close(Outcome.REFERRED)), HELD, NOW)
    assert (closed.owner, closed.closed_at, closed.outcome) == (
        Owner.CLOSED,
        NOW,
        Outcome.REFERRED,
    )


def test_every_move_that_the_visitor_is_part_of_is_an_event_of_the_talk() -> None:
    told = [event_of(move(AMIRA, step), HELD) for step in (Claim(), GiveBack(), Lapse())]
    assert told == [WorkerJoined(), WorkerLeft(), WorkerLeft()]
    assert event_of(move(AMIRA, Close(Outcome.LEFT)), HELD) == CaseClosed()
    assert event_of(move(AMIRA, Reply("Hello.")), HELD) == WorkerReplied("Hello.")


def test_every_refusal_has_a_code_and_a_sentence() -> None:
    refusals = Refusal.__subclasses__()
    assert len({refusal.code for refusal in refusals}) == len(refusals)
    assert all(str(refusal()).endswith(".") for refusal in refusals)
