"""The long-running commands: serve until told to stop, then let go in order."""

import asyncio
import gc
import signal
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import make_app, open_house, serve
from bot.demo import demo_settings, demo_staff, print_json, print_table
from bot.drain import drain
from bot.house import House
from bot.logs import set_up_logs
from bot.messaging import open_messaging, receiving, sending
from bot.settings import SettingsMistakeError, read_settings
from bot.working import work, working_beside
from handoff.refusals import SaysWhy
from storage.open import is_embedded
from tenants.tenant import PACKAGED

COLLECT_AFTER = 20_000
"""New objects between two rounds of the garbage collector; a turn leaves next to no cycles."""


async def complete(house: House) -> None:
    """What pages need not wait for. Raises LexiconError, which ends the process as any start's."""
    await asyncio.to_thread(house.door.tools.screener.stand)
    settle()


def settle() -> None:
    """Once, when all stands: flows, texts and words stay to the end and need no collecting.

    A sampled profile laid up to a fifth of a turn to walking through them again and again.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(COLLECT_AFTER, 20, 50)


def now() -> datetime:
    """The one clock of a serving process."""
    return datetime.now(UTC)


async def run_web() -> None:
    """``frontdoor web``."""
    settings = read_settings()
    set_up_logs(settings.log_level)
    async with open_house(settings, now) as house, AsyncExitStack() as beside:
        messaging = await beside.enter_async_context(open_messaging(house))
        stopped = _stop_signal()
        app = make_app(house, messaging.telegram)
        runner, _ = await serve(app, host=settings.host, port=settings.port)
        await complete(house)
        if is_embedded(settings.database_url):
            await beside.enter_async_context(working_beside(house))
            await beside.enter_async_context(sending(messaging))
        if is_embedded(settings.database_url) or settings.messaging_address:
            # Of several processes one alone could ask, so there they must be reached.
            await beside.enter_async_context(receiving(messaging))
        await stopped.wait()
        await drain(runner, within=settings.drain_within)


async def run_demo(folder: Path, port: int, tenants: Path | None, *, as_json: bool) -> None:
    """``frontdoor demo``."""
    settings = demo_settings(folder, port, tenants or PACKAGED)
    set_up_logs("warning")
    async with (
        open_house(settings, now, is_trial=True) as house,
        open_messaging(house) as messaging,
    ):
        signs = await demo_staff(house, folder)
        stopped = _stop_signal()
        app = make_app(house, messaging.telegram)
        runner, given = await serve(app, host=settings.host, port=port)
        (print_json if as_json else print_table)(house, given, signs)
        await complete(house)
        async with working_beside(house), sending(messaging), receiving(messaging):
            await stopped.wait()
            await drain(runner, within=settings.drain_within)


class NoWorkerOnSQLiteError(SaysWhy, SettingsMistakeError):
    """DATABASE_URL: on SQLite the web process is the worker too. Start `frontdoor web` alone."""

    code = "no-worker-on-sqlite"


async def run_worker() -> None:
    """``frontdoor worker``. Raises NoWorkerOnSQLiteError where the web process does it all."""
    settings = read_settings()
    if is_embedded(settings.database_url):
        raise NoWorkerOnSQLiteError
    set_up_logs(settings.log_level)
    async with (
        open_house(settings, now) as house,
        open_messaging(house) as messaging,
        sending(messaging),
    ):
        # It takes no texts.
        settle()
        stopping = asyncio.create_task(_stop_signal().wait(), name="worker: stop")
        working = asyncio.create_task(work(house), name="worker")
        tasks: set[asyncio.Task[Any]] = {working, stopping}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if not working.cancelled():
            # It ended by itself, so it has failed: a dead worker must not look alive.
            working.result()


def _stop_signal() -> asyncio.Event:
    """Set by SIGTERM or SIGINT, from now on."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    return stopped
