"""Taking and passing on in a real browser: live, by keyboard, no word lost; and how it looks."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import Harbour, Visitor, clock, harbour, in_danger, staffed, waiting
from tests.journeys.test_console_shift import Hand, Hands, hands

__all__ = ["clock", "hands", "harbour", "in_danger", "staffed", "waiting"]

PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of every page, for whoever wants to look."""

WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 400, "height": 800}


async def look_at(page: Page, name: str) -> None:
    """No violation, nothing wider than the window, and a picture of it where one is wanted."""
    for width in (WIDE, SMALL):
        await page.set_viewport_size(width)  # type: ignore[arg-type]
        result = await Axe().run(page)
        found = [
            (v["id"], [n["target"] for n in v["nodes"]]) for v in result.response["violations"]
        ]
        assert found == [], (name, width)
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(over) <= 0, (name, width)
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{width['width']}.png"
            await page.screenshot(path=path, full_page=True)
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@pytest.fixture
async def amira(hands: Hands, waiting: Visitor) -> Hand:
    """Amira took the next, which is Noor."""
    hand = await hands("amira")
    await hand.page.keyboard.press("n")
    await hand.stand_at(waiting.reference)
    return hand


async def test_an_offer_is_made_answered_and_seen_without_a_reload(
    harbour: Harbour, amira: Hand, hands: Hands, waiting: Visitor
) -> None:
    ben = await hands("ben")
    await amira.page.fill("#text", "half written")
    await amira.page.locator(".talk").focus()
    await amira.page.keyboard.press("o")
    await amira.page.get_by_label("To whom?").select_option(label="Ben")
    await look_at(amira.page, "offering")
    await amira.page.get_by_role("button", name="Offer", exact=True).click()
    await expect(amira.page.get_by_text("Offered to Ben")).to_be_visible()
    await expect(amira.page.locator("#text")).to_have_value("half written")
    told = ben.page.get_by_role("status").filter(has_text="Amira offers you a case")
    await expect(told).to_be_visible()
    await told.get_by_role("link").click()
    await ben.stand_at(waiting.reference)
    await look_at(ben.page, "offered")
    await ben.page.get_by_role("button", name="Accept").click()
    await expect(ben.page.locator("#text")).to_be_visible()
    kept = amira.page.get_by_label("What you wrote, not sent")
    await expect(kept).to_have_value("half written")


async def test_a_supervisor_listens_and_whispers_and_the_worker_sees_it(
    harbour: Harbour, amira: Hand, hands: Hands, waiting: Visitor
) -> None:
    dev = await hands("dev")
    await dev.row(waiting.reference).click()
    await expect(dev.page.get_by_text("Held by Amira")).to_be_visible()
    await look_at(dev.page, "opening")
    await dev.page.get_by_role("button", name="Listen").click()
    await dev.stand_at(waiting.reference)
    await expect(amira.page.get_by_text("Listens: Dev")).to_be_visible()
    await dev.page.get_by_placeholder("To staff in this talk only").fill("Ask of the children")
    await dev.page.get_by_role("button", name="Whisper").click()
    await expect(amira.page.get_by_text("Ask of the children")).to_be_visible()
    await look_at(dev.page, "listening")
    await look_at(amira.page, "whispered")
    assert waiting.talk is not None
    lines = await harbour.store.lines(waiting.talk.id)
    assert not any("children" in line.text for line in lines if line.text.startswith("Ask"))


async def test_one_press_takes_the_person_i_know_away(
    harbour: Harbour, amira: Hand, hands: Hands, waiting: Visitor
) -> None:
    dev = await hands("dev")
    await amira.page.get_by_role("button", name="I know this person").click()
    await expect(amira.page.get_by_text("Open a case on the left")).to_be_visible()
    await expect(amira.row(waiting.reference)).to_have_count(0)
    seen = dev.page.get_by_role("button", name="I have seen this")
    await expect(seen).to_be_visible()
    await look_at(dev.page, "conflict")
    await seen.click()
    await expect(seen).to_have_count(0)


async def test_the_pages_of_supervisors_and_managers(
    harbour: Harbour, amira: Hand, browser: Browser, hands: Hands, waiting: Visitor
) -> None:
    ben = await harbour.sign_in("ben")
    await ben.post(f"/cases/{waiting.reference}/open", {"reason": "cover"})
    dev = await hands("dev")
    await dev.page.get_by_role("link", name="Skills").click()
    await dev.page.get_by_text("Amira").click()
    amiras = dev.page.locator("details[open]")
    await amiras.get_by_label("Polish").check()
    await look_at(dev.page, "skills")
    await amiras.get_by_role("button", name="Keep").click()
    await dev.page.get_by_text("Amira").click()
    await expect(dev.page.locator("details[open]").get_by_label("Polish")).to_be_checked()
    context = await browser.new_context()
    mo = Hand(harbour, await context.new_page())
    await mo.page.goto(str(harbour.server.make_url("/staff/harbour")))
    await mo.prove("mo")
    await mo.page.get_by_role("link", name="What was opened").click()
    await expect(mo.page.get_by_role("cell", name="Ben")).to_be_visible()
    await look_at(mo.page, "openings")
    await context.close()
