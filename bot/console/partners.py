"""Where the services of a tenant take their referrals, if in a system of their own (R15).

A secret is shown once, to whoever sets the address, and never again.
"""

import secrets

from aiohttp import web

from bot.console.desk import refusal_status
from bot.console.posted import new_move_id
from bot.console.visit import Visit
from bot.partner import REGISTER, check_address, read_partners
from handoff.refusals import NotFound, Refusal, WrittenSince
from storage.store import Registered


async def show(visit: Visit) -> web.Response:
    """Every service, and whether it has an address."""
    return await _page(visit)


async def set_partner(visit: Visit) -> web.Response:
    """Keep one service's address, with a new secret."""
    service = visit.form.get("service", "")
    known = (await read_partners(visit.tenancy.store)).get(service)
    try:
        if service not in {s.id for s in visit.tenancy.tenant.services}:
            raise NotFound
        url = check_address(visit.form.get("url", ""))
        secret = secrets.token_urlsafe(32)
        await visit.record("set-partner", service)
        row = Registered(
            REGISTER, service, {"url": url, "secret": secret}, known.version if known else 0
        )
        if not await visit.tenancy.store.register(row):
            raise WrittenSince
    except Refusal as refusal:
        return await _page(visit, refusal=refusal)
    return await _page(visit, secret=(service, secret))


async def _page(
    visit: Visit, *, secret: tuple[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    context = {
        "csrf": visit.session.csrf,
        "new_id": new_move_id,
        "services": visit.tenancy.tenant.services,
        "partners": await read_partners(visit.tenancy.store),
        "form": visit.form,
        "secret": secret,
        "refusal": refusal,
    }
    status = refusal_status(refusal) if refusal else 200
    return visit.page("partners.html", context, status=status)
