"""Every drawn state can be used by everybody: no axe violation, nothing cut off, words at 7:1."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.journeys.standin import Standin, open_talk, serving

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The enhanced contrast row (7:1) stands outside those sets.
OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with serving() as served:
        yield served


async def is_clean(page: Page) -> None:
    results = await Axe().run(page, options=OPTIONS)
    found = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in results.response["violations"]
    ]
    assert found == []
    assert await page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


async def open_first(page: Page, standin: Standin, language: str) -> None:
    await page.goto(f"{standin.address}/c/llr?language={language}")


async def open_more(page: Page, standin: Standin, language: str) -> None:
    await open_talk(page, standin, language)
    await page.locator(".fold > button").click()


async def open_several(page: Page, standin: Standin, language: str) -> None:
    await open_talk(page, standin, language)
    await page.locator(".choices button").first.click()
    await page.locator(".line.visitor + .line.bot").wait_for()
    await page.locator(".choices button").first.click()
    await page.locator("input[type=checkbox]").first.check()


async def open_person(page: Page, standin: Standin, language: str) -> None:
    await open_talk(page, standin, language)
    await standin.send(type="status", owner="worker")
    await standin.send(type="presence", worker="here")
    await standin.reply("Hello, I am Amira.")
    await page.locator("textarea").fill("Hello.")
    await page.locator("textarea").press("Enter")
    await page.locator(".line.visitor").wait_for()


async def open_quiet(page: Page, standin: Standin, language: str) -> None:
    await open_talk(page, standin, language)
    await page.locator(".choices button").nth(1).click()
    await page.locator("main.silent").wait_for()
    await page.locator(".fold > button").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
async def test_every_state_is_without_an_axe_violation(
    browser: Browser, standin: Standin, language: str, scheme: str
) -> None:
    states: tuple[Callable[[Page, Standin, str], Awaitable[None]], ...] = (
        open_first,
        open_talk,
        open_more,
        open_several,
        open_quiet,
        open_person,
    )
    for width, state in zip((320, 1280, 320, 1280, 320, 320), states, strict=True):
        context = await browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 700},
        )
        page = await context.new_page()
        await state(page, standin, language)
        await is_clean(page)
        await context.close()


async def test_everything_can_be_reached_at_four_hundred_per_cent(
    browser: Browser, standin: Standin
) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 256})
    await open_talk(page, standin, "ur")
    for name in (".opener", "textarea", ".fold > button", ".choices button"):
        await page.locator(name).first.scroll_into_view_if_needed()
        await page.locator(name).first.click(timeout=2_000)
    await page.locator(".line.visitor").wait_for()


async def test_every_press_is_at_least_forty_four_pixels(
    browser: Browser, standin: Standin
) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 700})
    await open_more(page, standin, "en")
    sizes = await page.evaluate(
        """() => [...document.querySelectorAll("button, textarea, a.leave:not(.first)")]
            .filter((each) => each.checkVisibility())
            .map((each) => [each.textContent, each.getBoundingClientRect()])
            .filter(([, box]) => Math.min(box.width, box.height) < 44)
            .map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""
    )
    assert sizes == []
