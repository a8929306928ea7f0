"""The echoes: A1 bare, A2 durable on SQLite and A3 on PostgreSQL before they answer.

Both commit in groups: whatever has come in while the last commit was under way goes in the next.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
from aiohttp import WSMsgType, web

Store = Callable[[Sequence[str]], Awaitable[None]]
Before = Callable[[str], Awaitable[None]]


class GroupCommit:
    """Hands what has come in to ``store``, one group after the other, and then tells who waits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._has_some = asyncio.Event()

    async def commit(self, text: str) -> None:
        """Back when the text is durable."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, done))
        self._has_some.set()
        await done

    async def run(self) -> None:
        """Commit for ever."""
        while True:
            await self._has_some.wait()
            self._has_some.clear()
            batch, self._waiting = self._waiting, []
            await self._store([text for text, _ in batch])
            for _, done in batch:
                # The page may have gone meanwhile.
                if not done.done():
                    done.set_result(None)


def make_echo(before: Before | None = None) -> web.Application:
    """What comes is sent back; ``before`` that, whatever it says."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                if before is not None:
                    await before(message.data)
                await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/", echo)
    return app


@asynccontextmanager
async def echo_app(_folder: Path) -> AsyncIterator[web.Application]:
    """A1."""
    yield make_echo()


@asynccontextmanager
async def sqlite_app(folder: Path) -> AsyncIterator[web.Application]:
    """A2: every flush is waited for."""
    database = sqlite3.connect(folder / "echo.db", isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT)")

    def write(texts: Sequence[str]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO lines (text) VALUES (?)", [(text,) for text in texts])
        database.execute("COMMIT")

    async with committing(lambda texts: asyncio.to_thread(write, texts)) as app:
        yield app
    database.close()


@asynccontextmanager
async def postgres_app(_folder: Path, url: str) -> AsyncIterator[web.Application]:
    """A3: one statement a group, ``unnest``."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS echoes (id bigserial PRIMARY KEY, text text)"
        )

        async def write(texts: Sequence[str]) -> None:
            await connection.execute(
                "INSERT INTO echoes (text) SELECT unnest(%s::text[])", [list(texts)]
            )

        async with committing(write) as app:
            yield app


@asynccontextmanager
async def committing(store: Store) -> AsyncIterator[web.Application]:
    """An echo of what ``store`` has made durable."""
    group = GroupCommit(store)
    running = asyncio.create_task(group.run(), name="group commit")
    try:
        yield make_echo(group.commit)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
