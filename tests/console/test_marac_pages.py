"""MARAC referral and safety plans in the console: from one record, printed, nothing retyped."""

import json

import pytest

from flows.events import ChoiceMade
from handoff.desk import File, Move
from handoff.filing import KINDS, Kind
from handoff.permissions import Permission
from handoff.reference import Reference
from storage.store import Change, Committed
from tests.console.assessing import assess, facts
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor


@pytest.fixture
async def amira(harbour: Harbour) -> Desk:
    return await harbour.sign_in("amira")


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


async def test_a_referral_of_a_joined_reference_makes_a_repeat_too(
    harbour: Harbour, amira: Desk, waiting: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = Kind(Permission.TAKE_CASES, Permission.TAKE_CASES)
    monkeypatch.setattr("handoff.filing.KINDS", {**KINDS, "joined": joined})
    monkeypatch.setattr("bot.console.casefile.KINDS", {**KINDS, "joined": joined})
    before = await (await harbour.visitor("noor-before")).answers("yes", "me", "no", "me")
    path = f"/cases/{waiting.reference}/marac"
    assert (await amira.post(f"/cases/{before.reference}/marac", REFERRAL)).status == 303
    assert "less than 12 months ago" not in await amira.read(path)
    step = File("joined", {"other": before.reference})
    by = harbour.account("amira").staff
    await harbour.house.door.move(HARBOUR, Move("join-1", waiting.reference, by, step))
    assert "less than 12 months ago" in await amira.read(path)
    assert "read-joined" in await harbour.actions(before.reference)


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
