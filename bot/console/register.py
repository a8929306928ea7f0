"""The risk register: who is at high risk and below the area's number for MARAC, with a day each
by which somebody looks again (R19). For supervisors and those who work with high risk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.casefile import CaseFile, file_form, open_file
from bot.console.posted import lines_of
from bot.console.sheet_words import REVIEWED
from bot.console.sheets import count_words, write_day
from bot.console.visit import Visit
from handoff.case import Case
from handoff.entry import Entry
from handoff.permissions import may_see
from handoff.reference import Reference
from handoff.refusals import NotFound, Refusal
from handoff.risk_assessment import LONGEST_WHY
from handoff.risk_register import (
    KINDS,
    NotOnRegister,
    Reviewed,
    Standing,
    is_repeat,
    last_referral,
    make_review,
    standing_of,
)
from tenants.hours import LONDON

MOST = 5000
"""Sheets of one kind that are read for the register; where there are more, the page says so."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One case of the register as it is drawn."""

    case: Case
    standing: Standing
    count: str
    holder: str
    is_overdue: bool
    is_repeat: bool


async def show(visit: Visit) -> web.Response:
    """Everybody on it whom this person may know of, the first due first."""
    listed, is_cut = await _listed(visit)
    await visit.record_each("read-register", [each.case.reference for each in listed])
    context = {
        "for_marac": [each for each in listed if each.standing.is_for_marac],
        "listed": [each for each in listed if not each.standing.is_for_marac],
        "is_cut": is_cut,
        "csrf": visit.session.csrf,
        "shows_date": write_day,
    }
    return visit.page("register.html", context)


async def show_review(visit: Visit) -> web.Response:
    """The form for one review."""
    return _draw(await _open(visit, visit.request.match_info["reference"]), {})


async def review(visit: Visit) -> web.Response:
    """File a review."""
    form, reference = visit.form, visit.request.match_info["reference"]
    today = visit.now.astimezone(LONDON).date()
    outcome = Reviewed.LEAVE if form.get("outcome") == Reviewed.LEAVE else Reviewed.KEEP
    try:
        made = make_review(
            outcome, _read_day(form.get("by", "")), lines_of(form.get("why", "")), today
        )
        if _standing(await _open(visit, reference)) is None:
            raise NotOnRegister
    except NotFound:
        raise
    except Refusal as refusal:
        return await again(visit, reference, refusal)
    return await file_form(visit, "register-review", made, again=again, then="review")


async def again(visit: Visit, reference: str, refusal: Refusal) -> web.Response:
    """The form again as it was filled in."""
    return _draw(await _open(visit, reference), visit.form, refusal)


async def _open(visit: Visit, reference: str) -> CaseFile:
    return await open_file(visit, reference, "read-review", is_victim_side=True)


def _standing(file: CaseFile) -> Standing | None:
    within = file.visit.tenancy.tenant.thresholds.review_within
    return standing_of(file.entries, within)


def _draw(
    file: CaseFile, values: Mapping[str, str], refusal: Refusal | None = None
) -> web.Response:
    standing = _standing(file)
    today = file.visit.now.astimezone(LONDON).date()
    due = today + file.visit.tenancy.tenant.thresholds.review_within
    context = {
        "values": values,
        "standing": standing,
        "count": count_words(standing.latest) if standing else "",
        "is_overdue": standing is not None and standing.is_overdue(today),
        "outcomes": REVIEWED,
        "due": due.isoformat(),
        "shows_date": write_day,
        "longest": LONGEST_WHY,
    }
    return file.page("review.html", context, kind="register-review", refusal=refusal)


async def _listed(visit: Visit) -> tuple[list[Listed], bool]:
    store, today = visit.tenancy.store, visit.now.astimezone(LONDON).date()
    aliases = {staff.id: staff.alias for staff in await store.everyone()}
    sheets, is_cut = await _sheets(visit)
    found = []
    for reference, entries in sheets.items():
        standing = standing_of(entries, visit.tenancy.tenant.thresholds.review_within)
        case = await store.case(reference) if standing else None
        if standing is not None and case is not None and may_see(visit.staff, case):
            found.append(
                Listed(
                    case=case,
                    standing=standing,
                    count=count_words(standing.latest),
                    holder=aliases.get(case.holder, "Colleague") if case.holder else "",
                    is_overdue=standing.is_overdue(today),
                    is_repeat=is_repeat(last_referral(entries), visit.now),
                )
            )
    return sorted(found, key=lambda each: each.standing.review_by), is_cut


async def _sheets(visit: Visit) -> tuple[Mapping[Reference, list[Entry]], bool]:
    found: dict[Reference, list[Entry]] = {}
    is_cut = False
    for kind in KINDS:
        entries = await visit.tenancy.store.latest_entries(kind, limit=MOST)
        is_cut = is_cut or len(entries) >= MOST
        _sort_in(found, entries)
    return found, is_cut


def _sort_in(found: dict[Reference, list[Entry]], entries: Iterable[Entry]) -> None:
    for entry in entries:
        found.setdefault(entry.reference, []).append(entry)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
