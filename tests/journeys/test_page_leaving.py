"""Leaving covers the screen first, tells the server twice, and leaves nothing behind Back (P1)."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.standin import Standin, open_talk, serving

CANARY = "Noor wrote this canary line"
LEAVE = "a.leave:not(.first)"


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with serving() as served:
        yield served


@pytest.fixture
async def page(browser: Browser, standin: Standin) -> Page:
    page = await browser.new_page()
    await open_talk(page, standin)
    await page.locator("textarea").fill(CANARY)
    await page.locator("textarea").press("Enter")
    await page.locator(".line", has_text=CANARY).wait_for()
    return page


async def is_left(page: Page) -> None:
    await page.wait_for_url("**/elsewhere")
    assert CANARY not in await page.content()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_press_covers_the_screen_at_once_and_wipes_the_page(page: Page) -> None:
    took, left, parts = await page.evaluate(
        """() => {
            const start = performance.now();
            document.querySelector("a.leave:not(.first)").click();
            const took = performance.now() - start;
            return [took, document.body.textContent, document.body.children.length];
        }"""
    )
    assert took < 100
    assert (left, parts) == ("Leaving this page.", 1)


async def test_leaving_tells_the_server_over_the_socket_and_by_a_request(
    page: Page, standin: Standin
) -> None:
    await page.locator(LEAVE).click()
    await is_left(page)
    assert sorted(standin.exits) == ["POST", "socket"]


async def test_leaving_works_while_there_is_no_connection(page: Page, standin: Standin) -> None:
    standin.refuses = True
    standin.drop()
    await page.locator(LEAVE).click()
    await is_left(page)
    assert standin.exits == ["POST"]


async def test_back_after_leaving_shows_nothing_of_the_talk(page: Page, standin: Standin) -> None:
    steps = await page.evaluate("history.length")
    await page.locator(LEAVE).click()
    await is_left(page)
    assert await page.evaluate("history.length") == steps
    await page.go_back()
    assert standin.address not in page.url
    assert CANARY not in await page.content()


async def test_shift_three_times_alone_leaves(page: Page) -> None:
    await press(page, "Shift", "Shift", "Shift")
    await is_left(page)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("Shift", "Shift"), id="twice"),
        pytest.param(("Shift", "Shift", "a", "Shift"), id="another key starts again"),
        pytest.param(("Shift+A", "Shift", "Shift"), id="a modifier is not a press"),
    ],
)
async def test_shift_does_not_leave_when_it_is_not_three_times_alone(
    page: Page, keys: tuple[str, ...]
) -> None:
    await press(page, *keys)
    assert page.url.endswith("/c/llr?language=en")
    await page.locator(".line", has_text=CANARY).wait_for()
    assert await page.locator("textarea").count() == 1


async def test_shift_counts_only_within_five_seconds(browser: Browser, standin: Standin) -> None:
    page = await browser.new_page()
    await page.clock.install()
    await open_talk_with_clock(page, standin)
    await press(page, "Shift", "Shift")
    await page.clock.run_for(5_100)
    await press(page, "Shift", "Shift")
    assert page.url.endswith("/c/llr")
    await press(page, "Shift")
    await page.wait_for_url("**/elsewhere")


async def open_talk_with_clock(page: Page, standin: Standin) -> None:
    await page.goto(f"{standin.address}/c/llr")
    await page.locator("button.main").click()
    await page.locator("textarea").wait_for()


async def test_the_first_stop_of_the_keyboard_is_a_way_out(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        await page.goto(f"{standin.address}/c/llr")
        await page.keyboard.press("Tab")
        first = page.locator("a.leave.first")
        assert await first.evaluate("(link) => link === document.activeElement")
        assert await first.inner_text() == "Exit this page"
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/elsewhere")


async def test_the_way_out_keeps_its_corner_and_is_big_enough_for_a_thumb(page: Page) -> None:
    for width, height in ((320, 568), (390, 844), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        box = await page.locator(LEAVE).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert width - 40 <= box["x"] + box["width"] <= width
        assert height - 40 <= box["y"] + box["height"] <= height


async def test_hiding_the_page_wipes_it_and_coming_back_finds_the_neutral_page(page: Page) -> None:
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert CANARY not in await page.content()
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert await page.locator("main button.main").inner_text() == "Continue"
    assert await page.locator(".line").count() == 0
