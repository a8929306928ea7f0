"""Signing in slows down after failures, by name and by address; nobody is ever locked out.

Each attempt is held back before it is looked at. The longest hold is half a minute, and for a
person who comes from elsewhere than their attacker three seconds. It forgets after a while.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from tenants.tenant import TenantId

FORGETS_AFTER = timedelta(minutes=15)
MOST_KEPT = 10_000
MOST_AT_ONCE = 8
"""Attempts of one name from one address that may be held at a time."""


class Crowded(Exception):
    """Too many attempts at once. Please wait half a minute, then try again."""

    code = "crowded"

    def __str__(self) -> str:
        return str(type(self).__doc__)


class Key(NamedTuple):
    """Who attempts what: name or address is empty where it is the other alone that counts.

    The tenant comes first: one's failures must slow down, and forgive, nobody of another (I10).
    """

    tenant: TenantId
    name: str
    address: str


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
    def attempt(self, key: Key, now: datetime) -> Iterator[timedelta]:
        """Yields how long to hold this attempt. Raises ``Crowded``."""
        if self._held[key] >= MOST_AT_ONCE:
            raise Crowded
        hold = self._hold(key, now)
        for part in _parts(key):
            self._count(part, now)
        self._held[key] += 1
        try:
            yield hold
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]

    def forget(self, key: Key) -> None:
        """This person has signed in: their own attempts from here are forgiven."""
        self._tallies.pop(key, None)

    def _hold(self, key: Key, now: datetime) -> timedelta:
        mine, named, there = (self._tally(part, now) for part in _parts(key))
        seconds = min(30.0, 2.0 ** min(mine - 3, 10)) if mine >= 3 else 0.0
        seconds = max(seconds, min(3.0, (named - 10) * 0.25), min(3.0, (there - 20) * 0.25))
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


def _parts(key: Key) -> tuple[Key, Key, Key]:
    """What an attempt counts for: both together, the name from anywhere, whoever is there."""
    return key, key._replace(address=""), key._replace(name="")
