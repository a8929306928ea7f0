"""The messaging apps of a house, opened and closed with it: their bots, and whoever sends.

Where no tenant has a bot, nothing of any app is loaded.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientSession, DummyCookieJar

from bot.channels.messenger.carrier import Carrier, Sent
from bot.channels.messenger.outbox import Outbox
from bot.channels.messenger.pace import Pace
from bot.channels.messenger.place import Place
from bot.channels.telegram.bots import HOOK, BotName, hook_of
from bot.channels.telegram.serving import Telegram
from bot.house import House
from bot.tenancy import Tenancy
from tenants.messaging import BotSetting

log = structlog.get_logger()

TRY_AGAIN = 5.0
"""Seconds until what failed beside is begun again."""


@dataclass(frozen=True, slots=True, repr=False)
class Messaging:
    """What of the messaging apps a process serves with."""

    telegram: Telegram
    outbox: Outbox


@asynccontextmanager
async def open_messaging(
    house: House,
    environment: Mapping[str, str] = os.environ,
    *,
    pace: Callable[[], Pace] = Pace,
) -> AsyncIterator[Messaging]:
    """The bots that may be on, until the block ends. Tokens are read from the environment alone.

    ``pace`` makes each bot's own.
    """
    async with ClientSession(cookie_jar=DummyCookieJar(), trust_env=True) as session:
        places = {
            BotName(tenancy.tenant.id, bot.id): _place(
                house, tenancy, bot, _carrier(house, token, session), pace()
            )
            for tenancy, bot, token in _bots(house, environment)
        }
        telegram = Telegram(house, places)
        by_bot = {(name.tenant, name.place): place for name, place in places.items()}
        try:
            yield Messaging(telegram, Outbox(by_bot, house.bus))
        finally:
            await telegram.end()


def _bots(
    house: House, environment: Mapping[str, str]
) -> Iterator[tuple[Tenancy, BotSetting, str]]:
    """Every bot that may be on, with its token; one that may not is told of by its id."""
    for tenancy in house.tenancies.values():
        messaging, id = tenancy.tenant.messaging, tenancy.tenant.id
        for bot in messaging.telegram:
            token = environment.get(bot.token, "")
            if not messaging.is_allowed:
                log.warning("bot-off", tenant=id, bot=bot.id, code="no-assessment")
            elif not token:
                log.warning("bot-off", tenant=id, bot=bot.id, code="no-token")
            else:
                yield tenancy, bot, token


def _carrier(house: House, token: str, session: ClientSession) -> Carrier:
    # Not imported where no bot is on: the library takes a second and thirty megabytes.
    from bot.channels.telegram.api import TelegramCarrier  # noqa: PLC0415

    return TelegramCarrier(token, house.settings.telegram_api_base, session)


def _place(house: House, tenancy: Tenancy, bot: BotSetting, carrier: Carrier, pace: Pace) -> Place:
    name = BotName(tenancy.tenant.id, bot.id)
    return Place(house, tenancy, name.place, bot.door, carrier, pace)


@asynccontextmanager
async def receiving(messaging: Messaging) -> AsyncIterator[None]:
    """Updates come in for as long as the block lasts: to our address if it has one, else by asking.

    It is for the process that serves; of several only with an address.
    """
    async with _beside(*_receivers(messaging)):
        yield


@asynccontextmanager
async def sending(messaging: Messaging) -> AsyncIterator[None]:
    """What is committed goes out for as long as the block lasts."""
    works = [messaging.outbox.run] if messaging.outbox.places else []
    async with _beside(*works):
        yield


Work = Callable[[], Coroutine[Any, Any, None]]


def _receivers(messaging: Messaging) -> Iterator[Work]:
    telegram = messaging.telegram
    if not telegram.places:
        return
    from bot.channels.telegram.api import TelegramCarrier  # noqa: PLC0415 - as above.
    from bot.channels.telegram.polling import poll  # noqa: PLC0415

    address = telegram.house.settings.messaging_address
    for name, place in telegram.places.items():
        carrier = place.carrier
        if not isinstance(carrier, TelegramCarrier):
            continue
        if address:
            path, secret = hook_of(telegram.house.keyring, name)
            hook = address + HOOK.format(place=path)
            yield lambda c=carrier, h=hook, s=secret: _registered(c.set_webhook, h, s)  # type: ignore[misc]
        else:
            yield lambda p=place, c=carrier: poll(telegram, p, c)  # type: ignore[misc]


async def _registered(set_webhook: Callable[[str, str], Any], hook: str, secret: str) -> None:
    # What it waits for is on the other side.
    while not isinstance(await set_webhook(hook, secret), Sent):  # noqa: ASYNC110
        await asyncio.sleep(TRY_AGAIN)


@asynccontextmanager
async def _beside(*works: Work) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(_again(work), name="messaging") for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def _again(work: Work) -> None:
    """Until it is done; what fails is begun again, for nobody else would."""
    while True:
        try:
            await work()
        except Exception as error:
            log.error("messaging-failed", error=type(error).__name__)
            await asyncio.sleep(TRY_AGAIN)
        else:
            return
