"""What walks through talks turn by turn. Called back by the wire: a task for each would cost more
than an echo does.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.wire import Wire

Turn = tuple[bytes, bytes]
Talk = tuple[Wire, Sequence[Turn]]


@dataclass(slots=True)
class Tally:
    """What all walkers of a run have seen: seconds a turn, and talks whose line was cut off."""

    times: list[float] = field(default_factory=list)
    lost: int = 0


class Walker:
    """Takes one talk after the other and sends each turn as soon as the last one is answered.

    A talk whose line is cut off, or that is told of an error, is counted as lost and left.
    """

    def __init__(self, talks: deque[Talk], tally: Tally) -> None:
        """``talks`` and ``tally`` are shared with the other walkers."""
        self._talks = talks
        self._tally = tally
        self._times = tally.times
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self._wire: Wire
        self._turns: Iterator[Turn] = iter(())
        self._began = 0.0

    def begin(self) -> None:
        """Send the first turn."""
        self._next()

    def stop(self) -> None:
        """Send nothing more."""
        self._talks.clear()
        self._turns = iter(())
        self._finish()

    def _next(self) -> None:
        turn = next(self._turns, None)
        while turn is None:
            if not self._talks:
                self._finish()
                return
            self._wire, turns = self._talks.popleft()
            if self._wire.is_open:
                self._turns = iter(turns)
                turn = next(self._turns)
            else:
                self._tally.lost += 1
        self._send(turn)

    def _send(self, turn: Turn) -> None:
        self._began = perf_counter()
        self._wire.send(*turn, self._told)

    def _told(self, _heard: bytes) -> None:
        if self._wire.is_open:
            self._times.append(perf_counter() - self._began)
        else:
            self._tally.lost += 1
            self._turns = iter(())
        self._next()

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class PacedWalker(Walker):
    """Sends each turn when it is due, or when the one before is answered, if that is later."""

    def __init__(self, talks: deque[Talk], tally: Tally, start: float, apart: float) -> None:
        """``start`` is when the first turn is due, ``apart`` the seconds between two."""
        super().__init__(talks, tally)
        self._due = start
        self._apart = apart

    def _send(self, turn: Turn) -> None:
        early = self._due - perf_counter()
        if early > 0:
            self._loop.call_later(early, self._send_now, turn)
        else:
            self._send_late(turn)

    def _send_now(self, turn: Turn) -> None:
        # The client's own timer is coarse: that it wakes late is no fault of the server's.
        self._due += self._apart
        if self._wire.is_open:
            super()._send(turn)
        else:
            self._told(b"")

    def _send_late(self, turn: Turn) -> None:
        self._began, self._due = self._due, self._due + self._apart
        self._wire.send(*turn, self._told)
