"""The composition root: settings in, a running application out. Everything is put together here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from aiohttp import WSCloseCode, web

from bot import console, health, metrics
from bot.calling import caller_of
from bot.channels import webchat
from bot.channels.telegram.bots import HOOK
from bot.channels.telegram.serving import TELEGRAM, Telegram
from bot.channels.telegram.webhook import receive_update
from bot.door import Door
from bot.drain import CUT_WITHIN, DRAIN, Drain, count_requests
from bot.house import HOUSE, SOCKETS, Clock, House
from bot.late_screener import LateScreener
from bot.meters import CountedBus, Meters, metered
from bot.middleware import guard
from bot.presence import Presence
from bot.settings import Settings, SettingsMistakeError
from bot.tenancy import Tenancy, open_tenancy, tenants_still_in
from bot.turns import Tools
from bot.understanding import Understanding
from flows.screening import Screener
from handoff.refusals import SaysWhy
from locales.lookup import Catalogues
from locales.words import Synonyms
from storage.between import open_between
from storage.keyring import Keyring
from storage.open import open_stores
from storage.store import Store, Stores
from tenants.reading import FileMistakeError
from tenants.tenant import Tenant, TenantId, load_tenants

log = structlog.get_logger()


class NothingPublished(SaysWhy, SettingsMistakeError):
    """No tenant in TENANTS was ever published, so there is nothing to serve. `frontdoor publish`
    says what stands in the way.
    """

    code = "nothing-published"


@asynccontextmanager
async def open_house(
    settings: Settings,
    clock: Clock,
    *,
    screener: Screener | None = None,
    is_trial: bool = False,
) -> AsyncIterator[House]:
    """The house on its stores, until the block ends. Raises ``storage.errors`` and file mistakes.

    ``screener`` is one that was loaded before, for whoever opens many houses. A trial serves every
    tenant as its files are, published or not; otherwise NothingPublished may be raised.
    """
    keyring = Keyring.from_setting(settings.secret_keys.get_secret_value())
    stores = await open_stores(settings.database_url, keyring)
    try:
        tenants = await _tenants(settings, stores, is_trial=is_trial)
        async with open_between(settings.redis_url, tenants) as between:
            catalogues, meters = Catalogues.load(), Meters()
            tools = Tools(
                catalogues,
                Understanding(Synonyms(catalogues)),
                _late(screener),
                keyring,
                clock,
                meters,
            )
            own = {id: metered(stores.open(id), meters) for id in tenants}
            tenancies = await _open_tenancies(tenants, own, clock(), is_trial=is_trial)
            counted = CountedBus(between.bus, meters)
            door = Door(tenancies, tools, counted)
            yield House(
                settings=settings,
                clock=clock,
                tenancies=tenancies,
                catalogues=catalogues,
                keyring=keyring,
                stores=stores,
                bus=between.bus,
                counters=between.counters,
                presence=Presence(counted),
                door=door,
                meters=meters,
                caller=caller_of(settings),
            )
    finally:
        await stores.close()


def _late(screener: Screener | None) -> LateScreener:
    late = LateScreener(Screener.load if screener is None else lambda: screener)
    if screener is not None:
        late.stand()
    return late


async def _tenants(
    settings: Settings, stores: Stores, *, is_trial: bool
) -> Mapping[TenantId, Tenant]:
    try:
        return load_tenants(settings.tenants)
    except FileMistakeError:
        if is_trial:
            raise
        return await tenants_still_in(settings.tenants, stores)


async def _open_tenancies(
    tenants: Mapping[TenantId, Tenant],
    stores: Mapping[TenantId, Store],
    now: datetime,
    *,
    is_trial: bool,
) -> Mapping[TenantId, Tenancy]:
    """Every tenant that can be served. One helpline's words must not silence its neighbours.

    Raises FileMistakeError in a trial and where nobody is left, else NothingPublished.
    """
    found: dict[TenantId, Tenancy] = {}
    wrong: list[FileMistakeError] = []
    for id, tenant in tenants.items():
        try:
            tenancy = await open_tenancy(tenant, stores[id], now, is_trial=is_trial)
        except FileMistakeError as mistake:
            log.error("tenant-not-served", tenant=id, file=mistake.path.name, line=mistake.line)
            wrong.append(mistake)
        else:
            found |= {id: tenancy} if tenancy else {}
    if wrong and (is_trial or not found):
        raise wrong[0]
    if not found:
        raise NothingPublished
    return found


def make_app(house: House, telegram: Telegram | None = None) -> web.Application:
    """The application that serves a house, and its bots where it has any."""
    app = web.Application(middlewares=[guard, count_requests], client_max_size=256 * 1024)
    app[HOUSE] = house
    app[SOCKETS] = set()
    app[DRAIN] = Drain()
    app[TELEGRAM] = telegram or Telegram(house)
    webchat.add_routes(app)
    app.router.add_post(HOOK, receive_update)
    console.add_routes(app)
    health.add_routes(app)
    metrics.add_routes(app)
    app.on_shutdown.append(_close_sockets)
    return app


async def _close_sockets(app: web.Application) -> None:
    """Pages come back by themselves, to another process or to the next one here."""
    sockets = app[SOCKETS]
    # All at once: each waits for its page's own goodbye, and one that is gone never says it.
    closing = [socket.close(code=WSCloseCode.SERVICE_RESTART) for socket in sockets]
    await asyncio.gather(*closing, return_exceptions=True)


async def serve(app: web.Application, *, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen; the runner to clean up, and the port that was given (0 asks for a free one)."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=CUT_WITHIN)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    given: int = runner.addresses[0][1]
    return runner, given
