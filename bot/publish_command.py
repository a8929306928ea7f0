"""``frontdoor publish`` and ``migrate``: editions are made and kept; refusals go to stderr."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from bot.publishing import Outcome, Published, Refused, publish_all
from bot.reading import choose_folders
from bot.settings import Settings, read_settings
from storage.keyring import Keyring
from storage.open import open_stores, prepare_stores
from tenants.tenant import ReadFolder

REFUSED = 3
"""The exit code of ``migrate`` where the schema is ready and a tenant was not published."""

TOLD = 20
"""The reasons that are told of one tenant; ``frontdoor check`` tells all."""


async def run_publish(tenant: str) -> int:
    """``frontdoor publish``: the exit code, 1 where any tenant was refused."""
    settings = read_settings()
    chosen = choose_folders(settings.tenants, tenant or None)
    return 1 if _told(await _publish(settings, chosen)) else 0


async def run_migrate() -> int:
    """``frontdoor migrate``: the schema brought up to date as its owner, then publishing.

    The exit code: REFUSED where a tenant was, which goes on with the edition that it has.
    """
    settings = read_settings()
    await prepare_stores(settings.database_url, settings.owner_database_url.get_secret_value())
    return REFUSED if _told(await _publish(settings, choose_folders(settings.tenants))) else 0


async def _publish(settings: Settings, folders: Sequence[ReadFolder]) -> Sequence[Outcome]:
    keyring = Keyring.from_setting(settings.secret_keys.get_secret_value())
    stores = await open_stores(settings.database_url, keyring)
    try:
        return await publish_all(folders, stores, datetime.now(UTC))
    finally:
        await stores.close()


def _told(outcomes: Sequence[Outcome]) -> bool:
    """Print what came of each tenant; whether any was refused."""
    for outcome in outcomes:
        match outcome:
            case Published(tenant, edition, is_new):
                click.echo(f"{tenant}: edition {edition} {'is' if is_new else 'was'} published")
            case Refused():
                for line in _reasons(outcome):
                    click.echo(line, err=True)
    return any(isinstance(outcome, Refused) for outcome in outcomes)


def _reasons(refused: Refused) -> Iterator[str]:
    name, breaks, kept = refused.tenant, refused.breaks, refused.kept
    for found in breaks[:TOLD]:
        yield f"{found} [{name}]"
    if (more := len(breaks) - TOLD) > 0:
        yield f"{name}: and {more} more, which `frontdoor check --tenant {name}` tells"
    goes_on = f"it goes on with edition {kept}" if kept else "it has no edition and is not served"
    yield f"{name}: not published; {goes_on}"
