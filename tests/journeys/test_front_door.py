"""The whole journey in a real browser: a visitor's first word to a worker's reply, and back."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.demo import Demo, choices, choose, neutral, picture, visit, write

WORDS = {
    "en": ("He has locked me in the kitchen", "You are not alone with this. Can you talk?", "yes"),
    "ur": ("اس نے مجھے کمرے میں بند کر دیا ہے", "میں یہاں ہوں۔ کیا آپ بات کر سکتی ہیں؟", "ہاں"),
}


async def only_case(desk: Page) -> str:
    """The reference of the one case that waits."""
    row = desk.locator("a.row")
    await expect(row).to_have_count(1)
    return str(await row.locator(".ref").inner_text())


async def open_case(desk: Page) -> None:
    await desk.locator("a.row").first.click()
    await desk.locator(".ten").wait_for()


@pytest.mark.parametrize("language", ["en", "ur"])
async def test_a_visitor_in_danger_and_a_worker_find_each_other(
    demo: Demo, browser: Browser, language: str
) -> None:
    story, reply, answer = WORDS[language]
    amira = await demo.sign_in(browser, "amira")
    ben = await demo.sign_in(browser, "ben")
    visitor = await visit(browser, demo, language)
    await picture(visitor, f"visitor-{language}-first-question")
    await choose(visitor, 0)
    # From the first answer on the case is listed, live, and could be claimed (P11).
    reference = await only_case(amira)
    await choose(visitor, 0, 0)
    # Danger makes itself noticed at both desks, without a reload (P3).
    await expect(amira.locator("p.alarm")).to_contain_text(reference)
    await expect(ben.locator("p.alarm")).to_contain_text(reference)
    await expect(visitor.get_by_text("999").first).to_be_in_viewport(ratio=1)
    await picture(visitor, f"visitor-{language}-danger")
    await picture(amira, f"desk-{language}-alarm")
    await write(visitor, story)
    await open_case(amira)
    await open_case(ben)
    await amira.locator("form[data-move=claim] button").click()
    await expect(amira.locator("form[data-move=reply]")).to_be_visible()
    # A second worker cannot claim, and reads on for a reason alone: their page asks for one, live.
    await expect(ben.locator("main")).to_contain_text("Held by Amira")
    await expect(ben.locator("form[data-move=claim]")).to_have_count(0)
    await expect(amira.locator(".lines")).to_contain_text(story)
    await amira.locator("#text").fill(reply)
    await amira.locator("form[data-move=reply] button.main").click()
    await expect(visitor.locator(".line.worker")).to_contain_text(reply)
    await write(visitor, answer)
    await expect(amira.locator(".line.visitor").last).to_contain_text(answer)
    await picture(visitor, f"visitor-{language}-with-a-person")
    await picture(amira, f"desk-{language}-talk")
    await close(amira)
    await expect(visitor.locator(".line.bot").last).not_to_contain_text(reply)
    await expect(visitor.locator("textarea")).to_be_hidden()
    await picture(visitor, f"visitor-{language}-ended")


async def close(desk: Page) -> None:
    await desk.locator("#closing summary").click()
    await desk.select_option("#outcome", "supported")
    await desk.locator("form[data-move=close] button").click()
    await expect(desk.locator(".strip")).to_contain_text("Closed")


async def test_each_side_truthfully_sees_whether_the_other_is_there(
    demo: Demo, browser: Browser
) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit(browser, demo)
    await choose(visitor, 0)
    await open_case(amira)
    await amira.locator("form[data-move=claim] button").click()
    await expect(amira.locator("#truth")).to_contain_text("have the page open")
    await expect(visitor.locator(".state")).to_contain_text("A person is here")
    address = amira.url
    await amira.goto("about:blank")
    # A desk that has gone is noticed at its next sign of life, a few seconds later.
    await expect(visitor.locator(".state")).to_contain_text("not here right now", timeout=30_000)
    await amira.goto(address)
    await expect(visitor.locator(".state")).to_contain_text("A person is here")
    await visitor.goto("about:blank")
    await expect(amira.locator("#truth")).to_contain_text("closed or offline")


async def test_a_kill_in_mid_talk_loses_nothing_and_doubles_nothing(
    demo: Demo, browser: Browser
) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit(browser, demo)
    await choose(visitor, 0, 0, 2)
    reference = await only_case(amira)
    await write(visitor, "I wrote this before the cut")
    await expect(visitor.locator(".line.visitor").last).to_contain_text("Sent")
    demo.kill()
    await write(visitor, "I wrote this during the cut")
    await expect(visitor.get_by_text("Not sent yet")).to_be_visible()
    await picture(visitor, "visitor-en-not-sent-yet")
    demo.start()
    # The page comes back by itself and sends again what was not acknowledged (I2, I17).
    mine = visitor.locator(".line.visitor").filter(has_text="during the cut")
    await expect(mine).to_contain_text("Sent", timeout=30_000)
    await expect(visitor.get_by_text("Not sent yet")).to_have_count(0)
    await amira.reload()
    assert await only_case(amira) == reference
    await open_case(amira)
    for words in ("before the cut", "during the cut"):
        said = amira.locator(".line.visitor .said").filter(has_text=words)
        await expect(said).to_have_count(1)


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_exit_covers_ends_and_leaves_and_back_shows_nothing(
    demo: Demo, browser: Browser, way: str
) -> None:
    visitor = await visit(browser, demo)
    await choose(visitor, 0, 0)
    await write(visitor, "something nobody else may read")
    await expect(visitor.locator(".line.visitor").last).to_contain_text("Sent")
    if way == "button":
        await visitor.locator("a.leave:not(.first)").click()
    else:
        await visitor.locator("h1").click()
        for _ in range(3):
            await visitor.keyboard.press("Shift")
    await visitor.wait_for_url(re.compile("^https:"))
    await visitor.go_back()
    await visitor.wait_for_load_state()
    shown = await visitor.content()
    assert "nobody else may read" not in shown
    assert "danger" not in shown.lower()


async def test_exit_works_without_scripts_and_back_shows_nothing(
    demo: Demo, browser: Browser
) -> None:
    visitor = await neutral(browser, demo, java_script_enabled=False)
    await visitor.locator("button.main").click()
    await visitor.locator("button[name=choice]").first.click()
    await visitor.locator("button[name=choice]").first.click()
    await visitor.locator("textarea").fill("something nobody else may read")
    await visitor.locator("form.own button").click()
    await visitor.locator("a.leave:not(.first)").click()
    await visitor.wait_for_url(re.compile("^https:"))
    await visitor.go_back()
    shown = await visitor.content()
    assert "nobody else may read" not in shown
    assert "danger" not in shown.lower()


async def test_when_it_is_not_safe_the_page_is_quiet_and_a_worker_cannot_break_it(
    demo: Demo, browser: Browser
) -> None:
    amira = await demo.sign_in(browser, "amira")
    visitor = await visit(browser, demo)
    await choose(visitor, 1)
    await visitor.locator("main.silent").wait_for()
    await picture(visitor, "visitor-en-quiet")
    shown = await visitor.locator("body").inner_text()
    for telling in ("danger", "safe", "help", "999", "person"):
        assert telling not in shown.lower(), telling
    await open_case(amira)
    await amira.locator("form[data-move=claim] button").click()
    await expect(amira.locator("#truth")).to_contain_text("not safe for them to read")
    await amira.locator("#text").fill("I can wait")
    await amira.locator("form[data-move=reply] button.main").click()
    await expect(amira.locator("#refused, #refusal").first).to_contain_text("not safe")
    # The draft is kept for when it is safe, and nothing of it has reached the page.
    assert await amira.locator("#text").input_value() == "I can wait"
    assert "I can wait" not in await visitor.locator("body").inner_text()
    await choices(visitor).first.click()
    await expect(visitor.get_by_text("A person is here now")).to_be_visible()


async def test_the_using_abuse_side_is_walled_off_but_its_emergency_alarms_the_supervisor(
    demo: Demo, browser: Browser
) -> None:
    amira = await demo.sign_in(browser, "amira")
    chloe = await demo.sign_in(browser, "chloe")
    dev = await demo.sign_in(browser, "dev")
    visitor = await visit(browser, demo)
    await choose(visitor, 0, 0, 2, 2, 2)
    await expect(chloe.locator("a.row")).to_have_count(1)
    await expect(amira.locator("a.row")).to_have_count(0)
    await expect(dev.locator("a.row")).to_have_count(0)
    await choose(visitor, 0)
    await expect(dev.locator("p.alarm")).to_be_visible()
    await expect(chloe.locator("p.alarm")).to_be_visible()
    await expect(amira.locator("p.alarm")).to_have_count(0)
    await expect(amira.locator("a.row")).to_have_count(0)
