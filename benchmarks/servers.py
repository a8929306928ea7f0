"""The contenders, each a process of its own: echoes, echoes that commit, and the house."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from aiohttp import web

from benchmarks.echoes import echo_app, postgres_app, sqlite_app
from benchmarks.profiling import dump, new_profile, profiled_threads
from bot.app import make_app, open_house, serve
from bot.console import make_account
from bot.house import House
from bot.logs import set_up_logs
from bot.serving import settle
from bot.settings import Settings
from handoff.staff import Role
from storage.keyring import generate_key


def now() -> datetime:
    """The clock of the house."""
    return datetime.now(UTC)


@asynccontextmanager
async def staffed_house(settings: Settings) -> AsyncIterator[House]:
    """The whole product: screening, sealing, transcript, case, facts; one on shift."""
    async with open_house(settings, now) as house:
        await asyncio.to_thread(house.door.tools.screener.stand)
        account = make_account("amira", "a long enough password", [Role.WORKER])
        for tenancy in house.tenancies.values():
            known = await tenancy.store.account("amira")
            if known is None:
                await tenancy.store.save_account(account)
            staff = (known or account).staff
            await tenancy.touch_shift(staff.id, house.clock() + timedelta(days=1))
        yield house


def house_settings(folder: Path, database_url: str = "", redis_url: str = "") -> Settings:
    """Settings of a house; without an address, on SQLite in the folder, where its key is too."""
    keys = folder / "secret-keys"
    if not keys.exists():
        keys.write_text(generate_key())
    return Settings(
        database_url=database_url or f"sqlite:///{folder / 'house.db'}",
        redis_url=redis_url,
        secret_keys=keys.read_text(),
        rate_limits="off",
    )


@asynccontextmanager
async def house_app(folder: Path, *urls: str) -> AsyncIterator[web.Application]:
    """The house on SQLite, or on the PostgreSQL and the Redis at these addresses."""
    async with staffed_house(house_settings(folder, *urls)) as house:
        yield make_app(house)


Make = Callable[..., AbstractAsyncContextManager[web.Application]]

APPS: Mapping[str, Make] = {
    "echo": echo_app,
    "sqlite": sqlite_app,
    "postgres": postgres_app,
    "house": house_app,
}
"""Each is made in a folder of its own, from addresses."""


async def run(kind: str, folder: Path, *urls: str) -> None:
    """Serve one contender on a free port, which is printed, until standard input closes."""
    async with serving(kind, folder, *urls):
        await asyncio.to_thread(sys.stdin.read)


async def run_profiled(kind: str, folder: Path, *urls: str) -> None:
    """The same; a line on standard input begins a profile, which is in the folder at the end."""
    profile = new_profile()
    async with profiled_threads() as profiles, serving(kind, folder, *urls):
        await asyncio.to_thread(sys.stdin.readline)
        profile.enable()
        await asyncio.to_thread(sys.stdin.read)
        profile.disable()
    dump([profile, *profiles], folder / "profile")


@asynccontextmanager
async def serving(kind: str, folder: Path, *urls: str) -> AsyncIterator[None]:
    """Tell the port, and serve for as long as the block lasts."""
    async with APPS[kind](folder, *urls) as app:
        runner, port = await serve(app, host="127.0.0.1", port=0)
        settle()
        print(port, flush=True)
        try:
            yield
        finally:
            await runner.cleanup()


def main() -> None:
    """``[--profiled] CONTENDER FOLDER [DATABASE_URL [REDIS_URL]]``."""
    arguments = sys.argv[1:]
    is_profiled = arguments[0] == "--profiled"
    kind, folder, *urls = arguments[is_profiled:]
    # Standard output is for the port alone, and nobody empties it after that.
    set_up_logs("error")
    work = run_profiled if is_profiled else run
    uvloop.run(work(kind, Path(folder), *urls))


if __name__ == "__main__":
    main()
