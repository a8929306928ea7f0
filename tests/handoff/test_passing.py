"""A case from hand to hand: one holder at every moment, and every refusal (I6, R17, R49)."""

from datetime import timedelta

import pytest

from flows.conversation import Owner, Safety
from flows.events import WorkerJoined, WorkerWithdrew
from handoff.case import Case, Offer, Outcome, QueueName
from handoff.desk import Claim, Close, GiveBack, Lapse, Move, Reply, check_move, event_of, make_move
from handoff.passing import (
    LONGEST_WHISPER,
    NAMES,
    AcceptOffer,
    KnowPerson,
    LapseOffer,
    Leave,
    Listen,
    OfferCase,
    OpenHeld,
    Passing,
    RefuseOffer,
    SeeConflict,
    TakeOver,
    Whisper,
    WithdrawOffer,
    sheet_of,
)
from handoff.permissions import may_see
from handoff.refusals import (
    AlreadyOffered,
    Empty,
    IsClosed,
    NoSupervisor,
    NotASupervisor,
    NotFound,
    NotHeld,
    NotInTheTalk,
    NotOffered,
    NotThere,
    NotYours,
    Refusal,
    StillHere,
    TooLong,
)
from handoff.staff import Staff
from tests.flows.proving import edition, talk_of
from tests.handoff.cast import (
    ABUSE_WORKER,
    AMIRA,
    BEN,
    NOW,
    SAFETY_WORKER,
    SUPERVISOR,
    VOLUNTEER,
    case,
)

TALK = talk_of(edition(), is_case_open=True, safety=Safety.SAFE)
HELD = case(holder=AMIRA.id, owner=Owner.WORKER, version=4, filed=2)
HERE = (AMIRA, BEN, VOLUNTEER, ABUSE_WORKER)
WAITS = timedelta(minutes=2)
TO_BEN = OfferCase(WAITS, BEN.id)
OFFERED = HELD.evolve(offer=Offer("t", NOW + WAITS, BEN.id))
TO_JOIN = HELD.evolve(offer=Offer("t", NOW + WAITS, BEN.id, joins=True))
TO_ALL = HELD.evolve(offer=Offer("t", NOW + WAITS, queue=QueueName("third-party")))


def move(by: Staff, step: object) -> Move:
    return Move("id", case().reference, by, step)  # type: ignore[arg-type]


def after(by: Staff, step: object, was: Case, here: tuple[Staff, ...] = HERE) -> Case:
    check_move(move(by, step), was, TALK, here)
    return make_move(move(by, step), was, NOW)


def test_an_offer_leaves_the_case_with_its_holder_until_it_is_accepted() -> None:
    offered = after(AMIRA, TO_BEN, HELD)
    assert (offered.holder, offered.filed) == (AMIRA.id, 3)
    assert offered.offer == Offer(f"offer {HELD.reference} 4", NOW + WAITS, BEN.id)
    accepted = after(BEN, AcceptOffer(), offered)
    assert (accepted.holder, accepted.owner, accepted.offer) == (BEN.id, Owner.WORKER, None)


@pytest.mark.parametrize(
    ("by", "step"), [(BEN, RefuseOffer("busy")), (AMIRA, WithdrawOffer()), (BEN, LapseOffer("t"))]
)
def test_an_offer_that_comes_to_nothing_leaves_all_as_it_was(by: Staff, step: object) -> None:
    assert after(by, step, OFFERED) == HELD.evolve(filed=3)


def test_whoever_sees_a_queue_takes_what_is_offered_to_it_and_it_moves_there() -> None:
    taken = after(SAFETY_WORKER, AcceptOffer(), TO_ALL)
    assert (taken.holder, taken.queue) == (SAFETY_WORKER.id, "third-party")


def test_a_second_worker_writes_beside_the_holder_and_leaves_again() -> None:
    both = after(BEN, AcceptOffer(), TO_JOIN)
    assert (both.holder, both.joined) == (AMIRA.id, (BEN.id,))
    check_move(move(BEN, Reply("Hello.")), both, TALK, HERE)
    with pytest.raises(NotYours):
        check_move(move(BEN, GiveBack()), both, TALK, HERE)
    left = after(BEN, Leave(), both)
    assert left.joined == ()
    with pytest.raises(NotYours):
        check_move(move(BEN, Reply("Hello.")), left, TALK, HERE)


def test_a_supervisor_takes_over_with_a_reason_and_the_former_holder_is_out() -> None:
    taken = after(SUPERVISOR, TakeOver("danger"), OFFERED)
    assert (taken.holder, taken.offer) == (SUPERVISOR.id, None)
    with pytest.raises(NotYours):
        check_move(move(AMIRA, Reply("Hello.")), taken, TALK, HERE)


def test_staff_take_over_from_a_volunteer_whom_nobody_supervises_and_else_not() -> None:
    alone = HELD.evolve(holder=VOLUNTEER.id)
    assert after(BEN, TakeOver("supervision"), alone).holder == BEN.id
    with pytest.raises(NotASupervisor):
        after(BEN, TakeOver("supervision"), alone, (*HERE, SUPERVISOR))
    with pytest.raises(NotASupervisor):
        after(VOLUNTEER, TakeOver("supervision"), HELD)


def test_the_hold_of_a_volunteer_lapses_as_soon_as_nobody_supervises() -> None:
    alone = HELD.evolve(holder=VOLUNTEER.id)
    with pytest.raises(StillHere):
        check_move(move(VOLUNTEER, Lapse()), alone, TALK, (*HERE, SUPERVISOR))
    assert after(VOLUNTEER, Lapse(), alone).lapsed_at == NOW
    with pytest.raises(StillHere):
        check_move(move(AMIRA, Lapse()), HELD, TALK, HERE)


def test_a_supervisor_listens_once_and_whispers_where_a_stranger_may_not() -> None:
    listened = after(SUPERVISOR, Listen(), after(SUPERVISOR, Listen(), HELD))
    assert listened.listening == (SUPERVISOR.id,)
    for person in (SUPERVISOR, AMIRA):
        check_move(move(person, Whisper("ask about the children")), listened, TALK, HERE)
    assert after(SUPERVISOR, Leave(), listened).listening == ()
    with pytest.raises(NotInTheTalk):
        check_move(move(BEN, Whisper("x")), listened, TALK, HERE)


@pytest.mark.parametrize("step", [GiveBack(), Close(Outcome.SUPPORTED)])
def test_when_nobody_holds_it_nobody_is_in_the_talk(step: object) -> None:
    crowded = OFFERED.evolve(joined=(BEN.id,), listening=(SUPERVISOR.id,))
    freed = after(AMIRA, step, crowded)
    assert (freed.offer, freed.joined, freed.listening) == (None, (), ())


def test_who_knows_the_person_is_out_of_the_case_for_good_and_the_desk_is_told() -> None:
    moved = after(AMIRA, KnowPerson(), HELD)
    assert (moved.holder, moved.owner, moved.barred) == (None, Owner.QUEUE, (AMIRA.id,))
    assert (moved.lapsed_at, moved.conflict_at, moved.rank_at) == (NOW, NOW, HELD.rank_at)
    assert not may_see(AMIRA, moved)
    for step in (Claim(), KnowPerson(), OpenHeld("danger"), AcceptOffer()):
        with pytest.raises(NotFound):
            check_move(move(AMIRA, step), moved, TALK, HERE)
    assert after(SUPERVISOR, SeeConflict(), moved).conflict_at is None


def test_who_knows_the_person_and_does_not_hold_the_case_leaves_it_where_it_is() -> None:
    knows = after(SUPERVISOR, KnowPerson(), OFFERED.evolve(listening=(SUPERVISOR.id,)))
    assert (knows.holder, knows.listening, knows.offer) == (AMIRA.id, (), OFFERED.offer)
    assert after(BEN, KnowPerson(), OFFERED).offer is None
    with pytest.raises(NotFound):
        check_move(move(SUPERVISOR, SeeConflict()), knows, TALK, HERE)


def test_a_closed_case_is_closed_to_who_knows_the_person_and_stays_closed() -> None:
    closed = after(AMIRA, Close(Outcome.SUPPORTED), HELD)
    known = after(AMIRA, KnowPerson(), closed)
    assert (known.closed_at, known.owner) == (NOW, Owner.CLOSED)
    assert not may_see(AMIRA, known)
    assert event_of(move(AMIRA, KnowPerson()), closed) is None


def test_nobody_who_knows_the_person_can_be_offered_the_case() -> None:
    with pytest.raises(NotThere):
        check_move(move(AMIRA, TO_BEN), HELD.evolve(barred=(BEN.id,)), TALK, HERE)


REFUSED: dict[str, tuple[Staff, object, Case, type[Refusal]]] = {
    "who does not hold it offers nothing": (BEN, OfferCase(WAITS, AMIRA.id), HELD, NotYours),
    "one offer at a time": (AMIRA, OfferCase(WAITS, VOLUNTEER.id), OFFERED, AlreadyOffered),
    "nobody offers to themselves": (AMIRA, OfferCase(WAITS, AMIRA.id), HELD, NotThere),
    "nor to somebody who has gone": (AMIRA, OfferCase(WAITS, SAFETY_WORKER.id), HELD, NotThere),
    "nor across the wall": (AMIRA, OfferCase(WAITS, ABUSE_WORKER.id), HELD, NotThere),
    "nor to a volunteer alone": (AMIRA, OfferCase(WAITS, VOLUNTEER.id), HELD, NotThere),
    "another's offer is not mine": (SAFETY_WORKER, AcceptOffer(), OFFERED, NotOffered),
    "nor mine to refuse": (SAFETY_WORKER, RefuseOffer("busy"), OFFERED, NotOffered),
    "a holder cannot accept": (AMIRA, AcceptOffer(), TO_ALL, NotOffered),
    "a volunteer alone accepts nothing": (VOLUNTEER, AcceptOffer(), TO_ALL, NoSupervisor),
    "across the wall nothing is offered": (ABUSE_WORKER, AcceptOffer(), TO_ALL, NotFound),
    "what is not offered is not taken back": (AMIRA, WithdrawOffer(), HELD, NotOffered),
    "only the holder takes it back": (BEN, WithdrawOffer(), OFFERED, NotYours),
    "an old timer ends no new offer": (AMIRA, LapseOffer("older"), OFFERED, NotOffered),
    "a worker takes over from no worker": (BEN, TakeOver("danger"), HELD, NotASupervisor),
    "what nobody holds is claimed": (SUPERVISOR, TakeOver("danger"), case(), NotHeld),
    "and not listened to": (SUPERVISOR, Listen(), case(), NotHeld),
    "a worker does not listen": (BEN, Listen(), HELD, NotASupervisor),
    "who is not in the talk does not leave it": (BEN, Leave(), HELD, NotInTheTalk),
    "a whisper says something": (AMIRA, Whisper(" "), HELD, Empty),
    "and has an end": (AMIRA, Whisper("x" * (LONGEST_WHISPER + 1)), HELD, TooLong),
    "a worker does not answer for a conflict": (BEN, SeeConflict(), HELD, NotASupervisor),
    "a closed case is closed": (SUPERVISOR, Listen(), HELD.evolve(closed_at=NOW), IsClosed),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_step_that_may_not_be_is_refused(name: str) -> None:
    by, step, was, refusal = REFUSED[name]
    with pytest.raises(refusal):
        check_move(move(by, step), was, TALK, HERE)


def test_the_visitor_hears_of_a_new_worker_and_of_nothing_else() -> None:
    for by, step, was in (
        (BEN, AcceptOffer(), OFFERED),
        (BEN, AcceptOffer(), TO_JOIN),
        (SUPERVISOR, TakeOver("danger"), HELD),
    ):
        assert event_of(move(by, step), was) == WorkerJoined()
    assert event_of(move(AMIRA, KnowPerson()), HELD) == WorkerWithdrew()
    for by, quiet in (
        *((AMIRA, TO_BEN), (BEN, RefuseOffer("busy")), (SUPERVISOR, Listen())),
        *((AMIRA, Whisper("x")), (BEN, KnowPerson()), (BEN, OpenHeld("danger"))),
    ):
        assert event_of(move(by, quiet), HELD) is None


def test_every_step_has_a_name_and_leaves_a_sheet_of_a_known_kind() -> None:
    assert set(NAMES) == set(Passing.__args__)
    assert len(set(NAMES.values())) == len(NAMES)
    assert sheet_of(Whisper("x")) == ("whisper", {"text": "x"})
    assert sheet_of(TakeOver("danger")) == (
        "passing",
        {"did": "case-taken-over", "reason": "danger"},
    )
    assert sheet_of(OpenHeld("danger"))[0] == "opening"
    assert {sheet_of(step)[0] for step in (KnowPerson(), SeeConflict())} == {"conflict"}
