"""How fast talks may begin, by address and by tenant: a wait that grows and ends, never a refusal.

A refuge shares one address, and whoever floods a helpline must not be able to shut it for others.
Only a keyed hash of an address is counted, and nothing of it is kept beyond its window.
"""

from asyncio import sleep
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.address import address_of
from bot.house import House
from storage.counters import counter_key
from tenants.tenant import TenantId

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` openings a window cost no wait; each further one costs ``step`` seconds more."""

    free: int
    step: float
    most: float

    def wait(self, count: int) -> float:
        """Seconds to wait before the opening that is the ``count``-th of its window."""
        return min(self.most, max(0, count - self.free) * self.step)


BY_ADDRESS = Limit(free=20, step=0.1, most=3.0)
BY_TENANT = Limit(free=600, step=0.005, most=1.0)
"""A flood from many addresses slows everybody of that tenant, so it may slow them less."""

BY_WORD = Limit(free=3, step=1.0, most=6.0)
"""Words that are tried from one address, whether or not there is anything to open with them."""


async def wait_to_try(request: web.Request, house: House, tenant: TenantId) -> None:
    """Wait for as long as another word from here has to; the first few never do."""
    await _wait(house, tenant, (BY_WORD, "word", _address(request, house)))


async def wait_to_open(request: web.Request, house: House, tenant: TenantId) -> None:
    """Wait for as long as a new talk from here has to; most never do."""
    by_address = BY_ADDRESS, "address", _address(request, house)
    await _wait(house, tenant, by_address, (BY_TENANT, "tenant", ""))


def _address(request: web.Request, house: House) -> str:
    return address_of(request, is_behind_proxy=house.settings.is_behind_https)


async def _wait(house: House, tenant: TenantId, *counted: tuple[Limit, str, str]) -> None:
    """Count once more under each of these, and wait for the longest that is due."""
    if house.settings.rate_limits == "off":
        return
    seconds = 0.0
    for limit, what, who in counted:
        key = counter_key(house.keyring, tenant, what, who)
        seconds = max(seconds, limit.wait(await house.counters.count(key, WINDOW)))
    await sleep(seconds)
