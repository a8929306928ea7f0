"""What the rules of the desk's machine lean on, and those of visitors, of time and of shifts."""

import asyncio
from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
)

from bot.ladder import Ladder
from bot.lapses import take_back_from_the_gone
from bot.referring import Referring
from bot.working import _look
from flows.conversation import Conversation
from tests.desk.model import File, Model, Worker
from tests.desk.served import CAST, HARBOUR, Served

REFERENCES: Bundle[str] = Bundle("references")
WORDS = "he waits outside my door"
NAMES = st.sampled_from(sorted(CAST))
MOSTLY = st.sampled_from([True, True, True, True, False])
"""Whether a move is made by whom it is meant for, where there is somebody: else by anybody."""
TALLY: Counter[str] = Counter()
SERVED: list[Served] = []
"""The one house of the test: a machine is made by the library, which hands nothing over."""


def is_any_held(machine: "Pressing") -> bool:
    return any(case.holder and not case.is_closed for case in machine.model.cases.values())


def is_any_offered(machine: "Pressing") -> bool:
    return any(case.offer is not None for case in machine.model.cases.values())


def is_any_joined(machine: "Pressing") -> bool:
    return any(case.joined | case.listening for case in machine.model.cases.values())


class Pressing(RuleBasedStateMachine):
    """Every rule presses something real, and says beforehand what the model expects of it."""

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

    def held(self, reference: str, name: str, *, likely: bool) -> tuple[str, str]:
        """Mostly a case that somebody holds, and its holder; else what chance said."""
        for place, case in self.likely(reference, likely=likely):
            if case.holder is not None and not case.is_closed:
                return place, case.holder
        return reference, name

    def offered(self, reference: str, name: str, *, likely: bool) -> tuple[str, str]:
        """Mostly a case that is offered, and to whom."""
        for place, case in self.likely(reference, likely=likely):
            if case.offer is not None:
                return place, case.offer.to
        return reference, name

    def likely(self, reference: str, *, likely: bool) -> list[tuple[str, File]]:
        cases = sorted(self.model.cases.items(), key=lambda item: item[0] != reference)
        return cases if likely else []

    # --- Visitors and time ------------------------------------------------------------------

    @initialize(target=REFERENCES)
    def everybody_is_here_and_two_wait(self) -> MultipleResults[str]:
        for name in sorted(CAST):
            self.begin_shift(name)
        return multiple(*(self.arrives(in_danger=danger) for danger in (False, True)))

    @precondition(lambda self: len(self.model.cases) < 5)
    @rule(target=REFERENCES, in_danger=st.booleans())
    def a_visitor_comes(self, *, in_danger: bool) -> str:
        return self.arrives(in_danger=in_danger)

    def arrives(self, *, in_danger: bool) -> str:
        number = len(self.model.cases) + 1
        reference = self.served.run(self.served.visitor(number, in_danger=in_danger))
        self.model.cases[reference] = File(is_emergency=in_danger)
        self.numbers[reference] = number
        return reference

    @rule(reference=REFERENCES)
    def they_write(self, reference: str) -> None:
        talk = self.served.run(self.talk(reference))
        if talk.ended is None:
            self.served.run(self.served.writes(self.numbers[reference], WORDS))

    @rule(reference=REFERENCES)
    def they_leave(self, reference: str) -> None:
        if self.served.run(self.talk(reference)).ended is None:
            self.served.run(self.served.leaves(self.numbers[reference]))

    @rule(seconds=st.sampled_from([1, 20, 40, 90, 130, 700]), stay=st.sets(NAMES, min_size=3))
    def time_passes(self, seconds: int, stay: set[str]) -> None:
        """The consoles of those who stay go on saying so."""
        self.served.move_clock(seconds)
        self.model.now += seconds
        for name in stay:
            if self.model.workers[name].seen is not None:
                self.model.workers[name].seen = self.model.now
                self.served.run(self.served.is_there(name))

    @rule()
    def the_house_looks(self) -> None:
        """What the worker process does every second, by two of them at once."""
        self.served.run(self.look_twice())
        for case in self.model.cases.values():
            self.expect_lapses(case)

    async def look_twice(self) -> None:
        house, tenancy = self.served.house, self.served.house.tenancies[HARBOUR]
        await asyncio.gather(
            *(_look(tenancy, Referring(house), Ladder(house), set()) for _ in range(2))
        )
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

    async def talk(self, reference: str) -> Conversation:
        case = await self.served.case(reference)
        talk = await self.served.store.conversation(case.conversation)
        assert talk is not None, "a talk is lost"
        return talk
