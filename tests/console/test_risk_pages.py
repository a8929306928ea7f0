"""Risk in the console: assessment, register, decisions, referral and plan, from one record."""

import asyncio
import json

import pytest

from flows.events import ChoiceMade
from handoff.desk import Claim, File, Move
from handoff.reference import Reference
from handoff.risk_topics import TOPICS_BY_ID
from storage.store import Change, Committed
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

TOPICS = list(TOPICS_BY_ID)


def answers(yes: int, **more: str) -> dict[str, str]:
    marks = {f"topic-{id}": "yes" for id in TOPICS[:yes]}
    return {"form": "adult", "source": "person-said", "area": "leicester", **marks, **more}


@pytest.fixture
async def amira(harbour: Harbour) -> Desk:
    return await harbour.sign_in("amira")


async def assess(desk: Desk, visitor: Visitor, yes: int, **more: str) -> tuple[int, str]:
    entries = await desk.harbour.store.entries(visitor.reference)
    stands = [e.number for e in entries if e.kind == "risk-assessment"]
    form = {"based_on": str(max(stands, default=0)), **answers(yes, **more)}
    answer = await desk.post(f"/cases/{visitor.reference}/risk", form)
    return answer.status, await answer.text()


async def facts(harbour: Harbour, kind: str) -> list[dict[str, str]]:
    now = harbour.clock.now
    found = await harbour.store.facts(since=now.replace(year=2020), until=now.replace(year=2030))
    return [dict(fact.values) for fact in found if fact.kind == kind]


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


# --- MARAC and plans ---------------------------------------------------------------------------

REFERRAL = {
    "criterion-visible-high-risk": "yes",
    "agreed": "yes",
    "word-name": "Noor A.",
    "word-feared": "هو وأخوه",
    "word-happened": "તે મને મારી નાખવાની ધમકી આપે છે",
    "based_on": "0",
}


async def printed(desk: Desk, reference: Reference, kind: str, **form: str) -> bytes:
    answer = await desk.post(f"/cases/{reference}/{kind}/print", form)
    assert answer.status == 200, await answer.text()
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{reference}.')
    return await answer.read()


async def test_a_referral_is_made_from_the_record_and_nothing_is_retyped(
    harbour: Harbour, staffed: Desk, amira: Desk
) -> None:
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me")
    await noor.answers("18-or-over", "recent", "recent", "no", "none", "he knows my work")
    await assess(amira, noor, 15)
    page = await amira.read(f"/cases/{noor.reference}/marac")
    assert "15 of 24 yes" in page
    assert 'name="criterion-visible-high-risk" value="yes" checked' in page
    assert 'name="criterion-repeat" value="yes" checked' not in page
    assert (await amira.post(f"/cases/{noor.reference}/marac", REFERRAL)).status == 303
    made = json.loads(await printed(amira, noor.reference, "marac", **{"as": "json"}))
    assert made["assessment"]["content"]["topics"]["neck"]["answer"] == "yes"
    assert made["intake"]["risk.neck"]["values"] == ["recent"]
    assert made["intake"]["story.most-afraid"]["words"] == "he knows my work"
    assert made["referral"]["words"]["name"] == "Noor A."
    assert made["safe_contact"] == {"may_contact": False, "state": "not-asked"}
    assert made["printed"]["by"] == "Amira"
    assert made["printed"]["at"].startswith("2026-11-24T10:")
    assert (await printed(amira, noor.reference, "marac", **{"as": "pdf"})).startswith(b"%PDF-")
    actions = await harbour.actions(noor.reference)
    assert actions.count("printed-json") == 1
    assert actions[-1] == "printed-pdf"
    assert await facts(harbour, "marac-referred") == [
        {"criteria": "visible-high-risk", "repeat": "no", "agreed": "yes"}
    ]


async def test_nothing_is_printed_that_could_not_be_recorded(
    harbour: Harbour, amira: Desk, waiting: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await amira.post(f"/cases/{waiting.reference}/marac", REFERRAL)
    csrf = await amira.csrf()
    store = harbour.store
    commit = type(store).commit

    async def breaks(self: object, change: Change) -> object:
        if any(row.action.startswith("printed") for row in change.audit):
            return object()
        kept: Committed = await commit(store, change)  # type: ignore[assignment]
        return kept

    monkeypatch.setattr(type(store), "commit", breaks)
    answer = await amira.client.post(
        f"/staff/{HARBOUR}/cases/{waiting.reference}/marac/print",
        data={"csrf": csrf, "as": "json"},
    )
    assert (answer.status, b"Noor A." in await answer.read()) == (503, False)


async def test_a_referral_without_agreement_or_ground_is_refused_with_every_word(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    path = f"/cases/{waiting.reference}/marac"
    no_ground = {k: v for k, v in REFERRAL.items() if not k.startswith("criterion")}
    wrong = (
        (no_ground, "no-criterion"),
        (REFERRAL | {"agreed": ""}, "agreement-not-said"),
        (REFERRAL | {"agreed": "no"}, "no-why"),
        (REFERRAL | {"word-wanted": "x" * 5000}, "why-too-long"),
    )
    for form, code in wrong:
        answer = await amira.post(path, form)
        page = await answer.text()
        assert (answer.status, code in page, "Noor A." in page) == (409, True, True), code
    assert not await harbour.store.entries(waiting.reference)


async def test_a_second_referral_within_a_year_is_flagged_as_a_repeat(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    path = f"/cases/{waiting.reference}/marac"
    assert (await amira.post(path, REFERRAL)).status == 303
    assert "less than 12 months ago" not in await amira.read(path)
    harbour.clock.move(days=100)
    amira = await harbour.sign_in("amira")
    assert "less than 12 months ago" in await amira.read(path)
    assert (
        await amira.post(path, REFERRAL | {"based_on": "1", "id": "the-second-move"})
    ).status == 303
    assert [f["repeat"] for f in await facts(harbour, "marac-referred")] == ["no", "yes"]
    harbour.clock.move(days=366)
    amira = await harbour.sign_in("amira")
    assert "less than 12 months ago" not in await amira.read(path)


async def test_a_contact_that_is_over_is_in_no_print(
    harbour: Harbour, staffed: Desk, amira: Desk
) -> None:
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me", "18-or-over")
    await noor.answers("no", "no", "no", "none", "skip", "talk", "anyone", "leicester", "call")
    await noor.answers("0770 0900 111", "evenings", "no", "the library desk", "blue door")
    await noor.does(ChoiceMade("today"))
    plan = {"whose": "adult", "copy": "no", "part-leaving": "Do mamy, autobusem.", "based_on": "0"}
    assert (await amira.post(f"/cases/{noor.reference}/plan", plan)).status == 303
    whole = {"as": "json", "whose": "adult"}
    made = json.loads(await printed(amira, noor.reference, "plan", **whole))
    contact = made["safe_contact"]
    assert (contact["address"], contact["may_leave_voicemail"]) == ("0770 0900 111", False)
    assert made["plan"]["parts"] == {"leaving": "Do mamy, autobusem."}
    harbour.clock.move(days=2)
    amira = await harbour.sign_in("amira")
    body = await printed(amira, noor.reference, "plan", **whole)
    assert b"0770 0900 111" not in body
    assert json.loads(body)["safe_contact"] == {"may_contact": False, "state": "over"}
    assert b"0770" not in await printed(amira, noor.reference, "plan", **whole | {"as": "pdf"})


async def test_a_childs_plan_and_an_adults_stand_side_by_side(
    harbour: Harbour, amira: Desk, waiting: Visitor
) -> None:
    path = f"/cases/{waiting.reference}/plan"
    child = {"whose": "child", "copy": "not-asked", "part-go-to": "To Nan's.", "based_on": "0"}
    adult = {"whose": "adult", "copy": "yes", "part-word": "Umbrella", "based_on": "0"}
    for form in (child, adult):
        assert (await amira.post(path, form)).status == 303
    assert "To Nan&#39;s." in await amira.read(f"{path}?whose=child")
    assert "Umbrella" in await amira.read(f"{path}?whose=adult")
    refused = await amira.post(path, adult | {"copy": "", "based_on": "2"})
    assert (refused.status, "copy-not-said" in await refused.text()) == (409, True)
    assert [f["whose"] for f in await facts(harbour, "safety-plan-made")] == ["child", "adult"]


async def test_with_nothing_saved_nothing_is_printed(amira: Desk, waiting: Visitor) -> None:
    answer = await amira.post(f"/cases/{waiting.reference}/marac/print", {"as": "pdf"})
    assert (answer.status, "nothing-to-print" in await answer.text()) == (409, True)
