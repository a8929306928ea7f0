"""The screening corpus, read line by line and split in two by each text's own digest."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flows.screening import Level, Screener, Screening

CORPUS = Path(__file__).parent / "screening_corpus"
DOOR = "using-abuse"


@dataclass(frozen=True, slots=True)
class Line:
    """What a person typed, and what a careful reader would have heard."""

    level: Level
    markers: tuple[str, ...]
    group: str
    text: str

    @property
    def is_held_out(self) -> bool:
        """Half of the texts are never looked at while rules are written."""
        return sha256(self.text.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Figures:
    """How many were found, missed, and flagged for nothing."""

    found: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed))

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.false))


def read_corpus(name: str) -> Iterator[Line]:
    for line in (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            level, markers, group, text = (part.strip() for part in line.split(" | ", 3))
            named = tuple(name for name in markers.split(",") if name != "-")
            yield Line(Level[level.upper()], named, group, text)


def screen_line(screener: Screener, line: Line) -> Screening:
    return screener.screen(line.text, door=DOOR if line.group == DOOR else None)


def measure(screener: Screener, lines: list[Line]) -> Figures:
    flagged = {line: screen_line(screener, line).level is not Level.NONE for line in lines}
    danger = [line for line in lines if line.level is not Level.NONE]
    return Figures(
        found=sum(flagged[line] for line in danger),
        missed=tuple(line.text for line in danger if not flagged[line]),
        false=tuple(x.text for x in lines if x.level is Level.NONE and flagged[x]),
    )
