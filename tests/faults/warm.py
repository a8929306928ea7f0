"""Everything of a house that is only ever read, made once before forking; the store never is.

What is kept here is kept by the functions' own arguments: no promise of storage or of the door.
"""

import asyncio
import gc
import importlib
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import bot.app
import bot.console.routes
import bot.tenancy
from bot.console import make_account
from bot.console.passwords import Passwords
from bot.console.visit import CONSOLE
from bot.house import House
from bot.settings import Settings
from flows.edition import Edition, Sources, make_edition
from handoff.staff import Role, StaffSession
from storage.keyring import Keyring
from tenants.tenant import Tenant, TenantId, load_tenants
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


_editions: dict[tuple[Any, str], Edition] = {}


def kept_edition(sources: Sources, tenant: Tenant) -> Edition:
    """Compiled once for the same sources."""
    key = tuple(sorted(sources.items())), tenant.id
    if key not in _editions:
        _editions[key] = make_edition(sources, tenant)
    return _editions[key]


def keep_what_is_only_read() -> None:
    """Put the kept ones in the place of those that read files; in this process alone."""
    app: Any = bot.app
    routes: Any = bot.console.routes
    app.chosen_tenants = lambda *_: {HARBOUR: harbour()}
    app.Screener = _Made(screener)
    app.Catalogues = _Made(_once(app.Catalogues.load))
    app.Synonyms = _once(app.Synonyms)
    app.open_tenancy.__globals__["make_edition"] = kept_edition
    routes.make_environment = _once(routes.make_environment)
    routes.read_assets = _once(routes.read_assets)
    routes.Passwords = _once(lambda: Passwords(CHEAP))


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Made at the first call; whatever the later ones ask for is the same."""
    made: list[Any] = []

    def give(*asked: Any) -> Any:
        if not made:
            made.append(make(*asked))
        return made[0]

    return give


class _Made:
    """Stands for a class of which only ``load`` is called."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self.load = load


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
