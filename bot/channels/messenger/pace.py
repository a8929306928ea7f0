"""How fast one bot may send: so many a second in all, one a second to a chat, none while it waits.

Each bot has its own, so that an app that slows one down delays nobody else's (I5).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

PER_SECOND = 30.0
PER_CHAT = 1.0
MOST_CHATS = 10_000


@dataclass(slots=True)
class Pace:
    """Times are of the loop's clock. ``sleep`` is the tests' to replace."""

    rate: float = PER_SECOND
    apart: float = PER_CHAT
    clock: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)
    _next: float = 0.0
    _chats: dict[str, float] = field(default_factory=dict)

    def take(self, chat: str, *, most: float) -> float:
        """Seconds until the next message to this chat may go; its place is taken from here on,
        unless that is more than the ``most`` that anybody waits.
        """
        now = self.clock()
        at = max(now, self._next, self._chats.get(chat, 0.0))
        if at - now > most:
            return at - now
        self._chats.pop(chat, None)
        # A chat that waits for its own second takes a place of the bot's all the same.
        self._next = max(now, self._next) + 1 / self.rate
        self._chats[chat] = at + self.apart
        self._let_go(now)
        return at - now

    def wait(self, seconds: float) -> None:
        """The app wants nothing from this bot for so long."""
        self._next = max(self._next, self.clock() + seconds)

    def _let_go(self, now: float) -> None:
        while len(self._chats) > MOST_CHATS:
            oldest = next(iter(self._chats))
            if self._chats[oldest] > now:
                return
            del self._chats[oldest]
