"""The page before Continue says nothing of what it is, weighs little and leaves no trail (P16)."""

import gzip
import re
from pathlib import Path

from playwright.async_api import Browser

from tests.journeys.standin import WEBCHAT, open_talk, serving

# What a glance over a shoulder, or at the page's source, must not find.
TELLING = re.compile(
    r"abuse|violen|domestic|sexual|victim|survivor|helpline|emergency|police|danger|refuge|safe\b",
    re.IGNORECASE,
)


def served() -> list[Path]:
    return [path for path in (WEBCHAT / "static").iterdir() if path.name != "widget.js"]


async def test_the_neutral_page_says_nothing_of_what_it_is(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        await page.goto(f"{standin.address}/c/llr")
        source = await page.content()
        assert await page.title() == "Notes"
        assert TELLING.search(source) is None
        assert await page.locator("main button").all_inner_texts() == [
            "Continue",
            "English",
            "Polski",
            "اردو",
        ]


def test_what_is_served_beside_the_page_says_nothing_either() -> None:
    for path in served():
        assert TELLING.search(path.read_text("utf-8")) is None, path.name


async def test_the_page_weighs_less_than_thirty_kilobytes_and_the_widget_less_than_five() -> None:
    async with serving() as standin:
        whole = [standin.render("ur").encode(), *(path.read_bytes() for path in served())]
    assert sum(len(gzip.compress(each)) for each in whole) < 30_000
    assert len(gzip.compress((WEBCHAT / "static" / "widget.js").read_bytes())) < 5_000


async def test_continue_opens_the_talk_without_a_step_in_the_history(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        await page.goto(f"{standin.address}/c/llr")
        before = await page.evaluate("[history.length, location.href]")
        await page.locator("button.main").click()
        await page.get_by_text("Is it safe for you to write here now?").wait_for()
        assert await page.evaluate("[history.length, location.href]") == before
        assert await page.title() == "Notes"
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_a_named_language_changes_the_page_in_its_place(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        await page.goto(f"{standin.address}/c/llr")
        steps = await page.evaluate("history.length")
        await page.get_by_role("button", name="اردو").click()
        await page.get_by_role("button", name="جاری رکھیں").wait_for()
        assert await page.evaluate("document.documentElement.dir") == "rtl"
        assert "Exit" in await page.locator("a.leave:not(.first)").inner_text()
        assert await page.evaluate("history.length") == steps
        await page.locator("button.main").click()
        await page.get_by_text("کیا اس وقت یہاں لکھنا آپ کے لیے محفوظ ہے؟").wait_for()
        assert standin.received[0] == {"type": "hello", "language": "ur"}


async def test_the_page_asks_no_other_host_for_anything(browser: Browser) -> None:
    async with serving() as standin:
        page = await browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        trouble: list[str] = []
        page.on("console", lambda line: trouble.append(line.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        await open_talk(page, standin)
        assert all(url.startswith(standin.address) for url in asked)
        assert trouble == []
