"""On a small phone the choices and the last line are in view, and leaving stands apart."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.standin import Standin, open_talk, serving

SIZES = ((360, 640), (390, 800), (320, 568), (640, 360))

NEAR_THE_EXIT = """() => {
    const exit = document.querySelector("a.leave:not(.first)").getBoundingClientRect();
    const apart = (box) => Math.max(
        exit.left - box.right, box.left - exit.right, exit.top - box.bottom, box.top - exit.bottom);
    return [...document.querySelectorAll(".dock button, .dock textarea")]
        .filter((each) => each.offsetParent && apart(each.getBoundingClientRect()) < 16)
        .map((each) => each.textContent);
}"""

UNDER_THE_DOCK = """() => {
    const last = [...document.querySelectorAll(".line")].at(-1).getBoundingClientRect();
    return last.bottom - document.querySelector(".dock").getBoundingClientRect().top;
}"""


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with serving() as served:
        yield served


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def page(request: pytest.FixtureRequest, browser: Browser) -> Page:
    width, height = request.param
    return await browser.new_page(viewport={"width": width, "height": height})


async def hand_over(page: Page, standin: Standin) -> None:
    await standin.send(type="status", owner="worker")
    await standin.send(type="presence", worker="here")
    await standin.reply("Hello, I am Amira.")
    await page.locator(".with-person .line.worker").wait_for()


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_nothing_to_press_stands_within_a_slip_of_the_exit(
    page: Page, standin: Standin, language: str
) -> None:
    await open_talk(page, standin, language)
    assert await page.evaluate(NEAR_THE_EXIT) == []
    await hand_over(page, standin)
    assert await page.evaluate(NEAR_THE_EXIT) == []


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_what_exit_does_and_what_is_kept_is_in_view_before_the_first_question(
    page: Page, standin: Standin, language: str
) -> None:
    await open_talk(page, standin, language)
    said = await page.locator(".line.bot").first.bounding_box()
    asked = await page.locator(".line h2").bounding_box()
    dock = await page.evaluate("document.querySelector('.dock').getBoundingClientRect().top")
    assert said is not None
    assert asked is not None
    assert asked["y"] < dock
    assert said["y"] >= 0


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_the_first_choice_and_the_way_to_a_person_are_in_view(
    page: Page, standin: Standin, language: str
) -> None:
    await open_talk(page, standin, language)
    await page.locator(".choices button").first.click()
    await page.locator(".line.visitor + .line.bot").wait_for()
    dock = await page.evaluate("document.querySelector('.dock').getBoundingClientRect().top")
    choice = await page.locator(".choices button").first.bounding_box()
    assert choice is not None
    assert choice["y"] >= 0
    assert choice["y"] + choice["height"] <= dock
    if not await page.locator(".near button").first.is_visible():
        await page.locator(".fold > button").click()
    person = page.locator(".dock button:visible").first
    await expect(person).to_be_in_viewport(ratio=1)


async def test_the_last_line_is_not_under_the_dock_when_a_person_gives_the_talk_back(
    page: Page, standin: Standin
) -> None:
    await open_talk(page, standin)
    await hand_over(page, standin)
    await standin.send(type="status", owner="queue", staffed=True)
    for text in ("What you said is kept. " * 6, "The person had to go. You are in line again."):
        line = {"from": "bot", "text": text, "lang": "en", "dir": "ltr", "expects": "nothing"}
        await standin.send(**standin.newest.add(**line, silent=False))
    await page.get_by_text("The person had to go.").wait_for()
    assert await page.evaluate(UNDER_THE_DOCK) <= 0


async def test_more_is_whole_in_view_and_stop_stands_apart_from_the_languages(
    page: Page, standin: Standin
) -> None:
    await open_talk(page, standin)
    await page.locator(".fold > button").click()
    await expect(page.locator(".apart button")).to_have_text("Stop and end everything")
    await expect(page.locator(".apart button")).to_be_in_viewport(ratio=1)
    assert await page.locator(".scrolls").get_by_role("button", name="Stop").count() == 0
    last = page.locator(".scrolls button").last
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport(ratio=1)


async def test_the_line_to_write_in_opens_from_its_button(
    browser: Browser, standin: Standin
) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    await open_talk(page, standin)
    await expect(page.locator("textarea")).to_be_hidden()
    await page.get_by_role("button", name="Write", exact=True).click()
    await expect(page.locator("textarea")).to_be_focused()
    await page.locator("textarea").fill("In my own words.")
    await page.locator("textarea").press("Enter")
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    # Whoever writes may go on writing: it folds again when they press a choice.
    await expect(page.locator("textarea")).to_be_focused()


async def test_a_very_long_word_breaks_and_cuts_off_no_other_line(
    page: Page, standin: Standin
) -> None:
    await open_talk(page, standin)
    await hand_over(page, standin)
    await standin.reply("https://example.org/" + "boje" * 60)
    await page.get_by_text("bojeboje").wait_for()
    wide = (
        "() => [...document.querySelectorAll('.line')].map((l) => l.getBoundingClientRect().right)"
    )
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert all(right <= width for right in await page.evaluate(wide))


async def test_whoever_is_writing_goes_on_writing_when_the_next_question_comes(
    page: Page, standin: Standin
) -> None:
    await open_talk(page, standin)
    if not await page.locator("textarea").is_visible():
        await page.locator(".opener").click()
    await page.locator("textarea").fill("me")
    await page.locator("textarea").press("Enter")
    await page.locator(".line.visitor + .line.bot").wait_for()
    await page.keyboard.type("hes here")
    await page.keyboard.press("Enter")
    await expect(page.locator(".line.visitor").last).to_contain_text("hes here")
