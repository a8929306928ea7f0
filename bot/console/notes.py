"""The file of a case as its timeline, and the private notes in it. No visitor ever reads them."""

from aiohttp import web

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.posted import lines_of
from bot.console.visit import Visit
from handoff.note import LONGEST_NOTE, make_note
from handoff.refusals import Refusal


async def show(visit: Visit) -> web.Response:
    """Every sheet, newest first, and a box for a note."""
    reference = visit.request.match_info["reference"]
    return _draw(await open_file(visit, reference, "read-file"), "")


async def add(visit: Visit) -> web.Response:
    """Keep a note."""
    try:
        note = make_note(lines_of(visit.form.get("note", "")))
    except Refusal as refusal:
        return await again(visit, visit.request.match_info["reference"], refusal)
    return await file_form(visit, "note", note, again=again, then="file")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The box again with what was written in it."""
    file = await open_file(visit, reference, "read-file")
    return _draw(file, visit.form.get("note", ""), refusal)


def _draw(file: CaseFile, note: str, refusal: Refusal | None = None) -> web.Response:
    sheets = [file.draw(entry) for entry in reversed(file.entries)]
    context = {"sheets": sheets, "note": note, "longest": LONGEST_NOTE}
    return file.page("file.html", context, refusal=refusal)
