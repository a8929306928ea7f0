"""What could not be kept goes before what was sent after it: words stay in the order of writing.

A page sends several frames before it hears of the first. Were that one refused while the database
was gone, and the second taken because it had just come back, they would stand the wrong way round.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from bot.inbound import NotSaved

HELD_FOR = 8.0
"""Seconds for which what is behind waits for the first to be sent again; our page does so in six.
Whoever gave it up must not be kept from writing for good.
"""

MOST_HELD = 200
LEAVING = frozenset({"exit", "stop"})
"""These wait for nothing: whoever leaves has nothing more to say."""


@dataclass(slots=True)
class Unsaved:
    """The ids of one line that were refused as not saved, in the order in which they were sent."""

    _ids: dict[str, None] = field(default_factory=dict)
    _until: float = 0.0

    @contextmanager
    def in_turn(self, id: str, kind: str) -> Iterator[None]:
        """Take one frame. Raises NotSaved, untried, for one that is not the first of those."""
        if monotonic() > self._until:
            self._ids.clear()
        if kind not in LEAVING and next(iter(self._ids), id) != id:
            self._hold(id)
            raise NotSaved
        is_decided = True
        try:
            yield
        except NotSaved:
            is_decided = False
            raise
        finally:
            self._until = monotonic() + HELD_FOR
            if is_decided:
                self._ids.pop(id, None)
            else:
                self._hold(id)

    def _hold(self, id: str) -> None:
        if len(self._ids) < MOST_HELD:
            self._ids.setdefault(id)
