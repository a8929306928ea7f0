"""Referrals of a case: who may take it and why, permission first, then what was answered (R46)."""

from typing import Any

import orjson
from aiohttp import web

from bot.console.filed import CaseFile, file_sheet, read_file, reread, show_page
from bot.console.posted import number_of
from bot.console.visit import Visit
from bot.console.words import (
    REFERRAL_GROUNDS,
    REFERRAL_REASONS,
    REFERRAL_STATES,
    UNMET_NEEDS,
)
from bot.partner import read_partners
from handoff.desk import File
from handoff.eligible import eligible
from handoff.package import make_package, safe_contact_of
from handoff.permissions import Permission, has_permission
from handoff.referral import KIND, By, Did, NoPermission, Referral, read_referrals, step
from handoff.refusals import NotFound, Refusal

PASSED = (Did.SENT, Did.ARRIVED, Did.NOT_ARRIVED, Did.WAITING, Did.ACCEPTED)
"""Where a referral stands whose file may be taken: it was sent, and nobody has said no."""


class NoSuchStep(Refusal):
    """Choose what happened with this referral."""

    code = "no-such-step"


async def show(visit: Visit) -> web.Response:
    """Every service of the directory, in or out, with why and what stands for it."""
    return await _page(visit, await read_file(visit, "referrals"))


async def refer(visit: Visit) -> web.Response:
    """Record the next step of one referral."""
    file = await read_file(visit, "referrals")
    try:
        content = await _next(visit, file)
        on = visit.form.get("on", "")
        based_on = number_of(on)
        await file_sheet(visit, file.case, File(KIND, content, based_on))
    except Refusal as refusal:
        return await _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/referrals")


async def _next(visit: Visit, file: CaseFile) -> dict[str, Any]:
    form = visit.form
    service, did, reason = form.get("service", ""), form.get("do", ""), form.get("reason", "")
    if did not in [*Did] or did in (Did.ARRIVED, Did.NOT_ARRIVED):
        raise NoSuchStep
    standing = read_referrals(file.entries).get(service)
    if standing is None and service not in eligible_ids(visit, file):
        raise NotFound
    more = {"unmet": form["unmet"]} if form.get("unmet") and did == Did.DECLINED else {}
    if did == Did.SENT:
        partners = await read_partners(visit.tenancy.store)
        by = By.WEBHOOK if service in partners else By.FILE
        more = {"by": by.value, "ground": standing.ground if standing else ""}
    return dict(step(standing, service, Did(did), reason, **more))


def eligible_ids(visit: Visit, file: CaseFile) -> tuple[str, ...]:
    """The services that a case may be referred to, inside the system and beside it."""
    routing = eligible(visit.tenancy.tenant, file.edition, file.case)
    return (*routing.services, *routing.also)


async def take_file(visit: Visit) -> web.Response:
    """What a partner is given, as a file that a person passes on; its taking is recorded first."""
    file = await read_file(visit, "referral-file")
    service = visit.form.get("service", "")
    standing = read_referrals(file.entries).get(service)
    try:
        if standing is None or standing.did not in PASSED:
            raise NoPermission
    except Refusal as refusal:
        return await _page(visit, file, refusal=refusal)
    await visit.record("exported-referral", file.case.reference, service)
    package = make_package(file.case, service, standing.ground, visit.now)
    package["taken_by"] = visit.staff.alias
    headers = {"Content-Disposition": f'attachment; filename="{file.case.reference}.json"'}
    body = orjson.dumps(package, option=orjson.OPT_INDENT_2)
    return web.Response(body=body, content_type="application/json", headers=headers)


async def _page(visit: Visit, file: CaseFile, *, refusal: Refusal | None = None) -> web.Response:
    routing = eligible(visit.tenancy.tenant, file.edition, file.case)
    standing = read_referrals(file.entries)
    why = {**routing.why, **routing.also}
    titles = {service.id: service.title for service in visit.tenancy.tenant.services}
    named = [*dict.fromkeys((*standing, *why))]
    contact = safe_contact_of(file.case, visit.now)
    context = {
        "services": [
            _draw(id, titles.get(id, id), why.get(id, ""), standing.get(id)) for id in named
        ],
        "excluded": [(titles.get(id, id), reason) for id, reason in routing.excluded.items()],
        "on": file.number_of(KIND),
        "may_contact": contact["may_contact"],
        "partners": await read_partners(visit.tenancy.store),
        "may_set_partners": has_permission(visit.staff, Permission.SUPERVISE),
        "states": REFERRAL_STATES,
        "grounds": REFERRAL_GROUNDS,
        "reasons": REFERRAL_REASONS,
        "unmet_needs": UNMET_NEEDS,
        "passed": PASSED,
    }
    return show_page(visit, "referrals.html", file.case, context, refusal=refusal)


def _draw(id: str, title: str, why: str, standing: Referral | None) -> dict[str, Any]:
    return {"id": id, "title": title, "why": why, "standing": standing}
