"""The contenders, each a process of its own: an echo, an echo that commits, and the house."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from aiohttp import WSMsgType, web

from bot.app import make_app, open_house, serve
from bot.console import make_account
from bot.serving import settle
from bot.settings import Settings
from handoff.staff import Role
from storage.keyring import generate_key

Waiting = tuple[str, asyncio.Future[None]]


async def echo(request: web.Request) -> web.WebSocketResponse:
    """A1: what comes is sent back, and nothing else happens."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


class GroupCommit:
    """One thread that writes whatever has come in one transaction, and then tells all who wait."""

    def __init__(self, path: Path) -> None:
        self._queue: SimpleQueue[Waiting] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        Thread(target=self._run, args=(path,), daemon=True).start()

    async def commit(self, text: str) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((text, done))
        await done

    def _run(self, path: Path) -> None:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT)")
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO lines (text) VALUES (?)", [(t,) for t, _ in batch])
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [done for _, done in batch])


def _tell(waiting: list[asyncio.Future[None]]) -> None:
    for done in waiting:
        done.set_result(None)


@asynccontextmanager
async def echo_app(_folder: Path) -> AsyncIterator[web.Application]:
    """A1."""
    app = web.Application()
    app.router.add_get("/", echo)
    yield app


@asynccontextmanager
async def commit_app(folder: Path) -> AsyncIterator[web.Application]:
    """A2: an echo that is durable before it answers."""
    writer = GroupCommit(folder / "echo.db")

    async def durable(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await writer.commit(message.data)
                await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/", durable)
    yield app


@asynccontextmanager
async def house_app(folder: Path) -> AsyncIterator[web.Application]:
    """The whole product on SQLite: screening, sealing, transcript, case, facts; one on shift."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'house.db'}",
        secret_keys=generate_key(),
        rate_limits="off",
    )
    async with open_house(settings, lambda: datetime.now(UTC)) as house:
        account = make_account("amira", "a long enough password", [Role.WORKER])
        for tenancy in house.tenancies.values():
            await tenancy.store.save_account(account)
            await tenancy.touch_shift(account.staff.id, house.clock() + timedelta(days=1))
        yield make_app(house)


APPS = {"echo": echo_app, "commit": commit_app, "house": house_app}


async def run(kind: str, folder: Path) -> None:
    """Serve one contender on a free port, which is printed, until standard input closes."""
    async with APPS[kind](folder) as app:
        runner, port = await serve(app, host="127.0.0.1", port=0)
        settle()
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    import uvloop

    uvloop.run(run(sys.argv[1], Path(sys.argv[2])))
