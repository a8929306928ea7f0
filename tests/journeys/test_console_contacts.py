"""The pages of contacts in a real browser: whole for everybody, and one key leaves the card."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from handoff.call_back import Result
from tests.console.conftest import Harbour, Visitor, clock, harbour, staffed, waiting
from tests.console.test_calls import NUMBER, reachable
from tests.journeys.demo import picture
from tests.journeys.test_console_shift import Hand, Hands, hands

__all__ = ["clock", "hands", "harbour", "reachable", "staffed", "waiting"]

NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}


async def look(hand: Hand, path: str, name: str) -> None:
    """A page at both widths: pictured, without an axe violation, and nothing wider than it."""
    url = str(hand.house.server.make_url(f"/staff/harbour{path}"))
    await hand.page.goto(url)
    await see(hand, name)


async def see(hand: Hand, name: str) -> None:
    for size in (WIDE, NARROW):
        await hand.page.set_viewport_size(size)  # type: ignore[arg-type]
        await picture(hand.page, f"contacts-{name}-{size['width']}")
        wide = await hand.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], (name, wide)
        found = await Axe().run(hand.page)
        assert found.violations_count == 0, (name, found.generate_report())


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_every_page_is_whole_at_both_widths_and_esc_leaves_the_card(
    harbour: Harbour, reachable: Visitor, hands: Hands
) -> None:
    amira = await hands("amira")
    case = f"/cases/{reachable.reference}"
    await look(amira, "/enter", "enter")
    for part in ("calls", "word", "referrals", "agreed"):
        await look(amira, f"{case}/{part}", part)
    await amira.page.goto(str(harbour.server.make_url(f"/staff/harbour{case}/calls")))
    await amira.page.fill("#due", "2026-11-24T11:30")
    await amira.page.get_by_role("button", name="Book").click()
    await see(amira, "booked")
    await look(amira, "/calls", "due")
    await look(amira, f"{case}/card", "card-hidden")
    await amira.page.select_option("#reason", "call-back")
    await amira.page.get_by_role("button", name="Show the card").click()
    await expect(amira.page.get_by_text(NUMBER)).to_be_visible()
    await see(amira, "card")
    await amira.page.keyboard.press("Escape")
    await amira.page.wait_for_url("**/calls")
    await expect(amira.page.get_by_text(NUMBER)).to_have_count(0)
    entries = await harbour.store.entries(reachable.reference)
    assert entries[-1].content["do"] == Result.ABANDONED


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_a_phrase_goes_into_the_box_by_keyboard_and_is_not_sent(
    harbour: Harbour, waiting: Visitor, hands: Hands
) -> None:
    ben = await hands("ben")
    await ben.open(waiting.reference)
    await ben.page.keyboard.press("c")
    box = ben.page.locator("#text")
    await box.fill("I see.")
    await box.press("Escape")
    await ben.page.keyboard.press("p")
    await see(ben, "phrases")
    await ben.page.get_by_role("button", name="Take the time").press("Enter")
    await expect(box).to_have_value(
        "I see. Take the time that you need. You can leave out anything."
    )
    await expect(box).to_be_focused()
    assert await ben.page.locator(".line.worker").count() == 0
