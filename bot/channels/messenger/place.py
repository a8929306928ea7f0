"""One bot of one tenant in one app, with all that serving it needs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakValueDictionary

from bot.channels.messenger.carrier import Carrier, Message, Outcome, Wait
from bot.channels.messenger.chat import ChatKey
from bot.channels.messenger.pace import Pace
from bot.house import House
from bot.tenancy import Tenancy

LONGEST_WAIT = 5.0
"""Seconds that a message may wait for its turn; with more to wait for, it comes again later."""

Act = Callable[[], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Place:
    """``bot`` is the app and the bot's id, ``door`` what it opens: a flow, or any."""

    house: House
    tenancy: Tenancy
    bot: str
    door: str
    carrier: Carrier
    pace: Pace
    _turns: WeakValueDictionary[ChatKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def now(self) -> datetime:
        """The house's time."""
        return self.house.clock()

    def turn(self, key: ChatKey) -> asyncio.Lock:
        """One update of a chat at a time, in this process."""
        return self._turns.setdefault(key, asyncio.Lock())

    def update_hash(self, update: str) -> str:
        """What stands for an update's id: it is only ever compared, never *greater than the last*,
        for Telegram's begin anew somewhere else after a quiet week.
        """
        tenant = self.tenancy.tenant.id
        return self.house.keyring.keyed_hash("update", tenant, f"{self.bot} {update}").hex()[:16]

    async def send(self, key: ChatKey, address: str, message: Message) -> Outcome:
        """Write to a chat in its turn. What became of it is counted, by its code alone."""
        return await self._paced(key, lambda: self.carrier.send(address, message), "sent")

    async def delete(self, key: ChatKey, address: str, posts: Sequence[str]) -> Outcome:
        """Take messages away, in turn with what is sent."""
        return await self._paced(key, lambda: self.carrier.delete(address, posts), "deleted")

    async def _paced(self, key: ChatKey, act: Act, done: str) -> Outcome:
        seconds = self.pace.take(key, most=LONGEST_WAIT)
        if seconds > LONGEST_WAIT:
            return Wait(seconds)
        await asyncio.sleep(seconds)
        outcome = await act()
        if isinstance(outcome, Wait):
            self.pace.wait(outcome.seconds)
        self.house.meters.count_message(self.tenancy.tenant.id, outcome.code or done)
        return outcome
