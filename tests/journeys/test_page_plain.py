"""Without scripts every step of the talk works as plain forms on the same address."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.standin import Standin, serving


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with serving() as served:
        yield served


@pytest.fixture
async def page(browser: Browser, standin: Standin) -> Page:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{standin.address}/c/llr")
    return page


async def test_a_whole_talk_goes_by_forms(page: Page, standin: Standin) -> None:
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Yes, it is safe").click()
    await page.get_by_label("Write in your own words").fill("In my words.")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_label("Talking it through").check()
    await page.get_by_label("Knowing what I can do").check()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_text("Thank you. You can write here while you wait.").wait_for()
    said = [line["text"] for line in standin.newest.lines if line["from"] == "visitor"]
    assert said == ["yes", "In my words.", "talk, advice"]
    assert page.url == f"{standin.address}/c/llr"


async def test_enter_in_the_own_words_line_sends_the_words_and_chooses_nothing(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Write in your own words").fill("Words.")
    await page.get_by_role("button", name="Send").press("Enter")
    await page.get_by_text("What brings you here today?").wait_for()
    assert standin.newest.lines[3]["text"] == "Words."


async def test_person_numbers_skip_back_and_language_are_buttons_of_the_same_page(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Emergency numbers").click()
    await page.get_by_role("button", name="Go on with the questions").click()
    await page.get_by_role("button", name="Go back").click()
    await page.get_by_text("More", exact=True).click()
    await page.get_by_role("button", name="اردو").click()
    await page.get_by_role("button", name="یہ چھوڑ دیں").click()
    said = [line["text"] for line in standin.newest.lines if line["from"] == "visitor"]
    assert said == ["numbers", "on", "back", "ur", "skip"]


async def test_the_quiet_page_holds_nothing_but_its_one_line_and_its_one_choice(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="No, or I am not sure").click()
    source = await page.content()
    assert "You can come back to this page at any time." in source
    assert await page.locator(".choices button").count() == 1
    for telling in ("safe", "Emergency", "Talk to a person", "shoulder", "red button"):
        assert telling not in source


async def test_exit_without_scripts_goes_by_the_servers_own_address(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Continue").click()
    await page.locator("a.leave:not(.first)").click()
    await page.wait_for_url("**/elsewhere")
    assert standin.exits == ["GET"]


async def test_a_named_language_turns_the_first_page_without_scripts(page: Page) -> None:
    await page.get_by_role("button", name="اردو").click()
    await page.get_by_role("button", name="جاری رکھیں").click()
    await page.get_by_role("heading", name="کیا اس وقت یہاں لکھنا آپ کے لیے محفوظ ہے؟").wait_for()
