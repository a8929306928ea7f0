"""The file of a case: notes, its timeline, and forms that come back with every word."""

import pytest

from handoff.note import LONGEST_NOTE
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

NOTE = "She rings from work. Ask for the 'library'."


async def write_note(desk: Desk, visitor: Visitor, text: str = NOTE, **form: str) -> int:
    answer = await desk.post(f"/cases/{visitor.reference}/note", {"note": text, **form})
    return answer.status


async def test_a_note_stands_in_the_file_newest_first_with_alias_and_time(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    assert await write_note(staffed, waiting) == 303
    harbour.clock.move(minutes=5)
    assert await write_note(await harbour.sign_in("amira"), waiting, "A later note") == 303
    page = await staffed.read(f"/cases/{waiting.reference}/file")
    assert page.index("A later note") < page.index("She rings from work.")
    assert "Amira" in page
    assert "24 Nov 2026, 10:0" in page


async def test_no_note_is_ever_in_the_talk_or_on_the_visitors_side(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    await write_note(staffed, waiting)
    assert waiting.talk is not None
    lines = await harbour.store.lines(waiting.talk.id)
    assert not any("rings from work" in line.text for line in lines)
    assert "rings from work" not in await staffed.read(f"/cases/{waiting.reference}")


async def test_opening_the_file_and_filing_are_both_recorded(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    await write_note(staffed, waiting)
    await staffed.read(f"/cases/{waiting.reference}/file")
    assert (await harbour.actions(waiting.reference))[-2:] == ["filed", "read-file"]


@pytest.mark.parametrize(
    ("text", "code"), [("x" * (LONGEST_NOTE + 1), "note-too-long"), (" \n ", "empty")]
)
async def test_a_note_that_is_refused_comes_back_with_its_words(
    harbour: Harbour, staffed: Desk, waiting: Visitor, text: str, code: str
) -> None:
    answer = await staffed.post(f"/cases/{waiting.reference}/note", {"note": text})
    page = await answer.text()
    assert (answer.status, code in page, text in page) == (409, True, True)
    assert not await harbour.store.entries(waiting.reference)


async def test_the_same_note_sent_twice_is_one_note(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    for _ in range(2):
        assert await write_note(staffed, waiting, id="once-and-only") == 303
    assert len(await harbour.store.entries(waiting.reference)) == 1


async def test_a_session_that_ends_in_the_middle_of_a_note_loses_no_word(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    csrf = await staffed.csrf()
    harbour.clock.move(hours=13)
    where = f"/staff/{HARBOUR}/cases/{waiting.reference}/note"
    form = {"csrf": csrf, "id": "move-0001", "based_on": "0", "note": NOTE}
    asked = await staffed.client.post(where, data=form, allow_redirects=False)
    page = await asked.text()
    assert (asked.status, "She rings from work" in page) == (401, True)
    carried = {
        "name": "ben",
        "password": "harbour wall",
        "code": harbour.code("ben"),
        "reference": waiting.reference,
        "to": "note",
        "kept-note": NOTE,
    }
    again = await staffed.client.post(
        f"/staff/{HARBOUR}/sign-in", data=carried, allow_redirects=False
    )
    page = await again.text()
    assert "not-saved-yet" in page
    assert "Ask for the &#39;library&#39;." in page
    assert "A private note" in page
    assert not await harbour.store.entries(waiting.reference)


async def test_a_form_from_an_earlier_session_comes_back_with_its_words(
    harbour: Harbour, staffed: Desk, waiting: Visitor
) -> None:
    answer = await staffed.post(
        f"/cases/{waiting.reference}/note", {"note": NOTE, "csrf": "an earlier one"}
    )
    page = await answer.text()
    assert (answer.status, "stale" in page, "She rings from work" in page) == (409, True, True)


async def test_the_other_side_finds_no_file(
    harbour: Harbour, waiting: Visitor, using_abuse: Visitor
) -> None:
    chloe = await harbour.sign_in("chloe")
    amira = await harbour.sign_in("amira")
    for page in ("file", "risk", "marac", "plan", "decisions"):
        assert (await chloe.get(f"/cases/{waiting.reference}/{page}")).status == 404
        assert (await amira.get(f"/cases/{using_abuse.reference}/{page}")).status == 404
    assert await write_note(amira, using_abuse) == 404
    assert (await chloe.get(f"/cases/{using_abuse.reference}/file")).status == 200
    assert (await chloe.get(f"/cases/{using_abuse.reference}/decisions")).status == 200
    # Nobody's risk is assessed, planned for or referred on the side of those who use abuse.
    for page in ("risk", "marac", "plan"):
        assert (await chloe.get(f"/cases/{using_abuse.reference}/{page}")).status == 404


async def test_a_volunteer_reads_the_file_and_does_not_assess(
    harbour: Harbour, waiting: Visitor
) -> None:
    esther = await harbour.sign_in("esther")
    page = await esther.read(f"/cases/{waiting.reference}/file")
    assert f"/cases/{waiting.reference}/risk" not in page
    for path in ("risk", "marac", "plan", "decisions", "review"):
        assert (await esther.get(f"/cases/{waiting.reference}/{path}")).status == 403
    assert (await esther.get("/register")).status == 403
