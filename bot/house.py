"""Everything one process serves with, put together once by ``bot.app`` and passed on whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.calling import Caller
from bot.door import Door
from bot.meters import Meters
from bot.presence import Presence
from bot.render import Wording
from bot.settings import Settings
from bot.tenancy import Tenancy
from flows.edition import Edition
from locales.lookup import Catalogues
from storage.bus import Bus
from storage.counters import Counters
from storage.keyring import Keyring
from storage.store import Stores
from tenants.tenant import TenantId

Clock = Callable[[], datetime]
"""The time now, aware, in UTC. Tests pass a clock of their own."""


# It holds people's words in memory: none may come along where somebody prints it (I11).
@dataclass(frozen=True, slots=True, repr=False)
class House:
    """One process: its tenants, the one door, and what stands behind it.

    A ``Tenancy`` holds one tenant's settings, current edition and store.
    """

    settings: Settings
    clock: Clock
    tenancies: Mapping[TenantId, Tenancy]
    catalogues: Catalogues
    keyring: Keyring
    stores: Stores
    bus: Bus
    counters: Counters
    presence: Presence
    door: Door
    meters: Meters
    caller: Caller

    def wording(self, tenancy: Tenancy, edition: Edition, language: str) -> Wording:
        """One tenant's texts in one language."""
        return tenancy.wording(self.catalogues, edition, language)


HOUSE = web.AppKey("house", House)
SOCKETS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("sockets", set)
"""Every open socket of this process: they are told to come back elsewhere when it stops."""
