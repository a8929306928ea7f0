"""The file of a case in a real browser: a whole assessment into a referral, and no page in the way.

By keyboard, without scripts, at the width of a phone and of a desk.
"""

import json
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor, clock, harbour, staffed, waiting
from tests.journeys.test_console_shift import Hand, Hands, hands

__all__ = ["clock", "hands", "harbour", "staffed", "waiting"]

PAGES = ("file", "risk", "decisions", "marac", "plan", "review")


async def go(hand: Hand, reference: str, page: str) -> None:
    where = f"/staff/{HARBOUR}/cases/{reference}/{page}"
    await hand.page.goto(str(hand.house.server.make_url(where)))


@pytest.fixture
async def noor(harbour: Harbour, staffed: Desk) -> Visitor:
    """Noor was held by the neck, and has children with her."""
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me", "18-or-over")
    return await noor.answers("before", "recent", "no", "home", "yes", "he waits at my work")


async def test_an_assessment_becomes_a_referral_on_paper_and_nothing_is_typed_twice(
    harbour: Harbour, noor: Visitor, hands: Hands, tmp_path: Path
) -> None:
    amira = await hands("amira", java_script_enabled=False)
    page = amira.page
    await go(amira, noor.reference, "risk")
    await expect(page.get_by_text("Has anyone held you by the neck?")).to_be_visible()
    await page.get_by_label("Where the answers come from").select_option("person-said")
    for topic in await page.locator("fieldset:has(select)").all():
        await topic.get_by_label("Yes", exact=True).check()
    await page.get_by_label("Where they live").select_option("leicester")
    await page.get_by_role("button", name="Save the assessment").click()
    await expect(page.get_by_text("24 of 24 yes")).to_be_visible()
    await page.get_by_role("link", name="MARAC").click()
    await expect(page.get_by_label("Visible high risk")).to_be_checked()
    await page.get_by_label("The person agrees").check()
    await page.get_by_label("Name", exact=True).fill("Noor A.")
    await page.get_by_label("What happened, and why now").fill("હું ડરું છું")
    await page.get_by_role("button", name="Save the referral").click()
    for name, ending in (("Print what is saved", "pdf"), ("As a file", "json")):
        async with page.expect_download() as coming:
            await page.get_by_role("button", name=name).click()
        download = await coming.value
        assert download.suggested_filename == f"{noor.reference}.{ending}"
        await download.save_as(tmp_path / f"made.{ending}")
    assert (tmp_path / "made.pdf").read_bytes().startswith(b"%PDF-")
    made = json.loads((tmp_path / "made.json").read_text())
    assert made["referral"]["words"]["happened"] == "હું ડરું છું"
    assert made["intake"]["story.most-afraid"]["words"] == "he waits at my work"


async def test_two_in_one_plan_see_each_others_words_and_lose_none(
    harbour: Harbour, noor: Visitor, hands: Hands
) -> None:
    amira, dev = await hands("amira"), await hands("dev")
    for hand in (amira, dev):
        await go(hand, noor.reference, "plan")
    await amira.page.get_by_label("A word that means: call 999").fill("Umbrella")
    await amira.page.get_by_label("They may keep a copy", exact=True).check()
    await amira.page.get_by_role("button", name="Save the plan").click()
    await dev.page.get_by_label("People I can tell or go to").fill("Her sister")
    await dev.page.get_by_label("No copy").check()
    await dev.page.get_by_role("button", name="Save the plan").click()
    now = dev.page.get_by_role("region", name="What stands now")
    await expect(now).to_contain_text("Umbrella")
    await expect(dev.page.get_by_label("People I can tell or go to")).to_have_value("Her sister")
    await dev.page.get_by_label("A word that means: call 999").fill("Umbrella")
    await dev.page.get_by_role("button", name="Save the plan").click()
    await go(dev, noor.reference, "plan")
    await expect(dev.page.get_by_label("A word that means: call 999")).to_have_value("Umbrella")
    await expect(dev.page.get_by_label("People I can tell or go to")).to_have_value("Her sister")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
async def test_every_page_of_a_file_passes_axe_and_fits_its_window(
    harbour: Harbour, noor: Visitor, hands: Hands, width: int, scheme: str
) -> None:
    dev = await hands("dev", viewport={"width": width, "height": 900}, color_scheme=scheme)
    await go(dev, noor.reference, "risk")
    await dev.page.get_by_label("Where the answers come from").select_option("person-said")
    for topic in (await dev.page.locator("fieldset:has(select)").all())[:11]:
        await topic.get_by_label("Yes", exact=True).check()
    await dev.page.get_by_role("button", name="Save the assessment").click()
    home = harbour.server.make_url(f"/staff/{HARBOUR}")
    cases = [f"{home}/cases/{noor.reference}{page}" for page in ("", *(f"/{p}" for p in PAGES))]
    for where in (*cases, f"{home}/register"):
        await dev.page.goto(where)
        found = await Axe().run(dev.page)
        assert found.violations_count == 0, (where, found.generate_report())
        is_wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not await dev.page.evaluate(is_wide), where
