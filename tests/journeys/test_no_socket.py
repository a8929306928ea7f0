"""A network that lets no socket through, as some workplaces' and refuges' do: the talk goes on."""

import re

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.journeys.demo import Demo, choices, choose, neutral, picture, write
from tests.journeys.test_front_door import close, only_case, open_case

SOON = 30_000


async def refuse(socket: WebSocketRoute) -> None:
    """As a proxy does that does not know what a socket is."""
    await socket.close(code=1011)


async def visit_by_posts(browser: Browser, demo: Demo) -> Page:
    page = await neutral(browser, demo)
    await page.context.route_web_socket(re.compile(".*"), refuse)
    await page.locator("button.main").click()
    await choices(page).first.wait_for(timeout=SOON)
    return page


@pytest.mark.slow
async def test_a_whole_talk_with_a_worker_goes_without_a_socket(
    demo: Demo, browser: Browser
) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit_by_posts(browser, demo)
    await choose(visitor, 0, 0, 2)
    reference = await only_case(amira)
    await open_case(amira)
    await expect(amira.locator(".strip")).not_to_contain_text("closed")
    await write(visitor, "He reads the history of this machine")
    await expect(visitor.locator(".line.visitor").last).to_contain_text("Sent", timeout=SOON)
    await amira.locator("form[data-move=claim] button").click()
    await amira.locator("#text").fill("I am here. Can you write?")
    await amira.locator("form[data-move=reply] button.main").click()
    await expect(visitor.locator(".line.worker")).to_contain_text("Can you write?", timeout=SOON)
    await picture(visitor, "visitor-en-by-posts")
    # A kill in the middle: the page comes back, and what was not taken is sent again (I2, I17).
    demo.kill()
    await write(visitor, "Yes, until five")
    demo.start()
    mine = visitor.locator(".line.visitor").filter(has_text="until five")
    await expect(mine).to_contain_text("Sent", timeout=2 * SOON)
    await amira.reload()
    assert await amira.locator("h2 .ref").inner_text() == reference
    said = amira.locator(".line.visitor .said").filter(has_text="until five")
    await expect(said).to_have_count(1)
    await close(amira)
    await expect(visitor.locator("textarea")).to_be_hidden(timeout=SOON)


async def test_exit_ends_it_at_the_server_as_well(demo: Demo, browser: Browser) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit_by_posts(browser, demo)
    await choose(visitor, 0)
    await open_case(amira)
    await visitor.locator("a.leave:not(.first)").click()
    await visitor.wait_for_url(re.compile("^https:"))
    await expect(amira.locator(".strip")).to_contain_text("left", timeout=SOON)
    await visitor.go_back()
    assert "Is anyone" not in await visitor.content()
