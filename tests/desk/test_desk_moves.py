"""The whole desk driven by chance against a model: 2,000 moves here, 50,000 in ``make faults``.

One holder, no case lost, nobody starved, nothing read without its row (I2, I6, I7, R16, R17, R49).
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.lapses import take_back_from_the_gone
from bot.working import _look
from flows.conversation import Owner
from handoff.case import Case
from tests.desk.model import File, Model, Offered, Worker
from tests.desk.served import CAST, HARBOUR, Served

MOVES = int(os.environ.get("DESK_MOVES", "50000" if os.environ.get("FAULTS") == "full" else "2000"))
STEPS = 50
PHASES = (Phase.generate,)
WORDS = "he waits outside my door"
OFFER_WAITS = 120
NAMES = st.sampled_from(sorted(CAST))
MOSTLY = st.sampled_from([True, True, True, False])
"""Whether a move is made by whom it is meant for, where there is somebody: else by anybody."""
TALLY: Counter[str] = Counter()
SERVED: list[Served] = []
"""The one house of this test: a machine is made by the library, which hands nothing over."""


class DeskMachine(RuleBasedStateMachine):
    """Every rule presses something real, and says beforehand what the model expects of it."""

    references: Bundle[str] = Bundle("references")

    def __init__(self) -> None:
        super().__init__()
        self.served = SERVED[0]
        self.served.run(self.served.begin_anew())
        people = {
            name: Worker(name, name in ("esther", "vera"), name in ("dev", "sue")) for name in CAST
        }
        self.model = Model(people)
        self.numbers: dict[str, int] = {}
        self.last: tuple[str, str, dict[str, str]] | None = None

    def teardown(self) -> None:
        if self.model.cases:
            self.everybody_is_answered_in_the_end()

    # --- What is pressed --------------------------------------------------------------------

    def press(self, name: str, reference: str, action: str, *, expects: bool, **form: str) -> bool:
        """Press it; what came of it is what the model expected."""
        path = f"/cases/{reference}/{action}" if reference else f"/{action}"
        whole = form | {"id": self.served.next_id()}
        code = self.served.run(self.served.post(name, path, whole))
        self.tally(action, code)
        assert (code == "done") is expects, (name, action, code, self.model.cases.get(reference))
        self.last = (name, path, whole) if code == "done" else None
        if code == "done":
            self.model.cases[reference].rows += 1
        return code == "done"

    def tally(self, action: str, code: str) -> None:
        TALLY["moves"] += 1
        TALLY[f"{action} {'done' if code == 'done' or code.startswith('to ') else 'refused'}"] += 1

    def open_case(self, name: str, reference: str) -> File | None:
        """The case, if they may know of it and it is open; whoever asks is at their keyboard."""
        self.model.touch(name)
        case = self.model.cases[reference]
        return None if case.is_closed or name in case.barred else case

    def holder_of(self, reference: str, name: str, *, likely: bool) -> str:
        return (self.model.cases[reference].holder if likely else None) or name

    def offered_of(self, reference: str, name: str, *, likely: bool) -> str:
        offer = self.model.cases[reference].offer
        return offer.to if likely and offer is not None else name

    # --- Visitors and time ------------------------------------------------------------------

    @initialize()
    def somebody_is_here(self) -> None:
        for name in ("amira", "dev"):
            self.begin_shift(name)

    @precondition(lambda self: len(self.model.cases) < 5)
    @rule(target=references, in_danger=st.booleans())
    def a_visitor_comes(self, *, in_danger: bool) -> str:
        number = len(self.model.cases) + 1
        reference = self.served.run(self.served.visitor(number, in_danger=in_danger))
        self.model.cases[reference] = File(is_emergency=in_danger)
        self.numbers[reference] = number
        return reference

    @rule(reference=references)
    def they_write(self, reference: str) -> None:
        talk = self.served.run(self.talk(reference))
        if talk.ended is None:
            self.served.run(self.served.writes(self.numbers[reference], WORDS))

    @rule(reference=references)
    def they_leave(self, reference: str) -> None:
        if self.served.run(self.talk(reference)).ended is None:
            self.served.run(self.served.leaves(self.numbers[reference]))

    @rule(seconds=st.sampled_from([1, 20, 40, 90, 130, 700]))
    def time_passes(self, seconds: int) -> None:
        self.served.move_clock(seconds)
        self.model.now += seconds

    @rule()
    def the_house_looks(self) -> None:
        """What the worker process does every second, by two of them at once."""
        self.served.run(self.look_twice())
        for case in self.model.cases.values():
            self.expect_lapses(case)

    async def look_twice(self) -> None:
        house, tenancy = self.served.house, self.served.house.tenancies[HARBOUR]
        await asyncio.gather(*(_look(house, tenancy, set()) for _ in range(2)))
        await asyncio.gather(*(take_back_from_the_gone(house, tenancy) for _ in range(2)))

    def expect_lapses(self, case: File) -> None:
        model = self.model
        if case.is_closed:
            return
        if case.offer is not None and case.offer.until <= model.now:
            case.offer, case.rows = None, case.rows + 1
        if case.holder is None:
            return
        if not model.is_here(case.holder) or model.is_alone(case.holder):
            case.let_go()
            case.rows += 1
            return
        gone = {name for name in case.joined | case.listening if not model.is_here(name)}
        case.joined -= gone
        case.listening -= gone
        case.rows += len(gone)

    # --- Shifts -----------------------------------------------------------------------------

    @rule(name=NAMES)
    def begin_shift(self, name: str) -> None:
        self.served.run(self.served.post(name, "/shift", {"do": "start"}))
        self.model.workers[name].seen = self.model.now
        self.tally("shift", "done")

    @rule(name=NAMES)
    def end_shift(self, name: str) -> None:
        """R49: the last supervisor stays while volunteers hold chats."""
        self.model.touch(name)
        may = self.model.may_end(name)
        code = self.served.run(self.served.post(name, "/shift", {"do": "end"}))
        assert (code != "last-supervisor") is may
        self.tally("end-shift", "done" if may else code)
        if may:
            self.model.workers[name].seen = None

    # --- Taking -----------------------------------------------------------------------------

    @rule(name=NAMES, reference=references)
    def claim(self, name: str, reference: str) -> None:
        case, model = self.open_case(name, reference), self.model
        model.arrive(name)
        is_mine = case is not None and case.holder == name
        may = case is not None and case.holder is None and model.may_take(name)
        may = may and case is not None and model.has_room(name, case)
        if is_mine and case is not None:
            # It was taken before: said to be done, and nothing is done again.
            may_still = model.may_take(name)
            if self.press(name, reference, "claim", expects=may_still):
                case.rows -= 1
        elif self.press(name, reference, "claim", expects=may) and case is not None:
            case.hold(name)

    @rule(one=NAMES, other=NAMES, reference=references)
    def two_claim_at_once(self, one: str, other: str, reference: str) -> None:
        case, model = self.model.cases[reference], self.model
        if one == other or case.holder is not None or case.is_closed:
            return
        for name in (one, other):
            model.touch(name)
            model.arrive(name)
        may = {
            name
            for name in (one, other)
            if name not in case.barred and model.may_take(name) and model.has_room(name, case)
        }
        path = f"/cases/{reference}/claim"
        codes = self.served.run(self.both(one, other, path))
        for code in codes:
            self.tally("claim", code)
        assert codes.count("done") == min(1, len(may))
        if "done" in codes:
            case.hold((one, other)[codes.index("done")])
            case.rows += 1

    async def both(self, one: str, other: str, path: str) -> list[str]:
        return list(
            await asyncio.gather(*(self.served.post(name, path, {}) for name in (one, other)))
        )

    @rule(name=NAMES)
    def take_the_next(self, name: str) -> None:
        self.model.touch(name)
        self.model.arrive(name)
        expected = self.expected_next(name)
        form = {"id": self.served.next_id()}
        code = self.served.run(self.served.post(name, "/next", form))
        self.tally("next", code)
        assert code.removeprefix("to ") == expected
        if code.startswith("to "):
            self.model.cases[expected].hold(name)
            self.model.cases[expected].rows += 1
            # The same press again finds the same case, and takes no other.
            assert self.served.run(self.served.post(name, "/next", form)) == code

    def expected_next(self, name: str) -> str:
        model = self.model
        if sum(c.holder == name and not c.is_closed for c in model.cases.values()) >= 2:
            return "full"
        waiting = self.served.run(self.waiting_for(name))
        if not waiting:
            return "nobody-waits"
        return str(waiting[0].reference) if model.may_take(name) else "no-supervisor"

    async def waiting_for(self, name: str) -> list[Case]:
        files = self.model.cases
        free = [r for r, f in files.items() if not f.is_closed and f.holder is None]
        cases = [await self.served.case(r) for r in free if name not in files[r].barred]
        return sorted(
            cases,
            key=lambda case: (
                not files[case.reference].is_emergency,
                case.ended is not None and not files[case.reference].is_emergency,
                case.owner is Owner.BOT,
                case.rank_at,
                case.reference,
            ),
        )

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def give_back(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name
        if self.press(name, reference, "give-back", expects=may) and case is not None:
            case.let_go()

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def close_case(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name
        if self.press(name, reference, "close", expects=may, outcome="left") and case is not None:
            case.is_closed = True
            case.empty()

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def reply(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case, talk = self.open_case(name, reference), self.served.run(self.talk(reference))
        may = case is not None and (name == case.holder or name in case.joined)
        may = may and talk.ended is None and not talk.is_silent
        self.press(name, reference, "reply", expects=may, text="I am here.")

    # --- Passing on -------------------------------------------------------------------------

    @rule(name=NAMES, to=NAMES, reference=references, joins=st.booleans(), likely=MOSTLY)
    def offer(self, name: str, to: str, reference: str, *, joins: bool, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case, model = self.open_case(name, reference), self.model
        may = case is not None and case.holder == name and case.offer is None and to != name
        may = may and model.is_here(to) and model.may_take(to)
        may = may and case is not None and to not in case.barred and to not in case.joined
        form = {"to": f"staff:{self.served.mark(to)}", "as": "second" if joins else "holder"}
        if self.press(name, reference, "offer", expects=may, **form) and case is not None:
            case.offer = Offered(to, joins, model.now + OFFER_WAITS)

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def accept(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.offered_of(reference, name, likely=likely)
        case, model = self.open_case(name, reference), self.model
        model.arrive(name)
        may = case is not None and case.is_offered(name) and model.may_take(name)
        joins = case is not None and case.offer is not None and case.offer.joins
        may = may and case is not None and (joins or model.has_room(name, case))
        if not self.press(name, reference, "accept", expects=may) or case is None:
            return
        if joins:
            case.offer = None
            case.joined.add(name)
            case.listening.discard(name)
        else:
            case.hold(name)

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def say_no(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.offered_of(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.offer is not None and case.offer.to == name
        if self.press(name, reference, "say-no", expects=may, reason="busy") and case is not None:
            case.offer = None

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def withdraw(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name and case.offer is not None
        if self.press(name, reference, "withdraw", expects=may) and case is not None:
            case.offer = None

    @rule(name=NAMES, reference=references)
    def take_over(self, name: str, reference: str) -> None:
        case, model = self.open_case(name, reference), self.model
        model.arrive(name)
        may = case is not None and case.holder not in (None, name)
        worker = model.workers[name]
        may_from = case is not None and not worker.is_volunteer and model.is_alone(case.holder)
        may = may and (worker.supervises or may_from)
        done = self.press(name, reference, "take-over", expects=may, reason="danger")
        if done and case is not None:
            case.hold(name)

    @rule(name=st.sampled_from(["dev", "sue"]), reference=references)
    def listen(self, name: str, reference: str) -> None:
        case = self.open_case(name, reference)
        may = case is not None and case.holder not in (None, name)
        if self.press(name, reference, "listen", expects=may) and case is not None:
            case.listening.add(name)

    @rule(name=NAMES, reference=references)
    def leave(self, name: str, reference: str) -> None:
        case = self.open_case(name, reference)
        may = case is not None and name in case.joined | case.listening
        if self.press(name, reference, "leave", expects=may) and case is not None:
            case.joined.discard(name)
            case.listening.discard(name)

    @rule(name=NAMES, reference=references, likely=MOSTLY)
    def whisper(self, name: str, reference: str, *, likely: bool) -> None:
        name = self.holder_of(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.is_in(name)
        self.press(name, reference, "whisper", expects=may, text="among us alone")

    @precondition(lambda self: len(self.model.cases) > 1)
    @rule(name=st.sampled_from(["amira", "dev", "esther"]), reference=references)
    def know_person(self, name: str, reference: str) -> None:
        """R17. Ben, Vera and Sue know nobody, so that somebody can always answer."""
        self.model.touch(name)
        case = self.model.cases[reference]
        may = name not in case.barred
        if not self.press(name, reference, "know", expects=may):
            return
        case.barred.add(name)
        if case.holder == name and not case.is_closed:
            case.let_go()
        case.joined.discard(name)
        case.listening.discard(name)
        if case.offer is not None and case.offer.to == name:
            case.offer = None

    # --- Reading ----------------------------------------------------------------------------

    @rule(name=NAMES, reference=references)
    def read(self, name: str, reference: str) -> None:
        """R16: what is read has its row, and what may not be read is not shown."""
        self.model.touch(name)
        case = self.model.cases[reference]
        status, page = self.served.run(self.served.get(name, f"/cases/{reference}"))
        self.tally("read", "done" if status == 200 else "refused")
        may = self.model.may_read(name, case)
        assert (status == 200) is may, (name, status, case)
        if may:
            case.rows += 1
        assert may or WORDS not in page
        assert may or "You can skip" not in page

    @rule(name=NAMES, reference=references)
    def open_with_a_reason(self, name: str, reference: str) -> None:
        self.model.touch(name)
        case = self.model.cases[reference]
        may = name not in case.barred
        if self.press(name, reference, "open", expects=may, reason="cover"):
            case.passes[name] = self.model.now

    @rule()
    def the_last_press_comes_again(self) -> None:
        """I2: whatever was done under an id is done once. Nobody who is barred is asked again."""
        if self.last is None:
            return
        name, path, form = self.last
        self.model.touch(name)
        if path.endswith(("claim", "accept", "take-over")):
            self.model.arrive(name)
        self.served.run(self.served.post(name, path, form))
        TALLY["moves"] += 1
        self.last = None

    # --- What always holds ------------------------------------------------------------------

    async def talk(self, reference: str):  # type: ignore[no-untyped-def]
        case = await self.served.case(reference)
        talk = await self.served.store.conversation(case.conversation)
        assert talk is not None, "a talk is lost"
        return talk

    @invariant()
    def every_case_is_as_the_model_says(self) -> None:
        for reference, file in self.model.cases.items():
            case, talk = self.served.run(self.found(reference))
            names = self.served.name_of
            assert names(case.holder) == file.holder
            assert {names(id) for id in case.joined} == file.joined
            assert {names(id) for id in case.listening} == file.listening
            assert {names(id) for id in case.barred} == file.barred
            assert (case.offer and names(case.offer.to)) == (file.offer and file.offer.to)
            assert (case.closed_at is not None) is file.is_closed
            # The visitor is with a worker exactly while one holds the case.
            if not file.is_closed:
                assert (talk.owner is Owner.WORKER) is (file.holder is not None)

    @invariant()
    def every_move_and_every_reading_has_its_row(self) -> None:
        for reference, file in self.model.cases.items():
            rows = self.served.run(self.served.store.audit_of(reference, limit=100_000))
            assert len(rows) == file.rows, [row.action for row in rows]

    async def found(self, reference: str):  # type: ignore[no-untyped-def]
        return await self.served.case(reference), await self.talk(reference)

    def everybody_is_answered_in_the_end(self) -> None:
        """No case is lost and none starves: who works the queue off meets every one of them."""
        self.served.move_clock(3000)
        self.model.now += 3000
        self.the_house_looks()
        left = {r for r, file in self.model.cases.items() if not file.is_closed}
        while left:
            code = self.served.run(self.served.post("ben", "/next", {}))
            reference = code.removeprefix("to ")
            assert reference in left, (code, left)
            close = f"/cases/{reference}/close"
            assert self.served.run(self.served.post("ben", close, {"outcome": "left"})) == "done"
            left.remove(reference)


@pytest.fixture
def served() -> Iterator[Served]:
    house = Served()
    house.run(house.open())
    SERVED.append(house)
    yield house
    SERVED.clear()
    house.close()


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_the_desk_does_what_the_model_says_for_thousands_of_moves(served: Served) -> None:
    TALLY.clear()
    while TALLY["moves"] < MOVES:
        run_state_machine_as_test(
            DeskMachine,
            settings=settings(
                # The first of a run are short, so a few more than would be enough.
                max_examples=max(10, (MOVES - TALLY["moves"]) // STEPS),
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(f"\n{dict(sorted(TALLY.items()))}")  # noqa: T201  What was done is what a reader wants.
    assert TALLY["moves"] >= MOVES
