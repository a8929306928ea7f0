"""The desk in a few lines, written apart from the code: who may do what, and what comes of it.

It is what ``test_desk_moves`` compares the real desk with. Times are seconds.
"""

from dataclasses import dataclass, field

SEEN_WITHIN, TOUCHED_EVERY, PASS_LASTS = 120, 30, 1800
CAPACITY = 2


@dataclass
class Worker:
    """Somebody of the staff. ``seen`` is the last sign of their console, None off shift."""

    name: str
    is_volunteer: bool = False
    supervises: bool = False
    seen: float | None = None


@dataclass
class Offered:
    to: str
    joins: bool
    until: float


@dataclass
class File:
    """One case. ``rows`` counts what the audit must hold of it."""

    is_emergency: bool
    holder: str | None = None
    before: str | None = None
    joined: set[str] = field(default_factory=set)
    listening: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    passes: dict[str, float] = field(default_factory=dict)
    offer: Offered | None = None
    is_closed: bool = False
    rows: int = 0

    def hold(self, name: str) -> None:
        self.before, self.holder, self.offer = self.holder or self.before, name, None
        self.joined.discard(name)
        self.listening.discard(name)

    def let_go(self) -> None:
        self.before, self.holder = self.holder or self.before, None
        self.empty()

    def empty(self) -> None:
        self.offer = None
        self.joined.clear()
        self.listening.clear()

    def is_in(self, name: str) -> bool:
        return name == self.holder or name in self.joined or name in self.listening

    def is_offered(self, name: str) -> bool:
        free = name != self.holder and name not in self.joined
        return self.offer is not None and self.offer.to == name and free


@dataclass
class Model:
    workers: dict[str, Worker]
    cases: dict[str, File] = field(default_factory=dict)
    now: float = 0

    def is_here(self, name: str) -> bool:
        seen = self.workers[name].seen
        return seen is not None and self.now - seen <= SEEN_WITHIN

    def touch(self, name: str) -> None:
        worker = self.workers[name]
        if worker.seen is not None and self.now - worker.seen >= TOUCHED_EVERY:
            worker.seen = self.now

    def arrive(self, name: str) -> None:
        """Whoever takes a case is on shift."""
        if not self.is_here(name):
            self.workers[name].seen = self.now

    def supervised(self, *, without: str = "") -> bool:
        return any(
            w.supervises and self.is_here(n) for n, w in self.workers.items() if n != without
        )

    def may_take(self, name: str) -> bool:
        return not self.workers[name].is_volunteer or self.supervised()

    def is_alone(self, holder: str | None, *, without: str = "") -> bool:
        """Whether a volunteer who is here holds a case with nobody to supervise them (R49)."""
        if holder is None or not self.workers[holder].is_volunteer or not self.is_here(holder):
            return False
        return not self.supervised(without=without)

    def has_room(self, name: str, case: File) -> bool:
        held = sum(c.holder == name and not c.is_closed for c in self.cases.values())
        return case.is_emergency or held < CAPACITY

    def may_read(self, name: str, case: File) -> bool:
        if name in case.barred:
            return False
        if case.holder is None or case.is_in(name) or case.is_offered(name):
            return True
        if not case.is_closed and case.before == name:
            return True
        return name in case.passes and self.now - case.passes[name] < PASS_LASTS

    def may_end(self, name: str) -> bool:
        if not self.workers[name].supervises or not self.is_here(name):
            return True
        open_cases = (c for c in self.cases.values() if not c.is_closed)
        return not any(self.is_alone(c.holder, without=name) for c in open_cases)
