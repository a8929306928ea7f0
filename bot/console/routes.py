"""Every route of the console in one table, each with its one permission, or public."""

from aiohttp import web

from bot.console import desk, live, moves, openings, passing, sign_in, skills, taking
from bot.console.attendance import Attendance
from bot.console.gate import Bound, Public, handler_of
from bot.console.pages import make_environment, read_assets
from bot.console.slow_down import SlowDown
from bot.console.visit import CONSOLE, Console
from bot.passwords import Passwords
from handoff.permissions import Permission

_HOME = "/staff/{tenant}"
_CASE = "/staff/{tenant}/cases/{reference}"
_TAKE = Permission.TAKE_CASES


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
    Bound("GET", _CASE, _TAKE, desk.show_case),
    Bound("GET", f"{_CASE}/now", _TAKE, desk.show_now, wakes=False),
    Bound("POST", f"{_CASE}/claim", _TAKE, moves.claim),
    Bound("POST", f"{_CASE}/reply", _TAKE, moves.reply),
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
    )
    for route in ROUTES:
        app.router.add_route(route.method, route.path, handler_of(route))
    app.on_shutdown.append(_close)


async def _close(app: web.Application) -> None:
    await app[CONSOLE].attendance.close()
