"""Signing in slows down after failures, by name and by address; nobody is ever locked out.

Each attempt is held back before it is looked at. The longest hold is half a minute, and for a
person who comes from elsewhere than their attacker three seconds. It forgets after a while.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FORGETS_AFTER = timedelta(minutes=15)
MOST_KEPT = 10_000
MOST_AT_ONCE = 8
"""Attempts of one name from one address that may be held at a time."""


class Crowded(Exception):
    """Too many attempts at once. Please wait half a minute, then try again."""

    code = "crowded"

    def __str__(self) -> str:
        return str(type(self).__doc__)


Key = tuple[str, str]
"""Name and address; one of them empty where it is the other alone that counts."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Attempts that did not succeed, and the last of them."""

    count: int
    at: datetime


@dataclass(slots=True)
class SlowDown:
    """Counts attempts in this process. An attempt counts from its beginning, so many at once do not
    slip through together.
    """

    _tallies: dict[Key, Tally] = field(default_factory=dict)
    _held: Counter[Key] = field(default_factory=Counter)

    @contextmanager
    def attempt(self, name: str, address: str, now: datetime) -> Iterator[timedelta]:
        """Yields how long to hold this attempt. Raises ``Crowded``."""
        both = (name, address)
        if self._held[both] >= MOST_AT_ONCE:
            raise Crowded
        hold = self._hold(name, address, now)
        for key in _keys(name, address):
            self._count(key, now)
        self._held[both] += 1
        try:
            yield hold
        finally:
            self._held[both] -= 1
            if not self._held[both]:
                del self._held[both]

    def forget(self, name: str, address: str) -> None:
        """This person has signed in: their own attempts from here are forgiven."""
        self._tallies.pop((name, address), None)

    def _hold(self, name: str, address: str, now: datetime) -> timedelta:
        mine = self._tally((name, address), now) - 3
        named = self._tally((name, ""), now) - 10
        there = self._tally(("", address), now) - 20
        seconds = min(30.0, 2.0 ** min(mine, 10)) if mine >= 0 else 0.0
        seconds = max(seconds, min(3.0, named * 0.25), min(3.0, there * 0.25))
        return timedelta(seconds=seconds)

    def _tally(self, key: Key, now: datetime) -> int:
        tally = self._tallies.get(key)
        return tally.count if tally and now - tally.at < FORGETS_AFTER else 0

    def _count(self, key: Key, now: datetime) -> None:
        count = self._tally(key, now) + 1
        self._tallies.pop(key, None)
        self._tallies[key] = Tally(count, now)
        while len(self._tallies) > MOST_KEPT:
            # The one that was counted longest ago stands first.
            del self._tallies[next(iter(self._tallies))]


def _keys(name: str, address: str) -> tuple[Key, ...]:
    return (name, address), (name, ""), ("", address)
