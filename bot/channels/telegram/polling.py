"""Asking Telegram for updates, where nothing reaches us from outside: the embedded default.

The offset moves only past what is committed. What fails is asked for again, and nothing is dropped.
"""

import asyncio

import structlog

from bot.channels.messenger.carrier import Sent, Wait
from bot.channels.messenger.place import Place
from bot.channels.telegram.api import TelegramCarrier
from bot.channels.telegram.serving import Telegram
from bot.channels.telegram.updates import id_of, read_update

log = structlog.get_logger()

AGAIN_AFTER = 2.0
"""Seconds after a question that failed, or an update that could not be kept."""


async def poll(telegram: Telegram, place: Place, carrier: TelegramCarrier) -> None:
    """Ask again and again until cancelled."""
    # While a webhook is set Telegram answers no question.
    while not isinstance(await carrier.unset_webhook(), Sent):  # noqa: ASYNC110
        await asyncio.sleep(AGAIN_AFTER)
    offset: int | None = None
    while True:
        found = await carrier.updates(offset)
        if not isinstance(found, list):
            await asyncio.sleep(found.seconds if isinstance(found, Wait) else AGAIN_AFTER)
            continue
        for update in found:
            if not await telegram.take(place, read_update(update, place.now())):
                await asyncio.sleep(AGAIN_AFTER)
                break
            if (id := id_of(update)) is not None:
                # Only ever the one after what was just taken: ids may begin anew lower down.
                offset = id + 1
