"""The one gate before every page of the console: signed in, permitted, and from our own form.

A page that may not be seen is answered like a page that is not there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from aiohttp import web

from bot.console import sessions
from bot.console.desk import know_case
from bot.console.moves import Stale, refuse_stale
from bot.console.opening import ask_reason
from bot.console.protection import is_from_here
from bot.console.shift import touch
from bot.console.sign_in import ENDED, FOREIGN, KEPT, ask, carry, find_visit, read_form
from bot.console.visit import Again, Guest, NoSuchDesk, NotRecorded, Visit, guest_of
from handoff.permissions import Permission, has_permission
from handoff.reference import read_reference
from handoff.refusals import NeedsReason, NotFound, NotPermitted
from storage.errors import StorageError

log = structlog.get_logger()

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]
PublicAnswer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NOT_SHOWN = "This could not be recorded or read just now, so nothing is shown. Please try again."
NOT_WRITTEN = frozenset({"csrf", "id", "based_on"})
TOO_LARGE = "This is far longer than one message may be. Go back: what you wrote is still there."


@dataclass(frozen=True, slots=True)
class Public:
    """A route for anybody."""

    method: str
    path: str
    answer: PublicAnswer


@dataclass(frozen=True, slots=True)
class Bound:
    """A route for whoever has one permission. ``wakes``: asking for it is a sign of a person.

    ``again`` gives back a form whose session has ended, so that nothing written is lost.
    """

    method: str
    path: str
    permission: Permission
    answer: Answer
    wakes: bool = True
    again: Again | None = None

    @property
    def form(self) -> str:
        """What the form is called while somebody signs in again: the end of its path."""
        return self.path.rpartition("/")[2]


def handler_of(route: Public | Bound) -> Handler:
    """What is registered for a route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if isinstance(route, Public):
                return await route.answer(request)
            return await _admit(route, guest_of(request))
        except NoSuchDesk as error:
            return web.Response(status=404, text=f"{error}\n")
        except web.HTTPRequestEntityTooLarge:
            return guest_of(request).problem(TOO_LARGE, "too-large", status=413)
        except (NotFound, NotRecorded, StorageError) as error:
            return _problem(guest_of(request), error)

    return handle


async def _admit(route: Bound, guest: Guest) -> web.StreamResponse:
    visit = await find_visit(guest)
    is_post = route.method == "POST"
    if is_post and not is_from_here(guest.request):
        return guest.problem(FOREIGN, "foreign", status=403)
    if visit is None:
        return await _send_to_sign_in(route, guest)
    if not has_permission(visit.staff, route.permission):
        return _refuse_role(visit)
    if route.wakes:
        visit = await _wake(visit)
    if is_post:
        visit = replace(visit, form=read_form(await guest.request.post()))
    try:
        if is_post and visit.form.get("csrf") != visit.session.csrf:
            return await _refuse_stale(route, visit)
        return await route.answer(visit)
    except NeedsReason:
        case = await know_case(visit, guest.request.match_info["reference"])
        return await ask_reason(visit, case, draft=_written(visit))


def _written(visit: Visit) -> str:
    """What somebody wrote in the form that they posted, so that it is not lost with the case."""
    fields = (value for name, value in visit.form.items() if name not in NOT_WRITTEN)
    return "\n\n".join(value for value in fields if " " in value.strip())


async def _refuse_stale(route: Bound, visit: Visit) -> web.StreamResponse:
    if route.again is None:
        return await refuse_stale(visit)
    return await route.again(visit, visit.request.match_info["reference"], Stale())


async def _wake(visit: Visit) -> Visit:
    """Somebody is at the keyboard: the session goes on, and so does a shift that has begun."""
    session = await sessions.prolong(visit.tenancy.store, visit.session, visit.now)
    awake = replace(visit, session=session)
    await touch(awake)
    if awake.staff.shift_seen_at is None:
        return awake
    return replace(awake, staff=replace(awake.staff, shift_seen_at=visit.now))


async def _send_to_sign_in(route: Bound, guest: Guest) -> web.StreamResponse:
    """What was being written goes along; a fragment or a stream is only told."""
    if guest.wants_json or not route.wakes:
        return web.json_response({"code": "signed-out", "text": ENDED}, status=401)
    reference = guest.request.match_info.get("reference", "")
    if route.method == "POST":
        form = dict(read_form(await guest.request.post())) | {"reference": reference}
        if route.again is not None:
            return ask(guest, carry(form, route.form, reference), note=KEPT)
        return ask(guest, form, note=KEPT if form.get("text") else ENDED)
    known = read_reference(reference)
    return guest.go("/sign-in" + (f"?reference={known}" if known else ""))


def _refuse_role(visit: Visit) -> web.Response:
    refusal = NotPermitted()
    text = f"{refusal} The desk is for those who take cases."
    context: dict[str, object] = {"problem": text, "code": refusal.code}
    context["csrf"] = visit.session.csrf
    context["reviews"] = has_permission(visit.staff, Permission.REVIEW_OPENINGS)
    context["keeps_on_call"] = has_permission(visit.staff, Permission.KEEP_ON_CALL)
    return visit.page("problem.html", context, status=403)


def _problem(guest: Guest, error: NotFound | NotRecorded | StorageError) -> web.Response:
    if isinstance(error, NotFound):
        return guest.problem(str(error), error.code, status=404)
    log.error("console-unrecorded", code=error.code)
    return guest.problem(NOT_SHOWN, error.code, status=503)
