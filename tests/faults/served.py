"""The server of one round, in a forked child: the real house on a real store, over real sockets."""

import asyncio
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

import bot.app
from bot.channels.webchat import socket as webchat_socket
from bot.door import Door
from bot.house import House
from storage.bus import LocalBus
from tests.faults.defects import seed
from tests.faults.steps import Steps, Strike, Tally
from tests.faults.warm import settings_of
from tests.house import NOW


async def serve_until_killed(request: dict[str, Any], listening: list[socket.socket]) -> None:
    """Serve each shell of one store on its own listening socket, with the strike armed."""
    log = await asyncio.to_thread(Path(request["tally"]).with_suffix(".log").open, "a")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
    _die_with(os.getppid())
    # A page that is told nothing by any nudge looks again at each beat; nobody waits 20 s here.
    webchat_socket.BEAT = 0.5
    if request["defect"]:
        seed(request["defect"])
    settings = settings_of(request["database_url"], request["redis_url"])
    async with bot.app.open_house(settings, lambda: NOW) as house:
        steps = Steps(Tally(Path(request["tally"])), Strike(request["kind"], request["at"]))
        steps.arm()
        if len(listening) > 1 and isinstance(house.bus, LocalBus):
            # Shells look at the store before their own memory, as processes beside others do.
            house.bus.state = "up"
        for shell, line in enumerate(listening):
            await _serve(house if not shell else _another_shell(house), line)
        await asyncio.Event().wait()


async def _serve(house: House, line: socket.socket) -> None:
    runner = web.AppRunner(bot.app.make_app(house), access_log=None, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, line).start()


def _another_shell(house: House) -> House:
    """A second door with its own memory on the same stores: what another process would be."""
    door = Door(house.tenancies, house.door.tools, house.bus)
    return replace(house, door=door)


def _die_with(parent: int) -> None:
    """A child must not outlive the test that wanted it."""

    def look() -> None:
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        loop.call_later(5, look)

    loop = asyncio.get_running_loop()
    look()
