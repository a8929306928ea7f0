"""A figure beside what it must and should reach, and tables of them."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


def new_console() -> Console:
    """Wide enough for every row also where it goes to a file."""
    return Console(width=None if sys.stdout.isatty() else 140)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``must`` and ``aim`` are the most that it may be, or with ``is_floor`` the least.

    ``note`` tells what the figure does not: how it was taken, or what went wrong.
    """

    name: str
    figure: float
    unit: str
    must: float | None = None
    aim: float | None = None
    is_floor: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether it is reached, in a word; nothing where nothing is asked."""
        if self.aim is not None and self._reaches(self.aim):
            return "[green]aim[/green]"
        if self.must is None:
            return "" if self.aim is None else "not the aim"
        return "[green]must[/green]" if self.is_reached else "[red]not reached[/red]"

    @property
    def is_reached(self) -> bool:
        """Whether it is what it must be."""
        return self.must is None or self._reaches(self.must)

    def _reaches(self, limit: float) -> bool:
        return self.figure >= limit if self.is_floor else self.figure <= limit

    def cells(self) -> Iterable[str]:
        """The row as texts."""
        asked = (f"{self._told(one)}" if one is not None else "" for one in (self.must, self.aim))
        return (self.name, self._told(self.figure), *asked, self.verdict, self.note)

    def _told(self, figure: float) -> str:
        if isinstance(figure, int):
            return f"{figure:,} {self.unit}".strip()
        digits = 3 if not self.unit else 0 if figure >= 100 else 1 if figure >= 10 else 2
        return f"{figure:,.{digits}f} {self.unit}".strip()


def show(console: Console, title: str, rows: Iterable[Row]) -> None:
    """One table of rows."""
    table = Table("", "figure", "must", "aim", "reached", "", box=None)
    for row in rows:
        table.add_row(*row.cells())
    console.print(f"\n[bold]{title}[/bold]", table, sep="\n")


def sum_up(console: Console, rows: Iterable[Row]) -> None:
    """How many of those that must be reached are."""
    asked = [row for row in rows if row.must is not None]
    missed = [row.name for row in asked if not row.is_reached]
    console.print(f"\n{len(asked) - len(missed)} of {len(asked)} musts are reached.")
    for name in missed:
        console.print(f"  not reached: {name}")
