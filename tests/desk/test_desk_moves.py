"""The whole desk driven by chance against a model: 2,000 moves here, 50,000 in ``make faults``.

One holder, no case lost, nobody starved, nothing read without its row (I2, I6, I7, R16, R17, R49).
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from flows.conversation import Owner
from tests.desk.passing_rules import Passing
from tests.desk.pressing import NAMES, REFERENCES, SERVED, TALLY, WORDS
from tests.desk.served import Served

MOVES = int(os.environ.get("DESK_MOVES", "50000" if os.environ.get("FAULTS") == "full" else "2000"))
STEPS = 80
PHASES = (Phase.generate,)
"""A failure prints its steps as they were; making them fewer takes minutes."""


class DeskMachine(Passing):
    """All of it, with what is read and what always holds."""

    def teardown(self) -> None:
        if self.model.cases:
            self.everybody_is_answered_in_the_end()

    # --- Reading ----------------------------------------------------------------------------

    @rule(name=NAMES, reference=REFERENCES)
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

    @rule(name=NAMES, reference=REFERENCES)
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
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    # What has to be decided before a case closes is tried in tests/console; here chance closes.
    for check in ("check_closing", "check_duty"):
        monkeypatch.setattr(f"bot.desk_turn.{check}", lambda *_, **__: None)
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
