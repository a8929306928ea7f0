"""``frontdoor demo``: the three tenants on embedded storage, with sample staff, until stopped.

Its keys and its people live in one folder, which a later start takes up again. Never for real use.
"""

import asyncio
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.console import make_account
from bot.house import House
from bot.settings import Settings
from bot.tenancy import Tenancy
from handoff.staff import Account, Role
from storage.keyring import generate_key
from tenants.tenant import PACKAGED, TenantId

WIDEST = 200
"""Columns of what is printed for a person; a narrower terminal breaks the lines, and cuts none."""

STAFF: Mapping[str, tuple[Role, ...]] = {
    "amira": (Role.WORKER,),
    "ben": (Role.WORKER,),
    "chloe": (Role.USING_ABUSE_WORKER,),
    "dev": (Role.SUPERVISOR, Role.WORKER),
    "esther": (Role.VOLUNTEER,),
    "farah": (Role.SAFETY_WORKER,),
}
"""Sample staff of every tenant, each by what they may do."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sample member of staff signs in with; shown once, kept in the demo's folder."""

    tenant: TenantId
    name: str
    password: str
    totp_secret: str
    roles: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of ``--json`` (docs/architecture.md)."""
        return {
            "tenant": self.tenant,
            "name": self.name,
            "password": self.password,
            "totp_secret": self.totp_secret,
            "roles": list(self.roles),
        }


def demo_settings(folder: Path, port: int, tenants: Path = PACKAGED) -> Settings:
    """Settings of a demo in a folder: its own database and keys, made at the first start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = folder / "secret-keys"
    if not keys.exists():
        _write_private(keys, generate_key())
    database = (folder / "demo.db").resolve()
    return Settings(
        database_url=f"sqlite:///{database}",
        secret_keys=keys.read_text().strip(),
        port=port,
        tenants=tenants,
    )


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and for this account's eyes only."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


async def demo_staff(house: House, folder: Path) -> list[SignIn]:
    """The sample staff of every tenant, made at the first start and read again at later ones."""
    kept = folder / "staff.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    cast = [(tenancy, name) for tenancy in house.tenancies.values() for name in STAFF]
    fresh = {_place(*one): secrets.token_urlsafe(9) for one in cast}
    passwords = {place: known.get(place, made) for place, made in fresh.items()}
    # Kept before they are used: a start that is cut short leaves no account without its password.
    _write_private(kept, json.dumps(passwords))
    # At once: a password's hash is slow on purpose, and leaves the interpreter free.
    signs = [
        _sign_in(*one, passwords[_place(*one)], is_known=_place(*one) in known) for one in cast
    ]
    return list(await asyncio.gather(*signs))


def _place(tenancy: Tenancy, name: str) -> str:
    return f"{tenancy.tenant.id}/{name}"


async def _sign_in(tenancy: Tenancy, name: str, password: str, *, is_known: bool) -> SignIn:
    account: Account | None = await tenancy.store.account(name)
    if account is None or not is_known:
        alias = name.title()
        made = await asyncio.to_thread(make_account, name, password, STAFF[name], alias=alias)
        # Whoever was there before keeps their id: what they did stays theirs.
        account = made if account is None else replace(made, staff=account.staff)
        await tenancy.store.save_account(account)
    roles = tuple(sorted(account.staff.roles))
    return SignIn(tenancy.tenant.id, name, password, account.totp_secret, roles)


def addresses(house: House, port: int) -> dict[str, dict[str, str]]:
    """Where visitors and staff of each tenant go."""
    root = f"http://{house.settings.host}:{port}"
    return {
        "visitor": {str(id): f"{root}/c/{id}" for id in house.tenancies},
        "staff": {str(id): f"{root}/staff/{id}" for id in house.tenancies},
    }


def print_json(house: House, port: int, signs: list[SignIn]) -> None:
    """One line on standard output, once it serves."""
    whole = {**addresses(house, port), "accounts": [sign.as_json() for sign in signs]}
    print(json.dumps(whole), flush=True)


def print_table(house: House, port: int, signs: list[SignIn]) -> None:
    """The same for a person."""
    # Not imported for a program that reads the one line.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    # As wide as it must be, whatever the terminal: a secret that is cut off is of no use.
    console = Console(width=WIDEST)
    console.print("\n[bold]Front Door is serving.[/bold] Stop it with Ctrl-C.\n")
    places = Table("tenant", "for visitors", "for staff", box=None, pad_edge=False)
    where = addresses(house, port)
    for id in house.tenancies:
        places.add_row(id, where["visitor"][id], where["staff"][id])
    console.print(places)
    people = Table("tenant", "name", "password", "one-time code secret", "roles", box=None)
    for sign in signs:
        people.add_row(
            sign.tenant, sign.name, sign.password, sign.totp_secret, ", ".join(sign.roles)
        )
    console.print("\n[bold]Sample staff[/bold]", people, sep="\n")
    console.print(
        "\nA one-time code lasts 30 seconds. Any authenticator takes the secret; so does\n"
        "  .venv/bin/frontdoor code SECRET\n"
    )
