"""Risk in the console: assessment, register and decisions, from one record."""

import asyncio

import pytest

from handoff.desk import Claim, File, Move
from tests.console.assessing import answers, assess, facts
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor


@pytest.fixture
async def amira(harbour: Harbour) -> Desk:
    return await harbour.sign_in("amira")


# --- The assessment ----------------------------------------------------------------------------


async def test_what_the_bot_heard_stands_beside_its_topic_with_its_place(
    harbour: Harbour, staffed: Desk, amira: Desk
) -> None:
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me")
    await noor.answers("18-or-over", "before", "recent", "no", "home")
    page = await amira.read(f"/cases/{noor.reference}/risk")
    neck = page[page.index("Neck held") : page.index("Sexual harm")]
    assert "Has anyone held you by the neck?" in neck
    assert "Yes, in the last few days" in neck
    assert "<code>risk.neck</code>" in neck
    # It is shown, and no answer of the form: that is the worker's.
    assert 'name="topic-neck" value="yes" checked' not in page
    assert 'name="topic-neck" value="" checked' in page


async def test_an_assessment_is_kept_with_each_answer_and_its_source(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    more = {"topic-animals": "dont-know", "topic-money": "declined", "source-animals": "agency"}
    status, _ = await assess(amira, waiting, 11, **more)
    assert status == 303
    [entry] = await harbour.store.entries(waiting.reference)
    topics = entry.content["topics"]
    assert topics["injury"] == {"answer": "yes", "source": "person-said"}
    assert topics["animals"] == {"answer": "dont-know", "source": "agency"}
    assert topics["money"]["answer"] == "declined"
    assert "police-history" not in topics
    page = await amira.read(f"/cases/{waiting.reference}/file")
    assert "11 of 24 yes; 0 no; 1 don&#39;t know; 1 declined; 11 not gone through" in page
    assert "MARAC from 14 yes or 3 police reports in 12 months, register from 10 yes" in page
    assert await facts(harbour, "risk-assessed") == [
        {
            "form": "adult", "area": "leicester", "pathway": "register", "yes": "11",
            "not-gone-through": "11", "declined": "1", "raised": "no", "first": "yes",
            "within-24h": "yes",
        }
    ]  # fmt: skip


async def test_an_answer_without_a_source_is_refused_and_nothing_is_lost(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    status, page = await assess(amira, waiting, 3, source="", why="He rings all day.")
    assert (status, "no-source" in page, "He rings all day." in page) == (409, True, True)
    assert 'name="topic-fear" value="yes" checked' in page
    assert not await harbour.store.entries(waiting.reference)


async def test_judgement_raises_with_its_reason_and_is_said(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    status, page = await assess(amira, waiting, 2, **{"raise": "2"})
    assert (status, "no-why" in page) == (409, True)
    status, _ = await assess(amira, waiting, 2, why="He was let out today.", **{"raise": "2"})
    assert status == 303
    assert "MARAC, by judgement" in await amira.read(f"/cases/{waiting.reference}/file")
    [fact] = await facts(harbour, "risk-assessed")
    assert (fact["pathway"], fact["raised"]) == ("marac", "yes")


async def test_nothing_on_the_page_comforts_by_a_small_count(amira: Desk, waiting: Visitor) -> None:
    await assess(amira, waiting, 1)
    for path in ("file", "risk", "marac"):
        page = (await amira.read(f"/cases/{waiting.reference}/{path}")).lower()
        assert "low risk" not in page
        assert "standard risk" not in page
        assert "are safe" not in page


async def test_of_two_at_once_the_second_sees_both_and_overwrites_nothing(
    harbour: Harbour, staffed: Desk, amira: Desk, waiting: Visitor
) -> None:
    assert (await assess(amira, waiting, 12, why="Amira wrote this."))[0] == 303
    form = {"based_on": "0", **answers(3, why="Ben wrote that.")}
    answer = await staffed.post(f"/cases/{waiting.reference}/risk", form)
    page = await answer.text()
    assert (answer.status, "written-since" in page) == (409, True)
    assert "Ben wrote that." in page
    assert "Amira wrote this." in page
    assert 'name="based_on" value="1"' in page
    assert len(await harbour.store.entries(waiting.reference)) == 1


async def test_two_claims_and_an_assessment_at_once_each_get_their_due(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    staff = [harbour.account(name).staff for name in ("amira", "farah")]
    note = File("note", {"version": 1, "text": "she rings from work"})
    moves = [Move(f"claim-{s.name}", waiting.reference, s, Claim()) for s in staff]
    moves.append(Move("note-1", waiting.reference, staff[0], note))
    made = await asyncio.gather(
        *(harbour.house.door.move(HARBOUR, move) for move in moves), return_exceptions=True
    )
    assert sum(isinstance(one, Exception) for one in made) == 1
    assert (await harbour.case(waiting.reference)).filed == 1


# --- The register ------------------------------------------------------------------------------


async def test_the_register_lists_high_risk_below_marac_until_a_review_takes_it_off(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    dev = await harbour.sign_in("dev")
    await assess(amira, waiting, 11)
    harbour.clock.move(days=1)
    dev = await harbour.sign_in("dev")
    page = await dev.read("/register")
    assert waiting.reference in page
    assert "8 Dec 2026" in page
    assert "overdue" not in page
    assert "read-register" in await harbour.actions(waiting.reference)
    harbour.clock.move(days=20)
    dev = await harbour.sign_in("dev")
    assert "overdue" in await dev.read("/register")
    form = {"outcome": "keep", "by": "2026-12-20", "why": "Still near."}
    path = f"/cases/{waiting.reference}/review"
    assert (await dev.post(path, {**form, "based_on": "0"})).status == 303
    assert "20 Dec 2026" in await dev.read("/register")
    form = {"outcome": "leave", "by": "", "why": "Moved far away.", "based_on": "2"}
    assert (await dev.post(path, form)).status == 303
    assert waiting.reference not in await dev.read("/register")
    assert [f["outcome"] for f in await facts(harbour, "register-reviewed")] == ["keep", "leave"]


async def test_a_review_in_the_past_or_of_nobody_is_refused(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    dev = await harbour.sign_in("dev")
    path = f"/cases/{waiting.reference}/review"
    form = {"outcome": "keep", "by": "2026-12-20", "why": "why", "based_on": "0"}
    answer = await dev.post(path, form)
    assert (answer.status, "not-on-register" in await answer.text()) == (409, True)
    await assess(amira, waiting, 11)
    answer = await dev.post(path, {**form, "by": "2026-11-01"})
    assert (answer.status, "no-review-day" in await answer.text()) == (409, True)


async def test_the_register_shows_no_case_of_the_other_side(
    harbour: Harbour, amira: Desk, waiting: Visitor, using_abuse: Visitor
) -> None:
    await assess(amira, waiting, 11)
    [entry] = await harbour.store.entries(waiting.reference)
    step = File("risk-assessment", entry.content)
    by = harbour.account("chloe").staff
    await harbour.house.door.move(HARBOUR, Move("m-1", using_abuse.reference, by, step))
    dev = await harbour.sign_in("dev")
    page = await dev.read("/register")
    assert waiting.reference in page
    assert using_abuse.reference not in page


# --- Decisions before closing --------------------------------------------------------------------


async def test_a_case_with_a_child_closes_only_after_a_decision(
    harbour: Harbour, staffed: Desk, amira: Desk
) -> None:
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me")
    await noor.answers("18-or-over", "no", "no", "no", "home")
    await amira.claim(noor.reference)
    close = f"/cases/{noor.reference}/close"
    answer = await amira.post(close, {"outcome": "supported"})
    page = await answer.text()
    assert (answer.status, "child-undecided" in page) == (409, True)
    assert (await harbour.case(noor.reference)).closed_at is None
    form = {
        "concern": "child",
        "decided": "known",
        "told": "yes",
        "why": "Their social worker was told.",
        "based_on": "0",
    }
    assert (await amira.post(f"/cases/{noor.reference}/decisions", form)).status == 303
    assert (await amira.post(close, {"outcome": "supported"})).status == 303
    assert (await harbour.case(noor.reference)).closed_at is not None
    assert await facts(harbour, "decided") == [
        {"concern": "child", "decided": "known", "told": "yes"}
    ]


async def test_the_suicide_protocol_is_asked_for_in_the_using_abuse_door_too(
    harbour: Harbour, using_abuse: Visitor
) -> None:
    await using_abuse.answers("18-or-over", "no", "at-times")
    chloe = await harbour.sign_in("chloe")
    await chloe.claim(using_abuse.reference)
    close = f"/cases/{using_abuse.reference}/close"
    answer = await chloe.post(close, {"outcome": "supported"})
    assert (answer.status, "suicide-undecided" in await answer.text()) == (409, True)
    page = await chloe.read(f"/cases/{using_abuse.reference}/decisions")
    assert "Have you had thoughts of ending your own life?" in page
    form = {
        "concern": "own-life",
        "decided": "plan",
        "told": "yes",
        "why": "We went through it.",
        "step-thoughts": "yes",
        "step-plan": "no",
        "step-means": "declined",
    }
    path = f"/cases/{using_abuse.reference}/decisions"
    refused = await chloe.post(path, {**form, "decided": ""})
    text = await refused.text()
    assert (refused.status, "We went through it." in text) == (409, True)
    assert 'name="step-means" value="declined" checked' in text
    assert (await chloe.post(path, form)).status == 303
    assert (await chloe.post(close, {"outcome": "supported"})).status == 303


async def test_more_that_is_told_while_a_case_is_closed_asks_again(
    harbour: Harbour, staffed: Desk, amira: Desk, waiting: Visitor
) -> None:
    await waiting.answers("18-or-over", "no", "no", "at-times")
    await amira.claim(waiting.reference)
    path = f"/cases/{waiting.reference}/decisions"
    form = {"concern": "own-life", "decided": "talked", "told": "yes", "why": "Asked."}
    assert (await amira.post(path, form)).status == 303
    harbour.clock.move(minutes=1)
    await waiting.answers("i want to kill myself tonight")
    answer = await amira.post(f"/cases/{waiting.reference}/close", {"outcome": "supported"})
    assert (answer.status, "suicide-undecided" in await answer.text()) == (409, True)
