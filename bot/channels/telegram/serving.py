"""The Telegram bots that this process serves, and how an update of one of them is taken.

A bot is off without its token or its tenant's assessment; that is told, and nothing else of it.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from bot.channels.messenger.chat import ChatBusy
from bot.channels.messenger.place import Place
from bot.channels.messenger.taking import take
from bot.channels.messenger.told import Pressed
from bot.channels.telegram.bots import BotName
from bot.channels.telegram.updates import Elsewhere, Nothing, Read
from bot.house import House
from bot.inbound import NotSaved
from storage.errors import StorageError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, repr=False)
class Telegram:
    """Every bot of this house by its name; ``beside`` is what goes on after an answer."""

    house: House
    places: Mapping[BotName, Place] = field(default_factory=dict)
    _beside: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, place: Place, read: Read) -> bool:
        """Whether it may be acknowledged: it is committed, or there is nothing in it to commit."""
        if isinstance(read, Elsewhere):
            self._later(place.carrier.leave(read.address))
            return True
        if isinstance(read, Nothing):
            if read.is_broken:
                log.error("update-unreadable", tenant=place.tenancy.tenant.id)
            return True
        try:
            await take(place, read)
        except (NotSaved, ChatBusy, StorageError) as error:
            log.error("update-not-taken", tenant=place.tenancy.tenant.id, code=error.code)
            return False
        except Exception as error:
            # The class alone: a message might quote what they wrote. It comes again.
            log.error("update-failed", error=type(error).__name__)
            return False
        if isinstance(read.what, Pressed) and read.what.id:
            self._later(place.carrier.heard(read.what.id))
        return True

    def _later(self, act: Coroutine[Any, Any, None]) -> None:
        """What nobody waits for, and nobody misses."""
        task = asyncio.create_task(act, name="telegram: beside")
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def end(self) -> None:
        """Let what goes on beside come to its end."""
        if self._beside:
            await asyncio.wait(list(self._beside))


TELEGRAM = web.AppKey("telegram", Telegram)
