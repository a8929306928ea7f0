"""The file of one case: opened under an audit row, drawn, and added to by a move of the desk.

Who may not see the case, or the kind of sheet, is answered as if there were none (R29, R31).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from bot.console.desk import file_links, find_case, read_talk, refusal_status
from bot.console.filed import file_sheet
from bot.console.posted import new_move_id, number_of
from bot.console.sheets import rows_of, title_of
from bot.console.visit import Again, Visit
from bot.paper import Row
from flows.conversation import Conversation
from flows.edition import Edition
from flows.flow import Side
from handoff.case import Case
from handoff.concerns import Marker, markers_of
from handoff.decisions import owed
from handoff.desk import File
from handoff.entry import Entry
from handoff.filing import KINDS, latest, may_read
from handoff.refusals import NotFound, Refusal, WrittenSince
from handoff.risk_topics import Concern
from handoff.staff import StaffId
from tenants.hours import LONDON


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it is drawn."""

    number: int
    kind: str
    title: str
    at: datetime
    who: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its intake, its talk, and the sheets that this person may read."""

    visit: Visit
    case: Case
    talk: Conversation
    edition: Edition
    entries: tuple[Entry, ...]
    aliases: Mapping[StaffId, str]

    def stands(self, kind: str) -> Entry | None:
        """The sheet of this kind that stands."""
        return latest(self.entries, kind)

    @property
    def markers(self) -> tuple[Marker, ...]:
        """What in the case calls for a decision."""
        return markers_of(self.case, self.talk, self.entries)

    @property
    def owed(self) -> tuple[Concern, ...]:
        """What somebody has to decide about before it may close."""
        return owed(self.markers, self.entries)

    def draw(self, entry: Entry) -> Sheet:
        """A sheet to be shown."""
        return Sheet(
            entry.number,
            entry.kind,
            title_of(entry.kind),
            entry.at,
            self.aliases.get(entry.by, "Colleague") if entry.by else "Front Door",
            rows_of(entry, self.visit.tenancy.tenant),
        )

    def page(
        self,
        template: str,
        context: Mapping[str, object],
        *,
        kind: str = "",
        refusal: Refusal | None = None,
    ) -> web.Response:
        """A page of this file. ``kind`` is the form on it, ``refusal`` why it was not taken."""
        stands = self.stands(kind) if kind else None
        said = {"code": refusal.code, "text": str(refusal)} if refusal else None
        whole = {
            **file_links(self.visit, self.case),
            "csrf": self.visit.session.csrf,
            "new_id": new_move_id,
            "staff": self.visit.staff,
            "opened": self.case.reference,
            "owed": self.owed,
            "refusal": said,
            "stands": self.draw(stands) if stands else None,
            "is_written_since": isinstance(refusal, WrittenSince),
            "based_on": stands.number if stands else 0,
            "shows_day": day_and_time,
        }
        status = refusal_status(refusal) if refusal else 200
        return self.visit.page(template, whole | dict(context), status=status)


def day_and_time(at: datetime) -> str:
    """A moment as a file writes it: *24 Nov 2026, 10:04*."""
    here = at.astimezone(LONDON)
    return f"{here.day} {here:%b %Y, %H:%M}"


async def open_file(
    visit: Visit, reference: str, action: str, *, is_victim_side: bool = False
) -> CaseFile:
    """The file of a case, its reading recorded first. Raises ``NotFound``.

    ``is_victim_side``: it is asked for what there is on that side alone.
    """
    case = await find_case(visit, reference)
    if is_victim_side and Side(case.side) is Side.USING_ABUSE:
        raise NotFound
    await visit.record(action, case.reference)
    store, read = visit.tenancy.store, await read_talk(visit, case)
    if read.talk is None:
        raise NotFound
    entries = [e for e in await store.entries(case.reference) if _may_read(visit, e)]
    aliases = {staff.id: staff.alias for staff in await store.everyone()}
    return CaseFile(visit, read.case, read.talk, read.edition, tuple(entries), aliases)


def _may_read(visit: Visit, entry: Entry) -> bool:
    return entry.kind in KINDS and may_read(visit.staff, entry)


async def file_form(
    visit: Visit, kind: str, content: BaseModel, *, again: Again, then: str
) -> web.Response:
    """File what was posted; where it is refused, the form comes back with every word."""
    reference = visit.request.match_info["reference"]
    try:
        case = await find_case(visit, reference)
        on = number_of(visit.form.get("based_on", "0"), otherwise=-1)
        await file_sheet(visit, case, File(kind, content.model_dump(mode="json"), on))
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return visit.go(f"/cases/{reference}/{then}")
