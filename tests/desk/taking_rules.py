"""The rules by which cases are claimed, answered, given back and closed."""

import asyncio

from hypothesis.stateful import precondition, rule

from flows.conversation import Owner
from handoff.case import Case
from tests.desk.pressing import MOSTLY, NAMES, REFERENCES, Pressing, is_any_held


class Taking(Pressing):
    """Whoever takes a case."""

    @rule(name=NAMES, reference=REFERENCES)
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

    @rule(one=NAMES, other=NAMES, reference=REFERENCES)
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

    @precondition(is_any_held)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def give_back(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name
        if self.press(name, reference, "give-back", expects=may) and case is not None:
            case.let_go()

    @precondition(is_any_held)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def close_case(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name
        if self.press(name, reference, "close", expects=may, outcome="left") and case is not None:
            case.is_closed = True
            case.empty()

    @precondition(is_any_held)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def reply(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case, talk = self.open_case(name, reference), self.served.run(self.talk(reference))
        may = case is not None and (name == case.holder or name in case.joined)
        may = may and talk.ended is None and not talk.is_silent
        self.press(name, reference, "reply", expects=may, text="I am here.")
