"""The call-back card: everything somebody needs while they ring, and one key to leave it.

The number shows only with a reason that is recorded first, and only if it may be used now (P19).
"""

from aiohttp import web

from bot.console.calls import call_of
from bot.console.filed import CaseFile, read_file, show_page
from bot.console.moves import NoReason
from bot.console.visit import Visit
from bot.console.words import REASONS_TO_SHOW
from handoff.call_back import KIND, NoCallBack
from handoff.may_contact import check_contact
from handoff.refusals import Refusal
from handoff.safe_contact import SafeContact


async def show(visit: Visit) -> web.Response:
    """The card without the number: whether they may be rung now, and if not, why."""
    file = await read_file(visit, "card")
    try:
        _check(visit, file)
    except Refusal as refusal:
        return _page(visit, file, refusal=refusal)
    return _page(visit, file, may_show=True)


async def reveal(visit: Visit) -> web.Response:
    """The card with the number, the words and what to say."""
    file = await read_file(visit, "card")
    reason = visit.form.get("reason", "")
    try:
        agreed = _check(visit, file)
        if reason not in REASONS_TO_SHOW:
            raise NoReason
    except Refusal as refusal:
        return _page(visit, file, refusal=refusal, may_show=isinstance(refusal, NoReason))
    await visit.record("showed-contact", file.case.reference, reason)
    return _page(visit, file, agreed=agreed)


def _check(visit: Visit, file: CaseFile) -> SafeContact:
    call = call_of(file)
    if call is None or not call.is_open:
        raise NoCallBack
    return check_contact(file.case.intake, "call", visit.now, is_read=call.is_read)


def _page(
    visit: Visit,
    file: CaseFile,
    *,
    agreed: SafeContact | None = None,
    may_show: bool = False,
    refusal: Refusal | None = None,
) -> web.Response:
    context = {
        "agreed": agreed,
        "may_show": may_show,
        "on": file.number_of(KIND),
        "reasons_to_show": REASONS_TO_SHOW,
        "language": file.case.language,
    }
    return show_page(visit, "card.html", file.case, context, refusal=refusal)
