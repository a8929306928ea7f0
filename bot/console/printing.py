"""What leaves the house on paper or as a file. Its audit row is committed before the bytes are made
(R16, I11); it says who printed it, and when.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.console import marac, plans
from bot.console.casefile import CaseFile, open_file
from bot.console.papers import marac_json, marac_paper, plan_json, plan_paper
from bot.console.visit import Visit
from bot.paper import Paper
from bot.pdf import NoFonts, make_pdf
from handoff.entry import Entry
from handoff.refusals import Refusal
from handoff.safety_plan import KIND_OF

PDF, JSON = "pdf", "json"


class NothingToPrint(Refusal):
    """There is nothing saved to print yet."""

    code = "nothing-to-print"


class CannotPrint(Refusal):
    """This machine has no fonts to print with. Whoever runs it has to install fonts-noto-core."""

    code = NoFonts.code


async def print_marac(visit: Visit) -> web.Response:
    """The MARAC referral that stands."""
    file = await _open(visit)
    sheet = file.stands(marac.KIND)
    if sheet is None:
        return await marac.show_standing(file, NothingToPrint())
    return await _print(file, sheet, marac_paper, marac_json) or await marac.show_standing(
        file, CannotPrint()
    )


async def print_plan(visit: Visit) -> web.Response:
    """The safety plan that stands."""
    whose = plans.whose_of(visit.form.get("whose", ""))
    file = await _open(visit)
    sheet = file.stands(KIND_OF[whose])
    if sheet is None:
        return plans.show_standing(file, whose, NothingToPrint())
    return await _print(file, sheet, plan_paper, plan_json) or plans.show_standing(
        file, whose, CannotPrint()
    )


async def _open(visit: Visit) -> CaseFile:
    reference = visit.request.match_info["reference"]
    return await open_file(visit, reference, "read-for-print", is_victim_side=True)


async def _print(
    file: CaseFile,
    sheet: Entry,
    paper_of: Callable[[CaseFile, Entry], Paper],
    json_of: Callable[[CaseFile, Entry], Mapping[str, Any]],
) -> web.Response | None:
    """The answer, its audit row committed first; None where there is nothing to print with."""
    ending = JSON if file.visit.form.get("as") == JSON else PDF
    detail = f"{sheet.kind} {sheet.number}"
    await file.visit.record(f"printed-{ending}", file.case.reference, detail)
    if ending == JSON:
        body = orjson.dumps(json_of(file, sheet), option=orjson.OPT_INDENT_2)
        return _file(file, body, JSON, "application/json")
    try:
        body = await asyncio.to_thread(make_pdf, paper_of(file, sheet), file.visit.now)
    except NoFonts:
        return None
    return _file(file, body, PDF, "application/pdf")


def _file(file: CaseFile, body: bytes, ending: str, kind: str) -> web.Response:
    # The reference alone: a file's name stands in lists of downloads that others see.
    name = f'attachment; filename="{file.case.reference}.{ending}"'
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": name})
