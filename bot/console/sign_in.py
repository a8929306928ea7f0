"""Signing in and out: name, password and a one-time code, with one answer for whatever is wrong.

What was half written when a session ended is carried through, and never sent by it.
"""

from asyncio import sleep
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import structlog
from aiohttp import web

from bot.address import address_of
from bot.console import sessions
from bot.console.codes import step_of
from bot.console.desk import reopen
from bot.console.protection import is_from_here
from bot.console.shift import begin_shift, end_shift
from bot.console.slow_down import Crowded, Key
from bot.console.visit import Guest, Visit, guest_of
from handoff.permissions import Permission, has_permission
from handoff.reference import read_reference
from handoff.refusals import LastSupervisor, NotFound, Refusal
from handoff.staff import Account, Staff

log = structlog.get_logger()

NO_MATCH = (
    "That did not match. Check the name, the password and the code. "
    "A code works once; if you have just used it, wait for the next one."
)
ENDED = "Your session has ended. Please sign in again."
KEPT = "Your session has ended. What you wrote is kept, and was not sent. Please sign in again."
FOREIGN = "This form did not come from our own page, so nothing was done."
LONGEST_KEPT = 20_000
OF_A_FORM = "kept-"
"""How the fields of a case's form are named while somebody signs in again."""

NOT_CARRIED = frozenset({"csrf", "reference"})


class NotSavedYet(Refusal):
    """Your session had ended. What you wrote is here, and is not saved yet."""

    code = "not-saved-yet"


async def show(request: web.Request) -> web.Response:
    """The form, for nobody in particular."""
    guest = guest_of(request)
    visit = await find_visit(guest)
    if visit is not None:
        return guest.go(_place(request.query))
    return ask(guest, request.query, status=200)


async def keep(request: web.Request) -> web.Response:
    """What was half written in a page whose session has ended, with the form around it."""
    guest = guest_of(request)
    if not is_from_here(request):
        return guest.problem(FOREIGN, "foreign", status=403)
    form = read_form(await request.post())
    visit = await find_visit(guest)
    if visit is not None:
        return await _land(visit, form)
    return ask(guest, form, note=KEPT if form.get("text") else ENDED)


def ask(
    guest: Guest, carried: Mapping[str, str], *, note: str = "", status: int = 401
) -> web.Response:
    """The sign-in page, carrying the case and the words that were being written."""
    context = {
        "note": note,
        "name": carried.get("name", ""),
        "text": carried.get("text", "")[:LONGEST_KEPT],
        "reference": read_reference(carried.get("reference", "")) or "",
        "to": carried.get("to", ""),
        "kept": {k: v[:LONGEST_KEPT] for k, v in carried.items() if k.startswith(OF_A_FORM)},
    }
    return guest.page("sign_in.html", context, status=status)


def carry(form: Mapping[str, str], to: str, reference: str) -> Mapping[str, str]:
    """The fields of a case's form as the sign-in page carries them through."""
    kept = {f"{OF_A_FORM}{name}": v for name, v in form.items() if name not in NOT_CARRIED}
    return {**kept, "to": to, "reference": reference}


async def sign_in(request: web.Request) -> web.Response:
    """Check all three, hold back after failures, and begin a session and a shift."""
    guest = guest_of(request)
    if not is_from_here(request):
        return guest.problem(FOREIGN, "foreign", status=403)
    form = read_form(await request.post())
    try:
        staff = await _check(guest, form)
    except Crowded as refusal:
        return ask(guest, form, note=str(refusal), status=429)
    if staff is None:
        return ask(guest, form, note=NO_MATCH)
    visit, token = await _begin(guest, staff)
    response = await _land(visit, form)
    sessions.set_cookie(response, request, guest.home, token)
    log.info("signed in", tenant=guest.tenancy.tenant.id, staff=staff.id)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session and the shift. Works without a session too: then there is nothing to end."""
    guest = guest_of(request)
    form = read_form(await request.post())
    visit = await find_visit(guest)
    if visit is not None:
        if not is_from_here(request) or form.get("csrf") != visit.session.csrf:
            return guest.problem(FOREIGN, "foreign", status=403)
        store = guest.tenancy.store
        try:
            await end_shift(visit, "signed-out")
        except LastSupervisor as refusal:
            return visit.problem(str(refusal), refusal.code, status=409)
        await store.end_staff_sessions(visit.staff.id, token_hash=visit.session.token_hash)
    response = guest.go("/sign-in")
    sessions.set_cookie(response, request, guest.home, "")
    return response


async def find_visit(guest: Guest) -> Visit | None:
    """The request as one by somebody signed in, if its cookie says so."""
    token = guest.request.cookies.get(sessions.COOKIE, "")
    store = guest.tenancy.store
    session = await sessions.find(store, guest.house.keyring, token, guest.now)
    staff = await store.staff(session.staff) if session else None
    if session is None or staff is None:
        return None
    return Visit(
        guest.request, guest.house, guest.console, guest.tenancy, guest.now, staff, session
    )


def read_form(posted: Mapping[str, object]) -> Mapping[str, str]:
    """The text fields of a form; a file has no business here."""
    return {key: value for key, value in posted.items() if isinstance(value, str)}


async def _check(guest: Guest, form: Mapping[str, str]) -> Staff | None:
    name = form.get("name", "").strip()
    is_behind = guest.house.settings.is_behind_https
    # Behind the proxy every request is the proxy's: failures would count as everybody's.
    address = address_of(guest.request, is_behind_proxy=is_behind)
    who = Key(guest.tenancy.tenant.id, name, address)
    slow_down = guest.console.slow_down
    with slow_down.attempt(who, guest.now) as hold:
        if hold and guest.house.settings.rate_limits == "on":
            await sleep(hold.total_seconds())
        account = await guest.tenancy.store.account(name)
        staff = await _prove(guest, account, form)
    if staff is not None:
        slow_down.forget(who)
    return staff


async def _prove(guest: Guest, account: Account | None, form: Mapping[str, str]) -> Staff | None:
    """All three are always looked at, so that no answer tells which one was wrong."""
    password = form.get("password", "")
    stored = account.password_hash if account else None
    is_password = await guest.console.passwords.verify(password, stored)
    secret = account.totp_secret if account else None
    step = step_of(form.get("code", ""), secret, guest.house.clock())
    if account is None or not is_password or step is None:
        return None
    if not await guest.tenancy.store.use_totp(account.staff.id, step):
        return None
    await _rehash(guest, account, password)
    return account.staff


async def _rehash(guest: Guest, account: Account, password: str) -> None:
    fresh = await guest.console.passwords.rehash(password, account.password_hash)
    if fresh is not None:
        await guest.tenancy.store.save_account(replace(account, password_hash=fresh))


async def _begin(guest: Guest, staff: Staff) -> tuple[Visit, str]:
    store, now = guest.tenancy.store, guest.house.clock()
    token, session = await sessions.begin(store, guest.house.keyring, staff, now)
    visit = Visit(guest.request, guest.house, guest.console, guest.tenancy, now, staff, session)
    await visit.record("signed-in")
    if has_permission(staff, Permission.TAKE_CASES):
        await begin_shift(visit)
    return visit, token


async def _land(visit: Visit, form: Mapping[str, str]) -> web.Response:
    """To the case that was open. Words that were being written stand in its box again, unsent."""
    gives_back = visit.console.forms.get(form.get("to", ""))
    reference = read_reference(form.get("reference", ""))
    if gives_back and reference and has_permission(visit.staff, gives_back.permission):
        kept = {k.removeprefix(OF_A_FORM): v for k, v in form.items() if k.startswith(OF_A_FORM)}
        with suppress(NotFound):
            return await gives_back.again(replace(visit, form=kept), reference, NotSavedYet())
    if form.get("text") and form.get("reference"):
        with suppress(NotFound):
            return await reopen(visit, form["reference"], draft=form["text"][:LONGEST_KEPT])
    return visit.go(_place(form))


def _place(carried: Mapping[str, str]) -> str:
    reference = read_reference(carried.get("reference", ""))
    return f"/cases/{reference}" if reference else ""
