"""Coming back by a word in a real browser: after a reload nothing of before, then all of it."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.demo import Demo, choices, choose, picture, visit, write

WORD, OTHER = "blue kettle", "red kettle"
STORY = "He has a key to my flat"


async def fold(page: Page, name: str) -> None:
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_text(name, exact=True).click()


def opened(page: Page) -> Locator:
    """The fields of the fold that is open."""
    return page.locator("details[open] input")


async def keep(page: Page) -> None:
    await fold(page, "Come back later")
    await opened(page).nth(0).fill(WORD)
    await opened(page).nth(1).fill(OTHER)
    await page.get_by_role("button", name="Keep my word").click()
    await expect(page.get_by_text("Your word is kept.")).to_be_visible()


async def give(page: Page, word: str) -> None:
    await fold(page, "I have a word")
    await opened(page).fill(word)
    await opened(page).press("Enter")


async def begin_again(page: Page) -> None:
    await page.reload()
    await page.locator("button.main").click()
    await choices(page).first.wait_for()


@pytest.mark.parametrize("word", [WORD, OTHER])
async def test_a_word_brings_back_what_a_reload_took(
    demo: Demo, browser: Browser, word: str
) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit(browser, demo)
    await choose(visitor, 0, 0, 2)
    await write(visitor, STORY)
    await keep(visitor)
    assert WORD not in await visitor.content()
    await begin_again(visitor)
    await expect(visitor.locator(".line")).not_to_contain_text([STORY])
    await give(visitor, "green kettle")
    await expect(visitor.locator(".note")).to_contain_text("Nothing here opens with that word.")
    await give(visitor, word)
    # One question, and nothing of before, even out of sight.
    await expect(visitor.locator(".talk.silent .line")).to_have_count(1)
    assert STORY not in await visitor.content()
    await picture(visitor, "visitor-en-back")
    await choices(visitor).nth(0).click()
    await expect(visitor.get_by_text(STORY)).to_be_visible()
    await expect(visitor.locator(".talk.silent")).to_have_count(0)
    assert "kettle" not in await visitor.content()
    is_alarmed = amira.locator("p.alarm")
    await expect(is_alarmed).to_have_count(1 if word == OTHER else 0)


async def test_a_word_that_was_too_short_leaves_nothing_standing_once_another_is_kept(
    demo: Demo, browser: Browser
) -> None:
    visitor = await visit(browser, demo)
    await choose(visitor, 0, 0, 2)
    await fold(visitor, "Come back later")
    await opened(visitor).nth(0).fill("abc")
    await visitor.get_by_role("button", name="Keep my word").click()
    await expect(visitor.locator(".note")).to_contain_text("four letters")
    await keep(visitor)
    await expect(visitor.locator(".note")).to_be_empty()
    await expect(visitor.get_by_text("not sent")).to_have_count(0)
    await picture(visitor, "visitor-en-word-kept")
