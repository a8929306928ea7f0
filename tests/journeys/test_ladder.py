"""An alarm climbs in a real browser: seen with one press, nothing half written lost, clean."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.ladder import Ladder
from tests.console.climbing import look, on_call
from tests.console.conftest import Clock, Desk, Harbour, Visitor, clock, harbour, in_danger, staffed
from tests.journeys.demo import PICTURES
from tests.journeys.test_console_shift import Hand

__all__ = ["Clock", "clock", "harbour", "in_danger", "staffed"]

WIDTHS = (1280, 400)


@pytest.fixture
async def dev(harbour: Harbour, browser: Browser) -> AsyncIterator[Hand]:
    """The supervisor's desk, in a browser."""
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    hand = await Hand(harbour, page).sign_in("dev")
    yield hand
    assert hand.errors == []


async def is_clean(page: Page, name: str) -> None:
    """No axe violation and nothing cut off, wide and narrow; a picture of each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        results = await Axe().run(page)
        found = [(rule["id"], rule["nodes"][0]["html"]) for rule in results.response["violations"]]
        assert found == []
        assert await page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    await page.set_viewport_size({"width": WIDTHS[0], "height": 800})


async def test_it_rings_without_content_and_is_seen_with_one_press_beside_a_draft(
    harbour: Harbour, in_danger: Visitor, dev: Hand, browser: Browser
) -> None:
    other = await (await harbour.visitor("kit")).answers("yes", "me", "no", "me")
    await dev.open(other.reference)
    await dev.page.get_by_role("button", name="Claim").click()
    await dev.page.fill("#text", "half a reply")
    ladder = Ladder(harbour.house)
    await on_call(harbour)
    harbour.clock.move(minutes=1)
    await look(harbour, ladder)
    alarm = dev.page.locator(".climbed")
    await expect(alarm).to_contain_text("Nobody has taken this emergency")
    await expect(alarm).to_contain_text("Supervisors are told")
    title = await dev.page.title()
    assert title.endswith("Desk")
    assert in_danger.reference not in title
    await is_clean(dev.page, "ladder-alarm")
    await alarm.get_by_role("button", name="I have seen this").click()
    await expect(alarm).to_have_count(0)
    await expect(dev.page.locator("#text")).to_have_value("half a reply")
    await expect(dev.row(in_danger.reference)).to_contain_text("seen by Dev")


async def test_a_notice_on_another_screen_says_the_pages_name_and_nothing_else(
    harbour: Harbour, staffed: Desk, dev: Hand
) -> None:
    await dev.page.evaluate(
        """() => {
          window.told = [];
          window.Notification = class {
            static permission = "granted";
            static requestPermission() {}
            constructor(...said) { window.told.push(said); }
          };
          Object.defineProperty(document, "hidden", { get: () => true });
        }"""
    )
    await dev.page.get_by_role("button", name="Notices").click()
    noor = await (await harbour.visitor()).answers("yes", "me", "yes")
    await expect(dev.row(noor.reference)).to_be_visible()
    await dev.page.wait_for_function("window.told.length > 0")
    assert await dev.page.evaluate("window.told") == [["Desk", {"tag": "desk", "silent": True}]]


async def test_the_rota_is_kept_and_tested_without_a_script(
    harbour: Harbour, dev: Hand, browser: Browser
) -> None:
    page = dev.page
    await page.get_by_role("link", name="On call").click()
    await expect(page.get_by_text("Nobody is on call now.")).to_be_visible()
    await page.fill("#for-whom", "Mo, manager")
    await page.fill("#number", "07700 900123")
    await page.fill("#from", "2026-11-24T08:00")
    await page.fill("#until", "2026-11-25T08:00")
    await page.get_by_role("button", name="Put on the rota").click()
    await expect(page.get_by_text("On call now")).to_be_visible()
    await page.get_by_role("button", name="Send a test").click()
    await expect(page.get_by_text("Test sent, not answered yet")).to_be_visible()
    await is_clean(page, "on-call")
    await page.get_by_role("button", name="They answered").click()
    await expect(page.get_by_text("Tested, and answered")).to_be_visible()


async def test_somebody_left_in_danger_and_a_person_decides(
    harbour: Harbour, staffed: Desk, in_danger: Visitor, dev: Hand
) -> None:
    await in_danger.leaves()
    await dev.open(in_danger.reference)
    await is_clean(dev.page, "duty-owed")
    await dev.page.get_by_role("link", name="Record the duty decision").click()
    await is_clean(dev.page, "duty-form")
    await dev.page.get_by_label("There is no safe way").check()
    await dev.page.get_by_label("Why, in your own words").fill("He reads her messages.")
    await dev.page.get_by_role("button", name="Record the decision").click()
    await expect(dev.page.get_by_text("Decide again")).to_be_visible()
    await is_clean(dev.page, "duty-decided")
