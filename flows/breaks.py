"""One break of a property: where it stands, what it is, and the shortest path that shows it."""

from dataclasses import dataclass

from flows.edition import LIBRARY, Edition

FOLDER = f"{LIBRARY.parent.name}/{LIBRARY.name}"


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """``path`` is what a visitor would do from the beginning; empty where a text alone is wrong."""

    file: str
    line: int
    rule: str
    what: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{self.file}:{self.line}: {self.rule}, {self.what}"
        return f"{told}; path: {' > '.join(self.path)}" if self.path else told


def place_of(edition: Edition, key: str) -> tuple[str, int]:
    """File and line of a step, by an answer key or a text's key; of the replies otherwise."""
    flow, step = edition.flow_of(key), edition.step_at(key)
    if flow is None:
        return f"{FOLDER}/{'choices' if key.startswith('choices.') else 'replies'}.yaml", 1
    return f"{FOLDER}/{flow.file}", step.line if step else 1
