"""The button on another site's page: alone, closed, and silent until it is pressed."""

from playwright.async_api import Browser, Page

from tests.journeys.standin import Standin, serving


async def open_host(page: Page, standin: Standin) -> None:
    """Another origin's page with the button in it, until the keyboard can reach the button."""
    await page.goto(standin.address.replace("127.0.0.1", "localhost") + "/host")
    await page.locator("frontdoor-chat:defined").wait_for()


async def test_nothing_is_asked_of_us_before_the_press(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        asked: list[str] = []
        trouble: list[str] = []
        page.on("request", lambda request: asked.append(request.url.split("/", 3)[3]))
        page.on("console", lambda line: trouble.append(line.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        await open_host(page, standin)
        assert set(asked) <= {"host", "widget/v1.js", "widget/v1.js?again", "favicon.ico"}
        assert [line for line in trouble if "favicon" not in line] == []
        assert await page.evaluate("document.querySelector('frontdoor-chat').shadowRoot") is None


async def test_a_press_opens_our_own_page_in_the_place_of_the_hosts(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        await open_host(page, standin)
        steps = await page.evaluate("history.length")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/c/llr")
        assert await page.evaluate("history.length") == steps
