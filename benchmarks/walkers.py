"""What walks through talks turn by turn. Called back by the wire: a task for each would cost more
than an echo does.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from time import perf_counter

from benchmarks.wire import Broken, Wire

Turn = tuple[bytes, bytes]
Talk = tuple[Wire, Sequence[Turn]]


class Walker:
    """Takes one talk after the other and sends each turn as soon as the last one is answered."""

    def __init__(self, talks: deque[Talk], times: list[float]) -> None:
        """``talks`` are shared with the other walkers; ``times`` takes seconds a turn."""
        self._talks = talks
        self._times = times
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
        if turn is None:
            if not self._talks:
                self._finish()
                return
            self._wire, turns = self._talks.popleft()
            self._turns = iter(turns)
            turn = next(self._turns)
        self._send(turn)

    def _send(self, turn: Turn) -> None:
        self._began = perf_counter()
        self._wire.send(*turn, self._told)

    def _told(self, _heard: bytes) -> None:
        self._times.append(perf_counter() - self._began)
        if self._wire.is_open:
            self._next()
        elif not self.done.done():
            self.done.set_exception(Broken())

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class PacedWalker(Walker):
    """Sends each turn when it is due, or when the one before is answered, if that is later."""

    def __init__(self, talks: deque[Talk], times: list[float], start: float, apart: float) -> None:
        """``start`` is when the first turn is due, ``apart`` the seconds between two."""
        super().__init__(talks, times)
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
        super()._send(turn)

    def _send_late(self, turn: Turn) -> None:
        self._began, self._due = self._due, self._due + self._apart
        self._wire.send(*turn, self._told)
