"""Every step of a scenario struck in turn, in every way, and the table of what that showed."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.faults.rounds import Nursery, Place, Result, Scenario, run
from tests.faults.steps import COROUTINE_KINDS, SQL_KINDS, Strike

IS_FULL = os.environ.get("FAULTS") == "full"
"""``make faults``: every point. In ``make test`` the points are spread, and few."""

AT_ONCE = 2
"""Rounds side by side: while one's clients wait, another's server works."""

PAST_THE_END = 3
"""Steps come in slightly another order each time: so many beyond the last one are tried."""

OpenPlace = Callable[[Nursery], AbstractContextManager[Place]]


@dataclass(slots=True)
class Row:
    """One line of the table."""

    scenario: str
    kind: str
    points: int = 0
    struck: int = 0
    broken: list[tuple[int, Result]] = field(default_factory=list)

    def add(self, at: int, result: Result) -> None:
        self.points += 1
        self.struck += result.struck
        if result.violations:
            self.broken.append((at, result))

    def __str__(self) -> str:
        counts = f"{self.points:>6} {self.struck:>6} {len(self.broken):>10}"
        return f"{self.scenario:<16} {self.kind:<10} {counts}"


HEAD = f"{'scenario':<16} {'kind':<10} {'points':>6} {'struck':>6} {'violations':>10}"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Where rounds are played. ``at_most`` bounds the points of each kind, spread evenly."""

    warm: Nursery
    open_place: OpenPlace
    at_most: int = 0
    defect: str = ""
    _counted: dict[str, Result] = field(default_factory=dict)

    async def count(self, scenario: Scenario) -> Result:
        """How many steps there are, in a round without a strike."""
        if scenario.name not in self._counted:
            self._counted[scenario.name] = await self.strike(scenario, Strike())
        return self._counted[scenario.name]

    async def strike(self, scenario: Scenario, strike: Strike) -> Result:
        """One round on a fresh store."""
        with self.open_place(self.warm) as place:
            return await run(self.warm, place, scenario, strike, defect=self.defect)

    async def row(self, scenario: Scenario, kind: str) -> Row:
        """Every point of one kind."""
        counted = await self.count(scenario)
        steps = counted.resumes if kind in COROUTINE_KINDS else counted.statements
        row = Row(scenario.name, kind)
        row.add(0, counted)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(at: int) -> None:
            async with turns:
                row.add(at, await self.strike(scenario, Strike(kind, at)))

        await asyncio.gather(*(one(at) for at in self._points(steps)))
        return row

    async def first_caught(self, scenario: Scenario, kind: str) -> tuple[int, Result] | None:
        """The first point that shows a violation, tried far apart first; None when none does."""
        counted = await self.count(scenario)
        if counted.violations:
            return 0, counted
        steps = counted.resumes if kind in COROUTINE_KINDS else counted.statements
        points = sorted(range(1, steps + 1), key=lambda at: (at * 0.618034) % 1)
        for first in range(0, len(points), AT_ONCE):
            some = points[first : first + AT_ONCE]
            # Without a kind the same round is played again: some defects need only a crowd.
            strikes = [Strike(kind, at) if kind else Strike() for at in some]
            results = await asyncio.gather(*(self.strike(scenario, each) for each in strikes))
            for at, result in zip(some, results, strict=True):
                if result.violations:
                    return at, result
        return None

    def _points(self, steps: int) -> Iterable[int]:
        every = range(1, steps + PAST_THE_END + 1)
        if not self.at_most or len(every) <= self.at_most:
            return every
        return sorted(
            {round(n * (steps - 1) / (self.at_most - 1)) + 1 for n in range(self.at_most)}
        )


def all_kinds() -> tuple[str, ...]:
    return (*COROUTINE_KINDS, *SQL_KINDS)


def told(rows: Iterable[Row]) -> Iterator[str]:
    """The table, and under it each violation with where it was struck."""
    yield HEAD
    rows = list(rows)
    yield from map(str, rows)
    for row in rows:
        for at, result in sorted(row.broken, key=lambda broken: broken[0]):
            yield f"{row.scenario}, {row.kind} at {at} ({result.place}):"
            yield from (f"    {violation}" for violation in result.violations)
