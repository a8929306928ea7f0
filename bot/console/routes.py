"""Every route of the console in one table, each with its one permission, or public."""

from collections.abc import Mapping

from aiohttp import web

from bot.console import (
    agreed,
    calls,
    card,
    decisions,
    desk,
    duty,
    enter,
    live,
    marac,
    moves,
    notes,
    on_call,
    openings,
    partners,
    passing,
    plans,
    printing,
    referrals,
    register,
    risk,
    sign_in,
    skills,
    taking,
    word,
)
from bot.console.attendance import Attendance
from bot.console.gate import Bound, Public, handler_of
from bot.console.pages import make_environment, read_assets
from bot.console.slow_down import SlowDown
from bot.console.visit import CONSOLE, Console, GivesBack
from bot.passwords import Passwords
from handoff.permissions import Permission

_HOME = "/staff/{tenant}"
_CASE = "/staff/{tenant}/cases/{reference}"
_TAKE = Permission.TAKE_CASES
_ASSESS, _REGISTER = Permission.ASSESS_RISK, Permission.KEEP_RISK_REGISTER
_ON_CALL = Permission.KEEP_ON_CALL


async def show_asset(request: web.Request) -> web.Response:
    """One static file of ours; anything else is not there."""
    asset = request.app[CONSOLE].assets.get(request.match_info["file"])
    if asset is None:
        return web.Response(status=404, text="There is no such file here.\n")
    headers = {"ETag": asset.tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == asset.tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.body, content_type=asset.kind, charset="utf-8", headers=headers)


ROUTES: tuple[Public | Bound, ...] = (
    Public("GET", "/static/console/{file}", show_asset),
    Public("GET", f"{_HOME}/sign-in", sign_in.show),
    Public("POST", f"{_HOME}/sign-in", sign_in.sign_in),
    Public("POST", f"{_HOME}/keep", sign_in.keep),
    Public("POST", f"{_HOME}/sign-out", sign_in.sign_out),
    Bound("GET", _HOME, _TAKE, desk.show),
    Bound("GET", f"{_HOME}/queue", _TAKE, desk.show_queue, wakes=False),
    Bound("GET", f"{_HOME}/live", _TAKE, live.stream, wakes=False),
    Bound("POST", f"{_HOME}/shift", _TAKE, moves.set_shift),
    Bound("GET", f"{_HOME}/enter", _TAKE, enter.show),
    Bound("POST", f"{_HOME}/enter", _TAKE, enter.enter),
    Bound("GET", _CASE, _TAKE, desk.show_case),
    Bound("GET", f"{_CASE}/now", _TAKE, desk.show_now, wakes=False),
    Bound("POST", f"{_CASE}/claim", _TAKE, moves.claim),
    Bound("POST", f"{_CASE}/reply", _TAKE, moves.reply),
    Bound("POST", f"{_CASE}/phrase", _TAKE, moves.put_phrase),
    Bound("POST", f"{_CASE}/give-back", _TAKE, moves.give_back),
    Bound("POST", f"{_CASE}/close", _TAKE, moves.close),
    Bound("POST", f"{_CASE}/contact", _TAKE, moves.show_contact),
    Bound("GET", f"{_HOME}/skills", Permission.SUPERVISE, skills.show),
    Bound("POST", f"{_HOME}/skills", Permission.SUPERVISE, skills.save),
    Bound("GET", f"{_HOME}/openings", Permission.REVIEW_OPENINGS, openings.show),
    Bound("POST", f"{_HOME}/next", _TAKE, taking.take_next),
    Bound("POST", f"{_HOME}/limit", _TAKE, taking.set_limit),
    Bound("POST", f"{_CASE}/offer", _TAKE, passing.offer),
    Bound("POST", f"{_CASE}/accept", _TAKE, passing.accept),
    Bound("POST", f"{_CASE}/say-no", _TAKE, passing.say_no),
    Bound("POST", f"{_CASE}/withdraw", _TAKE, passing.withdraw),
    Bound("POST", f"{_CASE}/take-over", _TAKE, passing.take_over),
    Bound("POST", f"{_CASE}/leave", _TAKE, passing.leave),
    Bound("POST", f"{_CASE}/listen", Permission.SUPERVISE, passing.listen),
    Bound("POST", f"{_CASE}/whisper", _TAKE, passing.whisper),
    Bound("POST", f"{_CASE}/know", _TAKE, passing.know_person),
    Bound("POST", f"{_CASE}/conflict-seen", Permission.SUPERVISE, passing.see_conflict),
    Bound("POST", f"{_CASE}/open", _TAKE, passing.open_held),
    Bound("GET", f"{_CASE}/file", _TAKE, notes.show),
    Bound("POST", f"{_CASE}/note", _TAKE, notes.add, again=notes.again),
    Bound("GET", f"{_CASE}/risk", _ASSESS, risk.show),
    Bound("POST", f"{_CASE}/risk", _ASSESS, risk.save, again=risk.again),
    Bound("GET", f"{_CASE}/decisions", _ASSESS, decisions.show),
    Bound("POST", f"{_CASE}/decisions", _ASSESS, decisions.save, again=decisions.again),
    Bound("GET", f"{_CASE}/marac", _ASSESS, marac.show),
    Bound("POST", f"{_CASE}/marac", _ASSESS, marac.save, again=marac.again),
    Bound("POST", f"{_CASE}/marac/print", _ASSESS, printing.print_marac),
    Bound("GET", f"{_CASE}/plan", _ASSESS, plans.show),
    Bound("POST", f"{_CASE}/plan", _ASSESS, plans.save, again=plans.again),
    Bound("POST", f"{_CASE}/plan/print", _ASSESS, printing.print_plan),
    Bound("GET", f"{_CASE}/review", _REGISTER, register.show_review),
    Bound("POST", f"{_CASE}/review", _REGISTER, register.review, again=register.again),
    Bound("GET", f"{_HOME}/register", _REGISTER, register.show),
    Bound("GET", f"{_HOME}/calls", _TAKE, calls.show_due),
    Bound("GET", f"{_CASE}/calls", _TAKE, calls.show),
    Bound("POST", f"{_CASE}/calls", _TAKE, calls.book_call),
    Bound("POST", f"{_CASE}/calls/result", _TAKE, calls.finish_call),
    Bound("GET", f"{_CASE}/card", _TAKE, card.show),
    Bound("GET", f"{_HOME}/partners", Permission.SUPERVISE, partners.show),
    Bound("POST", f"{_HOME}/partners", Permission.SUPERVISE, partners.set_partner),
    Bound("GET", f"{_CASE}/referrals", _TAKE, referrals.show),
    Bound("POST", f"{_CASE}/referrals", _TAKE, referrals.refer),
    Bound("POST", f"{_CASE}/referrals/file", _TAKE, referrals.take_file),
    Bound("GET", f"{_CASE}/word", _TAKE, word.show),
    Bound("POST", f"{_CASE}/word", _TAKE, word.check),
    Bound("POST", f"{_CASE}/join", _TAKE, word.join),
    Bound("GET", f"{_CASE}/agreed", _TAKE, agreed.show),
    Bound("POST", f"{_CASE}/agreed", _TAKE, agreed.agree),
    Bound("POST", f"{_CASE}/boundary", _TAKE, agreed.ask_boundary),
    Bound("POST", f"{_CASE}/boundary/decide", Permission.SUPERVISE, agreed.decide_boundary),
    Bound("POST", f"{_CASE}/card", _TAKE, card.reveal),
    Bound("POST", f"{_CASE}/seen", _TAKE, moves.see),
    Bound("GET", f"{_CASE}/duty", _TAKE, duty.show),
    Bound("POST", f"{_CASE}/duty", _TAKE, duty.decide, again=duty.again),
    Bound("GET", f"{_HOME}/on-call", _ON_CALL, on_call.show),
    Bound("POST", f"{_HOME}/on-call", _ON_CALL, on_call.add),
    Bound("POST", f"{_HOME}/on-call/test", _ON_CALL, on_call.test),
    Bound("POST", f"{_HOME}/on-call/answered", _ON_CALL, on_call.answer),
    Bound("POST", f"{_HOME}/on-call/withdraw", _ON_CALL, on_call.withdraw),
    Bound("POST", f"{_HOME}/on-call/seen", _ON_CALL, on_call.see),
)


def add_routes(
    app: web.Application,
    *,
    passwords: Passwords | None = None,
    attendance: Attendance | None = None,
) -> None:
    """Serve the console in this application, which holds a ``House``."""
    app[CONSOLE] = Console(
        environment=make_environment(),
        assets=read_assets(),
        passwords=passwords or Passwords(),
        slow_down=SlowDown(),
        attendance=attendance or Attendance(),
        forms=_forms(),
    )
    for route in ROUTES:
        app.router.add_route(route.method, route.path, handler_of(route))
    app.on_shutdown.append(_close)


def _forms() -> Mapping[str, GivesBack]:
    """Every form that comes back after somebody signed in again, by its name."""
    return {
        route.form: GivesBack(route.permission, route.again)
        for route in ROUTES
        if isinstance(route, Bound) and route.again is not None
    }


async def _close(app: web.Application) -> None:
    await app[CONSOLE].attendance.close()
