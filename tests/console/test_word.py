"""The house says yes or no to a word, few times, and contacts are joined by it alone (R11, R12)."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from bot.words import read_words
from handoff.reference import Reference, make_reference
from handoff.word_check import GUESSES
from tests.console.conftest import Desk, Harbour, Visitor

WORD, OTHER = "purple kettle", "green ladder"


@pytest.fixture
async def noor(waiting: Visitor) -> Visitor:
    """Noor has chosen a word, and another for when somebody makes her write."""
    return await waiting.does(read_words(WORD, OTHER))


@pytest.fixture
async def amira(harbour: Harbour, noor: Visitor) -> Desk:
    return await harbour.sign_in("amira")


async def say(desk: Desk, reference: Reference, said: str, **form: str) -> str:
    answer = await desk.post(f"/cases/{reference}/word", {"said": said, **form})
    return await answer.text()


async def join(desk: Desk, one: Reference, earlier: str, said: str) -> int:
    answer = await desk.post(f"/cases/{one}/join", {"earlier": earlier, "said": said})
    return answer.status


async def found(harbour: Harbour, reference: Reference) -> Sequence[str]:
    entries = await harbour.store.entries(reference)
    return [e.content["found"] for e in entries if e.kind == "word-check"]


async def test_yes_no_and_the_second_word_are_told_apart_and_no_word_is_shown_or_kept(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    with capture_logs() as logs:
        assert "Yes, that is their word." in await say(amira, noor.reference, "Purple  KETTLE")
        assert "second word" in await say(amira, noor.reference, OTHER)
        assert "Say nothing of a case" in (no := await say(amira, noor.reference, "blue kettle"))
    assert await found(harbour, noor.reference) == ["word", "other", "no"]
    entries = repr([e.content for e in await harbour.store.entries(noor.reference)])
    for word in (WORD, OTHER, "blue kettle"):
        assert word not in no + entries + repr(logs)
    assert (await harbour.actions(noor.reference))[-2:] == ["read-file", "filed"]


async def test_guessing_stops_and_neither_more_people_nor_many_at_once_help(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    ben = await harbour.sign_in("ben")
    tries = [say(d, noor.reference, "no such word") for _ in range(GUESSES) for d in (amira, ben)]
    await asyncio.gather(*tries)
    for _ in range(GUESSES):
        await say(amira, noor.reference, "no such word")
    assert await found(harbour, noor.reference) == ["no"] * GUESSES
    assert "too-many-guesses" in await say(ben, noor.reference, WORD)
    harbour.clock.move(hours=1, minutes=1)
    ben = await harbour.sign_in("ben")
    assert "Yes, that is their word." in await say(ben, noor.reference, WORD)


async def test_two_contacts_are_joined_by_reference_and_word(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    later = await (await harbour.visitor("noor-again")).answers("yes", "me", "no", "me")
    assert await join(amira, later.reference, noor.reference.lower(), WORD) == 303
    assert noor.reference in await amira.read(f"/cases/{later.reference}/word")
    assert later.reference in await amira.read(f"/cases/{noor.reference}/word")


@pytest.mark.parametrize("said", ["no such word", OTHER])
async def test_a_wrong_word_an_unknown_and_a_hidden_reference_are_answered_alike(
    harbour: Harbour, noor: Visitor, using_abuse: Visitor, amira: Desk, said: str
) -> None:
    later = await (await harbour.visitor("noor-again")).answers("yes", "me", "no", "me")
    for earlier in (noor.reference, make_reference(99), using_abuse.reference, "Noor"):
        form = {"earlier": earlier, "said": said}
        answer = await amira.post(f"/cases/{later.reference}/join", form)
        assert answer.status == 409
        assert "not-joined" in await answer.text()
    for case in (noor, later, using_abuse):
        kinds = [e.kind for e in await harbour.store.entries(case.reference)]
        assert "joined" not in kinds
    assert await found(harbour, using_abuse.reference) == []


async def test_a_plan_is_shown_once_the_word_was_heard_and_to_that_person_alone(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    path = f"/cases/{noor.reference}/agreed"
    early = await amira.post(path, {"text": "mondays at ten", "version": "0"})
    assert "not-verified" in (page := await early.text())
    assert "mondays at ten" in page
    await say(amira, noor.reference, WORD)
    assert (await amira.post(path, {"text": "mondays at ten", "version": "0"})).status == 303
    assert "mondays at ten" in await amira.read(path)
    stale = await amira.post(path, {"text": "tuesdays", "version": "0"})
    assert "written-since" in (page := await stale.text())
    assert "tuesdays" in page
    ben = await harbour.sign_in("ben")
    assert "mondays at ten" not in await ben.read(path)
    harbour.clock.move(hours=2)
    amira = await harbour.sign_in("amira")
    assert "mondays at ten" not in await amira.read(path)


async def test_a_boundary_holds_once_a_supervisor_has_approved_it(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    path = f"/cases/{noor.reference}"
    assert (await amira.post(f"{path}/boundary", {"what": "short-contacts"})).status == 303
    assert "does not hold before" in await amira.read(f"{path}/agreed")
    assert (await amira.post(f"{path}/boundary/decide", {"do": "approve"})).status == 403
    dev = await harbour.sign_in("dev")
    assert (await dev.post(f"{path}/boundary/decide", {"do": "approve"})).status == 303
    page = await amira.read(f"{path}/agreed")
    assert "approved" in page
    assert "numbers for help are given every time" in page
    assert (await dev.post(f"{path}/boundary/decide", {"do": "end"})).status == 303
    assert "None holds" in await amira.read(f"{path}/agreed")


async def test_nobody_approves_what_they_asked_for_themselves(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    dev = await harbour.sign_in("dev")
    await dev.post(f"/cases/{noor.reference}/boundary", {"what": "one-topic"})
    answer = await dev.post(f"/cases/{noor.reference}/boundary/decide", {"do": "approve"})
    assert "not-by-the-same" in await answer.text()
