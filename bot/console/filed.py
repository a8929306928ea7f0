"""The file of one case for a page of its own: read with its audit row, and added to by a move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.desk import file_links, find_case, read_talk, refusal_status
from bot.console.posted import move_id, new_move_id
from bot.console.visit import Visit
from flows.conversation import Conversation
from flows.edition import Edition
from handoff.case import Case
from handoff.desk import File, Move
from handoff.entry import Entry
from handoff.filing import latest
from handoff.refusals import Refusal


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its intake as it stands, its talk, and every sheet that was filed."""

    case: Case
    talk: Conversation | None
    edition: Edition
    entries: Sequence[Entry]

    def number_of(self, kind: str) -> int:
        """The number of the sheet of a kind that stands, 0 for none."""
        entry = latest(self.entries, kind)
        return entry.number if entry else 0


async def read_file(visit: Visit, page: str, reference: str = "") -> CaseFile:
    """The file of the case in the address, its reading recorded first. Raises NotFound."""
    case = await find_case(visit, reference or visit.request.match_info["reference"])
    await visit.record("read-file", case.reference, page)
    return await _whole(visit, case)


async def reread(visit: Visit, case: Case) -> CaseFile:
    """The same file again, after something was added to it or asked of it."""
    return await _whole(visit, await find_case(visit, case.reference))


async def _whole(visit: Visit, case: Case) -> CaseFile:
    read = await read_talk(visit, case)
    entries = await visit.tenancy.store.entries(case.reference)
    return CaseFile(read.case, read.talk, read.edition, entries)


async def file_sheet(visit: Visit, case: Case, sheet: File, *, part: str = "") -> None:
    """Add a sheet under the form's own id; ``part`` tells two of one form apart. Raises Refusal."""
    id = move_id(visit) + (f":{part}" if part else "")
    move = Move(id, case.reference, visit.staff, sheet)
    await visit.house.door.move(visit.tenancy.tenant.id, move)


def show_page(
    visit: Visit,
    template: str,
    case: Case,
    context: Mapping[str, object],
    *,
    refusal: Refusal | None = None,
) -> web.Response:
    """A page of a case: every form on it has its token and an id, and keeps what was written."""
    whole = {
        **file_links(visit, case),
        "csrf": visit.session.csrf,
        "new_id": new_move_id,
        "opened": case.reference,
        "staff": visit.staff,
        "form": visit.form,
        "refusal": refusal,
        **context,
    }
    return visit.page(template, whole, status=refusal_status(refusal) if refusal else 200)
