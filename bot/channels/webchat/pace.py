"""How fast one page may write: a bucket that slows it down and never turns anything away.

A refuge shares one address and a person in danger writes in bursts, so nothing here ever refuses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

BURST = 20.0
"""Frames that may come at once."""

RATE = 5.0
"""Frames a second after that."""


@dataclass(slots=True)
class Pace:
    """One page's bucket. Time is monotonic, so no clock jump speeds or stops anybody (I15)."""

    on: bool = True
    burst: float = BURST
    rate: float = field(default_factory=lambda: RATE)
    clock: Callable[[], float] = field(default_factory=lambda: monotonic)
    _tokens: float | None = None
    _at: float = 0.0
    _is_told: bool = False

    def take(self) -> tuple[float, bool]:
        """Seconds until the next frame may be taken, and whether a flood has to wait first now."""
        if not self.on:
            return 0.0, False
        now = self.clock()
        before = self.burst if self._tokens is None else self._tokens
        tokens = min(self.burst, before + max(0.0, now - self._at) * self.rate)
        self._at = now
        if tokens >= 1:
            self._tokens = tokens - 1
            self._is_told = self._is_told and self._tokens < self.burst / 2
            return 0.0, False
        seconds = (1 - tokens) / self.rate
        # What is waited for is spent when the wait is over.
        self._tokens, self._at = 0.0, now + seconds
        first, self._is_told = not self._is_told, True
        return seconds, first
