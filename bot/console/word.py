"""The code word, before anything is said to somebody who comes back; and two contacts joined by it.

The worker types what the person says, and the house says yes or no. It never shows a word (R11).
"""

from aiohttp import web

from bot.console.filed import CaseFile, file_sheet, read_file, reread, show_page
from bot.console.visit import Visit
from bot.console.words import WORD_ANSWERS
from bot.word_check import compare
from handoff.desk import File
from handoff.joining import KIND as JOINED
from handoff.joining import NotJoined, joined_with
from handoff.joining import sheet as joined_sheet
from handoff.permissions import may_see
from handoff.reference import read_reference
from handoff.refusals import Refusal
from handoff.word_check import KIND, Found, NoWordGiven, check_guesses, sheet


async def show(visit: Visit) -> web.Response:
    """The form, and what this case is joined with."""
    return _page(visit, await read_file(visit, "word"))


async def check(visit: Visit) -> web.Response:
    """Say whether that is their word. The answer is kept before it is shown."""
    file = await read_file(visit, "word")
    try:
        found = await _compared(visit, file, file)
    except Refusal as refusal:
        return _page(visit, await reread(visit, file.case), refusal=refusal)
    return _page(visit, await reread(visit, file.case), found=found)


async def join(visit: Visit) -> web.Response:
    """Join this contact with an earlier one, by that one's reference and word, and nothing else."""
    file = await read_file(visit, "word")
    try:
        other = await _earlier(visit, file)
        found = await _compared(visit, file, other)
        if other is None or found != "word":
            raise NotJoined
        await _join(visit, file, other)
    except Refusal as refusal:
        return _page(visit, await reread(visit, file.case), refusal=refusal)
    return visit.go(f"/cases/{file.case.reference}/word")


async def _compared(visit: Visit, file: CaseFile, other: CaseFile | None) -> Found:
    """What was said, compared with the words of a case; kept on this one, and on that one too."""
    said = visit.form.get("said", "").strip()
    if not said:
        raise NoWordGiven
    check_guesses(file.entries, visit.now)
    if other is not None:
        check_guesses(other.entries, visit.now)
    passwords = visit.console.passwords
    talk, case = (other.talk, other.case) if other else (None, None)
    found = await compare(passwords, talk, case, said)
    for part, each in enumerate({f.case.reference: f for f in (file, other) if f}.values()):
        # What was the latest check when we looked must be it still: nobody guesses beside us.
        step = File(KIND, sheet(found), each.number_of(KIND))
        await file_sheet(visit, each.case, step, part=f"word-{part}")
    return found


async def _earlier(visit: Visit, file: CaseFile) -> CaseFile | None:
    """The other case, if there is one here that this person may see; else the same as for none."""
    reference = read_reference(visit.form.get("earlier", ""))
    case = await visit.tenancy.store.case(reference) if reference else None
    if case is None or not may_see(visit.staff, case) or case.reference == file.case.reference:
        return None
    return await read_file(visit, "word", case.reference)


async def _join(visit: Visit, file: CaseFile, other: CaseFile) -> None:
    for one, two in ((file, other), (other, file)):
        if two.case.reference not in joined_with(one.entries):
            step = File(JOINED, joined_sheet(two.case.reference))
            await file_sheet(visit, one.case, step, part=f"joined-{one.case.reference}")


def _page(
    visit: Visit, file: CaseFile, *, found: Found | None = None, refusal: Refusal | None = None
) -> web.Response:
    context = {
        "answer": WORD_ANSWERS[found] if found else None,
        "joined": joined_with(file.entries),
        "checks": [(e.at, e.content["found"]) for e in reversed(file.entries) if e.kind == KIND],
        "answers": WORD_ANSWERS,
    }
    return show_page(visit, "word.html", file.case, context, refusal=refusal)
