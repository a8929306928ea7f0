"""The desk: one page of three panes, and the fragments of it that are kept fresh.

Each answer that carries a case's content has its own audit row, committed before it (R16, I11).
"""

from dataclasses import dataclass

from aiohttp import web

from bot.console.beside import Beside, draw_beside
from bot.console.known import KnownGroup, TenSeconds, known_groups, ten_seconds
from bot.console.opening import ask_reason, require_open
from bot.console.posted import new_move_id, number_of
from bot.console.private import hidden_questions
from bot.console.transcript import Reader, Said, address_of
from bot.console.visit import Visit
from bot.console.waiting import Row, Waiting, make_row, waiting, whereabouts
from bot.console.words import (
    CLOSING,
    ENDINGS,
    OUTCOMES,
    REASONS_TO_REFUSE,
    REASONS_TO_SHOW,
    REASONS_TO_TAKE_OVER,
    ROLES,
)
from bot.reach import reach
from flows.conversation import Conversation
from flows.edition import Edition
from flows.flow import Side
from handoff.case import Case
from handoff.desk import LONGEST_REPLY
from handoff.duty import is_owed
from handoff.intake import with_intake_of
from handoff.may_pass import is_offered_to
from handoff.passing import LONGEST_WHISPER
from handoff.permissions import Permission, has_permission, may_see
from handoff.reference import read_reference
from handoff.refusals import NeedsReason, NotFound, Refusal
from handoff.staff import Staff
from handoff.transcript import Seq


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case as it is drawn: everything in it was read before this was made."""

    case: Case
    row: Row
    top: TenSeconds
    known: tuple[KnownGroup, ...]
    lines: tuple[Said, ...]
    standing: str
    ending: str
    outcome: str
    stamp: str
    beside: Beside
    owes_duty: bool = False
    reach: str = ""

    @property
    def last_seq(self) -> int:
        """The last line that is drawn."""
        return self.lines[-1].seq if self.lines else 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole page. ``opened`` is the case in the middle, if one is open."""

    visit: Visit
    waiting: Waiting
    opened: OpenCase | None = None


async def show(visit: Visit) -> web.Response:
    """Who waits, and no case yet."""
    return show_desk(Desk(visit, await waiting(visit)))


async def show_case(visit: Visit) -> web.Response:
    """One case between who waits and what we know."""
    return show_desk(await open_case(visit, visit.request.match_info["reference"]))


async def show_queue(visit: Visit) -> web.Response:
    """The pane of who waits, and the alarm: a fragment."""
    opened = read_reference(visit.request.query.get("open", ""))
    context = {"waiting": await waiting(visit), "opened": opened, "csrf": visit.session.csrf}
    return visit.page("queue_fragment.html", context | {"new_id": new_move_id})


async def show_now(visit: Visit) -> web.Response:
    """What is new in a case since the page was drawn: a fragment, or nothing when nothing is."""
    query = visit.request.query
    case = await find_case(visit, visit.request.match_info["reference"])
    if query.get("stamp") == await find_stamp(visit, case):
        return web.Response(status=204)
    after = query.get("after", "")
    seq = Seq(number_of(after))
    await visit.record("read-on", case.reference, f"after {seq}")
    opened = await draw_case(visit, case, after=seq)
    return visit.page("case_fragment.html", _context(Desk(visit, Waiting((), ()), opened)))


def show_desk(
    desk: Desk, *, draft: str = "", refusal: Exception | None = None, status: int = 200
) -> web.Response:
    """The page, with a draft and a refusal in its place when there is one."""
    said = {"code": getattr(refusal, "code", "refused"), "text": str(refusal)} if refusal else None
    context = _context(desk) | {"draft": draft, "refusal": said, "waiting": desk.waiting}
    return desk.visit.page("desk.html", context, status=status)


async def reopen(
    visit: Visit, reference: str, *, draft: str, refusal: Refusal | None = None, status: int = 200
) -> web.Response:
    """The case with words that were not sent; where it is another's now, with the question why."""
    try:
        desk = await open_case(visit, reference)
    except NeedsReason:
        case = await know_case(visit, reference)
        return await ask_reason(visit, case, draft=draft, refusal=refusal)
    return show_desk(desk, draft=draft, refusal=refusal, status=status)


async def open_case(visit: Visit, reference: str, *, is_shown: bool = False) -> Desk:
    """The desk with a case open. Raises ``NotFound``, also for what may not be seen."""
    case = await find_case(visit, reference)
    await visit.record("opened", case.reference)
    opened = await draw_case(visit, case, is_shown=is_shown)
    return Desk(visit, await waiting(visit), opened)


async def find_case(visit: Visit, reference: str) -> Case:
    """The case, if this person may read it now.

    Raises ``NotFound``, also for what may not be seen, and ``NeedsReason`` for what another holds.
    """
    case = await know_case(visit, reference)
    await require_open(visit, case)
    return case


async def know_case(visit: Visit, reference: str) -> Case:
    """The case, if there is one that this person may know of: for moves, never to be shown.

    Raises ``NotFound`` alike for both.
    """
    read = read_reference(reference)
    case = await visit.tenancy.store.case(read) if read else None
    if case is None or not may_see(visit.staff, case):
        raise NotFound
    return case


@dataclass(frozen=True, slots=True)
class Read:
    """A case with its intake as it stands, and the talk and edition that this comes from."""

    case: Case
    talk: Conversation | None
    edition: Edition


async def read_talk(visit: Visit, case: Case) -> Read:
    """The case with what its talk says now. Record the reading first."""
    talk = await visit.tenancy.store.conversation(case.conversation)
    if talk is None:
        return Read(case, None, visit.tenancy.edition)
    edition = await visit.tenancy.edition_of(talk.edition)
    return Read(with_intake_of(edition, talk, case), talk, edition)


async def draw_case(
    visit: Visit, case: Case, *, after: Seq = Seq(0), is_shown: bool = False
) -> OpenCase:
    """Everything that is drawn of a case. Record the reading first."""
    store, read = visit.tenancy.store, await read_talk(visit, case)
    case, talk, edition = read.case, read.talk, read.edition
    aliases = {staff.id: staff.alias for staff in await store.everyone()}
    masked = "" if is_shown else address_of(case)
    hidden = hidden_questions(case, visit.staff, is_shown=is_shown)
    reader = Reader(edition, aliases, masked, hidden)
    return OpenCase(
        case=case,
        row=make_row(visit, case, aliases),
        top=ten_seconds(visit, case, talk, edition, is_shown=is_shown),
        known=known_groups(visit, case, talk, edition, is_shown=is_shown),
        lines=reader.read(await store.lines(case.conversation, after=after)),
        standing=standing_of(case, visit.staff),
        ending=ENDINGS[case.ended] if case.ended else "",
        outcome=OUTCOMES[case.outcome] if case.outcome else "",
        stamp=_stamp(visit, case, talk, reached := await _reach(visit, talk)),
        beside=await draw_beside(visit, case, aliases),
        owes_duty=await _owes_duty(visit, case),
        reach=reached,
    )


async def _owes_duty(visit: Visit, case: Case) -> bool:
    """Whether whoever is here is told that a decision is owed before the case can close."""
    if case.closed_at is not None or not is_owed(case, ()):
        return False
    return is_owed(case, await visit.tenancy.store.entries(case.reference))


async def find_stamp(visit: Visit, case: Case) -> str:
    """What a drawn case is drawn from: it changes with every line, move, coming and going."""
    talk = await visit.tenancy.store.conversation(case.conversation)
    return _stamp(visit, case, talk, await _reach(visit, talk))


async def _reach(visit: Visit, talk: Conversation | None) -> str:
    return "" if talk is None else await reach(visit.tenancy, talk, visit.now)


def _stamp(visit: Visit, case: Case, talk: Conversation | None, reached: str) -> str:
    where = whereabouts(case, visit.house.presence, visit.tenancy)
    return f"{case.version}.{talk.last_seq if talk else 0}.{where}{reached}"


def standing_of(case: Case, staff: Staff) -> str:
    """What this person is to the case, as a code: what can be done hangs on it."""
    if case.closed_at is not None:
        return "closed"
    if case.holder is None:
        return "free"
    if case.holder == staff.id:
        return "mine"
    if staff.id in case.joined:
        return "second"
    return "offered" if is_offered_to(staff, case) else "theirs"


def _context(desk: Desk) -> dict[str, object]:
    visit = desk.visit
    return {
        "staff": visit.staff,
        "roles": ", ".join(sorted(ROLES[role] for role in visit.staff.roles)),
        "keeps_on_call": has_permission(visit.staff, Permission.KEEP_ON_CALL),
        "is_on_shift": visit.staff.is_on_shift(visit.now),
        "csrf": visit.session.csrf,
        "opened": desk.opened.row.reference if desk.opened else None,
        "it": desk.opened,
        "new_id": new_move_id,
        "closings": [(outcome, OUTCOMES[outcome]) for outcome in CLOSING],
        "reasons_to_show": REASONS_TO_SHOW,
        "longest": LONGEST_REPLY,
        "longest_whisper": LONGEST_WHISPER,
        "reasons_to_refuse": REASONS_TO_REFUSE,
        "reasons_to_take_over": REASONS_TO_TAKE_OVER,
        "supervises": has_permission(visit.staff, Permission.SUPERVISE),
        **file_links(visit, desk.opened.case if desk.opened else None),
        "phrases": phrases_in(visit, desk.opened.case.language) if desk.opened else (),
        "draft": "",
        "refusal": None,
    }


def file_links(visit: Visit, case: Case | None) -> dict[str, object]:
    """The pages of the case's file that this person may open, and the register."""
    may_assess = has_permission(visit.staff, Permission.ASSESS_RISK)
    is_apart = case is not None and Side(case.side) is Side.USING_ABUSE
    return {
        "is_emergency": case is not None and case.urgency.is_emergency,
        "may_decide": may_assess,
        "may_assess": may_assess and not is_apart,
        "may_keep_register": has_permission(visit.staff, Permission.KEEP_RISK_REGISTER),
    }


def phrases_in(visit: Visit, language: str) -> tuple[tuple[str, str, str], ...]:
    """Name, English and text of the tenant's phrases that there are in a language."""
    phrases = visit.tenancy.tenant.phrases.items()
    return tuple((id, texts["en"], texts[language]) for id, texts in phrases if language in texts)


def refusal_status(refusal: Refusal) -> int:
    """The HTTP status of a refusal: 404 for what is not there, 409 for what cannot be done."""
    return 404 if isinstance(refusal, NotFound) else 409
