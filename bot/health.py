"""How the process is: alive, and able to commit, each part by itself. None of it names anybody."""

import asyncio
from collections.abc import Awaitable

import structlog
from aiohttp import web

from bot.drain import DRAIN
from bot.house import HOUSE
from storage.errors import StorageError
from storage.readiness import schema_state

log = structlog.get_logger()

READY_WITHIN = 5.0
"""Seconds after which a part that does not answer is not ready."""

OK = "ok"
STANDS = frozenset({OK, "behind"})


def add_routes(app: web.Application) -> None:
    """Register ``/healthz`` and ``/readyz``."""
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"alive": True})


async def readyz(request: web.Request) -> web.Response:
    """A real write was committed and read just now; false whenever it cannot be (I17).

    Until texts can be screened it is starting: pages are served, and a text would have to wait.
    ``store`` is that write, ``schema`` whether this version would be let in; each is ``ok`` or a
    code. How the bus stands is told beside them and decides nothing: without Redis readers look
    into the store by themselves, and a helpline that is a second late still serves.
    """
    house = request.app[HOUSE]
    if request.app[DRAIN].is_on:
        return web.json_response({"ready": False, "why": "stopping"}, status=503)
    if not house.door.tools.screener.is_loaded:
        return web.json_response({"ready": False, "why": "starting"}, status=503)
    store, schema = await asyncio.gather(
        _part(_written(house.stores.check())), _part(schema_state(house.stores))
    )
    parts = {"store": store, "schema": schema, "bus": house.bus.state}
    why = next((part for part in (store, schema) if part not in STANDS), "")
    if why:
        log.error("not-ready", store=store, schema=schema)
        return web.json_response({"ready": False, "why": why, **parts}, status=503)
    return web.json_response({"ready": True, **parts})


async def _written(check: Awaitable[None]) -> str:
    await check
    return OK


async def _part(state: Awaitable[str]) -> str:
    """How a part stands; what is wrong with it as a code, for an error's text may tell too much."""
    try:
        async with asyncio.timeout(READY_WITHIN):
            return await state
    except TimeoutError:
        return "no-answer"
    except StorageError as error:
        return error.code
    except Exception as error:
        return type(error).__name__
