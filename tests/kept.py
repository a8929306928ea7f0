"""What a house only ever reads, read once for all tests of a process; what it writes never is.

Each is kept by the arguments it was asked with, so no promise of storage or of the door rests here.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import bot.app
import bot.console.routes
import bot.tenancy
from bot.passwords import Passwords
from flows.edition import Edition, Sources, make_edition, tenant_in
from tenants.publishing import Gap, leaks
from tenants.tenant import Tenant, TenantId
from tests.house import CHEAP, screener

_editions: list[tuple[Sources, Tenant, Edition]] = []
_published: list[tuple[Sources, TenantId, Tenant | None]] = []
_leaks: list[tuple[Tenant, Sequence[Gap]]] = []


def kept_edition(sources: Sources, tenant: Tenant) -> Edition:
    """Compiled once for the same sources and the same tenant."""
    for known, whose, edition in _editions:
        if known == sources and whose == tenant:
            return edition
    edition = make_edition(sources, tenant)
    _editions.append((sources, tenant, edition))
    return edition


def kept_tenant(sources: Sources, id: TenantId) -> Tenant | None:
    """Read once out of the same published files."""
    for known, whose, tenant in _published:
        if whose == id and known == sources:
            return tenant
    tenant = tenant_in(sources, id)
    _published.append((sources, id, tenant))
    return tenant


def kept_leaks(tenant: Tenant) -> Sequence[Gap]:
    """Looked for once in the same tenant."""
    for known, found in _leaks:
        if known == tenant:
            return found
    _leaks.append((tenant, leaks(tenant)))
    return _leaks[-1][1]


def keep_what_is_only_read() -> None:
    """Put the kept ones in the place of those that read files, for as long as this process lives.

    Nobody waits for a slow hash either, but where ``Passwords`` are made by the test itself.
    """
    app: Any = bot.app
    routes: Any = bot.console.routes
    tenancy: Any = bot.tenancy
    if tenancy.make_edition is kept_edition:
        return
    app.load_tenants = cache(app.load_tenants)
    app.Screener = _Made(screener)
    app.Catalogues = _Made(_once(app.Catalogues.load))
    app.Synonyms = _once(app.Synonyms)
    tenancy.make_edition = kept_edition
    tenancy.tenant_in = kept_tenant
    tenancy.leaks = kept_leaks
    routes.make_environment = _once(routes.make_environment)
    routes.read_assets = _once(routes.read_assets)
    # New each time: its turns belong to the loop that first waits for one.
    routes.Passwords = lambda: Passwords(CHEAP)


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
