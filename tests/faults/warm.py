"""A house made warm before forking: what is only ever read is there, the store never is."""

import asyncio
import gc
import importlib
import subprocess
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import bot.app
from bot.console import make_account
from bot.console.visit import CONSOLE
from bot.house import House
from bot.settings import Settings
from handoff.staff import Role, StaffSession
from storage.keyring import Keyring
from tenants.tenant import Tenant, TenantId, load_tenants
from tests import kept
from tests.house import CHEAP, HARBOUR, KEYS, NOW, PASSWORD, screener

STAFF = {"amira": (Role.WORKER,), "ben": (Role.WORKER,)}


def token_of(name: str) -> str:
    """What stands in the cookie of somebody who is signed in from the start."""
    return f"token-of-{name}".ljust(43, "-")


def csrf_of(name: str) -> str:
    return f"form-of-{name}"


@cache
def harbour() -> Tenant:
    """The one tenant that is served: another would only be another's start."""
    return load_tenants()[HARBOUR]


def keep_what_is_only_read() -> None:
    """What every room keeps, and of the tenants only the one that is served."""
    kept.keep_what_is_only_read()
    app: Any = bot.app
    app.load_tenants = lambda _root: {HARBOUR: harbour()}
    # A house loads it late, which here would be once in each round, after the fork.
    screener()


def settings_of(database_url: str, redis_url: str = "") -> Settings:
    """The house's settings in every round."""
    return Settings(
        database_url=database_url, redis_url=redis_url, secret_keys=KEYS, rate_limits="off"
    )


async def furnish(house: House) -> None:
    """Amira and Ben, signed in and on shift, by the house's own clock."""
    store, now = house.tenancies[HARBOUR].store, house.clock()
    keyring = Keyring.from_setting(KEYS)
    for name, roles in STAFF.items():
        if await store.account(name) is None:
            await store.save_account(make_account(name, PASSWORD, roles, hasher=CHEAP))
        account = await store.account(name)
        assert account is not None
        await house.tenancies[HARBOUR].touch_shift(account.staff.id, now)
        hashed = keyring.keyed_hash("staff-session", HARBOUR, token_of(name))
        ends_at = now + timedelta(minutes=60)
        await store.save_staff_session(
            StaffSession(hashed, account.staff.id, csrf_of(name), now, now, ends_at)
        )


async def _open_once(database_url: str) -> None:
    async with bot.app.open_house(settings_of(database_url), lambda: NOW) as house:
        await furnish(house)
        environment = bot.app.make_app(house)[CONSOLE].environment
        for name in environment.list_templates():
            if name.endswith(".html"):
                environment.get_template(name)


def furnish_at(database_url: str) -> None:
    """Furnish a database that is there already, from a program of its own."""
    command = "import asyncio, sys; from tests.faults import warm; warm.keep_what_is_only_read()"
    command += "; asyncio.run(warm._open_once(sys.stdin.read()))"
    subprocess.run([sys.executable, "-c", command], input=database_url, text=True, check=True)


def warm_up(template: Path) -> None:
    """Make a furnished database to copy, and keep what making it has read."""
    keep_what_is_only_read()
    asyncio.run(_open_once(f"sqlite:///{template}"))
    importlib.import_module("storage.postgres")
    gc.collect()
    gc.freeze()


TENANT: TenantId = HARBOUR
