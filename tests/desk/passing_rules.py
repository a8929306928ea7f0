"""The rules by which a case goes from hand to hand, is joined, listened to or closed to someone."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.desk.model import Offered
from tests.desk.pressing import (
    MOSTLY,
    NAMES,
    REFERENCES,
    is_any_held,
    is_any_joined,
    is_any_offered,
)
from tests.desk.taking_rules import Taking

OFFER_WAITS = 120


class Passing(Taking):
    """Whoever passes a case on."""

    @precondition(is_any_held)
    @rule(name=NAMES, to=NAMES, reference=REFERENCES, joins=st.booleans(), likely=MOSTLY)
    def offer(self, name: str, to: str, reference: str, *, joins: bool, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case, model = self.open_case(name, reference), self.model
        may = case is not None and case.holder == name and case.offer is None and to != name
        may = may and model.is_here(to) and model.may_take(to)
        may = may and case is not None and to not in case.barred and to not in case.joined
        form = {"to": f"staff:{self.served.mark(to)}", "as": "second" if joins else "holder"}
        if self.press(name, reference, "offer", expects=may, **form) and case is not None:
            case.offer = Offered(to, joins, model.now + OFFER_WAITS)

    @precondition(is_any_offered)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def accept(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.offered(reference, name, likely=likely)
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

    @precondition(is_any_offered)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def say_no(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.offered(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.offer is not None and case.offer.to == name
        if self.press(name, reference, "say-no", expects=may, reason="busy") and case is not None:
            case.offer = None

    @precondition(is_any_offered)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def withdraw(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.holder == name and case.offer is not None
        if self.press(name, reference, "withdraw", expects=may) and case is not None:
            case.offer = None

    @precondition(is_any_held)
    @rule(name=NAMES, reference=REFERENCES)
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

    @precondition(is_any_held)
    @rule(name=st.sampled_from(["dev", "sue"]), reference=REFERENCES)
    def listen(self, name: str, reference: str) -> None:
        case = self.open_case(name, reference)
        may = case is not None and case.holder not in (None, name)
        if self.press(name, reference, "listen", expects=may) and case is not None:
            case.listening.add(name)

    @precondition(is_any_joined)
    @rule(name=NAMES, reference=REFERENCES)
    def leave(self, name: str, reference: str) -> None:
        case = self.open_case(name, reference)
        may = case is not None and name in case.joined | case.listening
        if self.press(name, reference, "leave", expects=may) and case is not None:
            case.joined.discard(name)
            case.listening.discard(name)

    @precondition(is_any_held)
    @rule(name=NAMES, reference=REFERENCES, likely=MOSTLY)
    def whisper(self, name: str, reference: str, *, likely: bool) -> None:
        reference, name = self.held(reference, name, likely=likely)
        case = self.open_case(name, reference)
        may = case is not None and case.is_in(name)
        self.press(name, reference, "whisper", expects=may, text="among us alone")

    @precondition(lambda self: len(self.model.cases) > 1)
    @rule(name=st.sampled_from(["amira", "dev", "esther"]), reference=REFERENCES)
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
