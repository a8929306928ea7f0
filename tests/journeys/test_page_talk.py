"""The talk in the page: one thing at a time, true about what was sent, quiet when it must be."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.standin import Standin, open_talk, serving


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    async with serving() as served:
        yield served


@pytest.fixture
async def page(browser: Browser, standin: Standin) -> Page:
    page = await browser.new_page()
    await open_talk(page, standin)
    return page


async def write(page: Page, text: str) -> Locator:
    await page.locator("textarea").fill(text)
    await page.locator("textarea").press("Enter")
    return page.locator(".line.visitor", has_text=text)


def sent(standin: Standin, kind: str) -> list[dict[str, object]]:
    return [frame for frame in standin.received if frame["type"] == kind]


async def test_a_choice_is_sent_and_the_next_question_takes_its_place(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Yes, it is safe").press("Enter")
    question = page.get_by_role("heading", name="What brings you here today?")
    await question.wait_for()
    await expect(page.locator(".line.visitor")).to_contain_text("Yes, it is safe")
    assert sent(standin, "choice")[0]["value"] == "yes"
    assert await page.get_by_role("button", name="Yes, it is safe").count() == 0
    await page.keyboard.press("Tab")  # The keyboard goes on at the new question's first choice.
    first = page.get_by_role("button", name="Something is happening to me")
    await expect(first).to_be_focused()


async def test_several_choices_go_with_one_press_of_done(page: Page, standin: Standin) -> None:
    await page.get_by_role("button", name="Yes, it is safe").click()
    await write(page, "In my own words.")
    await page.get_by_label("Talking it through").check()
    await page.get_by_label("Knowing what I can do").check()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_text("Thank you. You can write here while you wait.").wait_for()
    assert sent(standin, "choices")[0]["values"] == ["talk", "advice"]
    assert sent(standin, "text")[0]["text"] == "In my own words."


async def test_done_with_nothing_chosen_sends_nothing_and_says_what_to_do(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Yes, it is safe").click()
    await write(page, "In my own words.")
    await page.get_by_role("button", name="Done").click()
    await page.get_by_text("Choose one or more, or skip this.").wait_for()
    assert sent(standin, "choices") == []


async def test_a_line_is_called_sent_only_after_the_ack(page: Page, standin: Standin) -> None:
    standin.holds_acks = True
    line = await write(page, "Is this kept?")
    await expect(line.locator(".fate")).to_have_text("Sending")
    standin.holds_acks = False
    standin.drop()
    await expect(line.locator(".fate")).to_have_text("Sent")


async def test_what_has_no_ack_is_sent_again_with_the_same_id_and_said_once(
    page: Page, standin: Standin
) -> None:
    standin.holds_acks = True
    await write(page, "Only once, please.")
    await expect(page.locator(".fate")).to_have_text("Sending")
    standin.refuses = True
    standin.drop()
    await expect(page.locator(".fate")).to_have_text("Not sent yet. We are trying again.")
    await page.get_by_text("There is no connection right now.").wait_for()
    standin.refuses = standin.holds_acks = False
    await expect(page.locator(".fate")).to_have_text("Sent", timeout=20_000)
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    texts = sent(standin, "text")
    assert len(texts) == 2
    assert texts[0] == texts[1]
    await expect(page.get_by_text("Only once, please.")).to_have_count(1)
    assert sent(standin, "hello")[-1]["after"] == 3


async def test_an_ack_that_overtook_a_message_does_not_lose_it(
    page: Page, standin: Standin
) -> None:
    standin.newest.add(**{"from": "worker", "text": "Said meanwhile.", "lang": "en", "dir": "ltr"})
    await write(page, "At the same time.")
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    standin.drop()
    await page.get_by_text("Said meanwhile.").wait_for()
    lines = await page.locator(".line p, .line h2").all_inner_texts()
    said = [line for line in lines if line in {"Said meanwhile.", "At the same time."}]
    assert said == ["Said meanwhile.", "At the same time."]


async def test_what_was_refused_is_given_back_to_be_changed(page: Page) -> None:
    line = await write(page, "refuse this one")
    await expect(line.locator(".fate")).to_contain_text("too long to send at once")
    await expect(page.locator("textarea")).to_have_value("refuse this one")
    await expect(page.get_by_role("button", name="Yes, it is safe")).to_be_visible()


async def test_a_text_over_the_longest_is_not_sent_and_stays_to_be_made_shorter(
    page: Page, standin: Standin
) -> None:
    await page.locator("textarea").fill("\u00e4" * 12_001)
    await page.locator("textarea").press("Enter")
    await expect(page.locator(".note")).to_contain_text("too long to send at once")
    await expect(page.locator("textarea")).to_have_value("\u00e4" * 12_001)
    assert sent(standin, "text") == []
    await page.locator("textarea").fill("\U0001f54a" * 12_000)
    await expect(page.locator(".note")).to_be_empty()
    await page.locator("textarea").press("Enter")
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    assert len(sent(standin, "text")) == 1


async def test_an_answer_tells_what_the_page_had_shown_when_it_was_made(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="Yes, it is safe").click()
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    standin.holds_acks = True
    await write(page, "One.")
    await write(page, "Two.")
    await expect(page.locator(".line.visitor .fate").last).to_have_text("Sending")
    standin.holds_acks = False
    standin.drop()
    await expect(page.locator(".line.visitor .fate").last).to_have_text("Sent")
    assert sent(standin, "choice")[0]["seen"] == 3
    texts = [(frame["text"], frame["seen"]) for frame in sent(standin, "text")]
    assert sorted(set(texts)) == [("One.", 5), ("Two.", 5)]
    assert len(texts) > 2


async def test_markup_in_a_text_stays_text(page: Page, standin: Standin) -> None:
    await standin.reply("<img src=x onerror=alert(1)><b>bold</b>")
    await page.get_by_text("<img src=x onerror=alert(1)><b>bold</b>").wait_for()
    assert await page.locator("main img, main b").count() == 0


async def test_a_number_keeps_its_order_in_right_to_left_text(page: Page, standin: Standin) -> None:
    await standin.reply("دن رات: 0808 2000 247", lang="ur", direction="rtl")
    number = page.locator(".line.worker bdi")
    assert await number.inner_text() == "0808 2000 247"
    assert await number.get_attribute("dir") == "ltr"
    said = page.locator(".line.worker p")
    assert [await said.get_attribute(name) for name in ("lang", "dir")] == ["ur", "rtl"]


async def test_each_line_of_others_is_announced_and_ones_own_is_not(page: Page) -> None:
    await write(page, "My line.")
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    assert await page.locator("[role=log]").count() == 1
    assert await page.locator(".line.visitor").get_attribute("aria-live") == "off"
    assert await page.locator("[role=log] .line.bot[aria-live]").count() == 0


async def test_when_it_is_not_safe_nothing_said_before_is_left_in_the_page(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="No, or I am not sure").click()
    await page.get_by_text("You can come back to this page at any time.").wait_for()
    source = await page.content()
    for telling in ("safe", "Emergency", "Talk to a person", "shoulder", "red button", "not sure"):
        assert telling not in source
    assert await page.locator("main button").all_inner_texts() == ["Go on", "More"]
    await page.get_by_role("button", name="More").click()
    assert "Numbers" in await page.locator(".more").inner_text()
    assert "Emergency" not in await page.content()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    assert await page.get_by_text("Is it safe").count() == 0


async def test_the_numbers_asked_for_while_it_is_quiet_stay_beside_the_one_choice(
    page: Page, standin: Standin
) -> None:
    await page.get_by_role("button", name="No, or I am not sure").click()
    await page.locator("main.silent").wait_for()
    for text in ("999", "You can come back."):
        quiet = {"from": "bot", "text": text, "lang": "en", "dir": "ltr", "silent": True}
        await standin.send(**standin.newest.add(**quiet, expects="nothing"))
    await expect(page.locator(".line")).to_have_count(3)
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()


async def test_person_and_numbers_are_one_press_away(page: Page, standin: Standin) -> None:
    await page.get_by_role("button", name="Emergency numbers").click()
    await page.get_by_text("Danger now:").wait_for()
    await page.get_by_role("button", name="Talk to a person").click()
    await page.get_by_text("Thank you.").wait_for()
    assert [frame["type"] for frame in standin.received[1:]] == ["numbers", "person"]


async def test_a_language_changed_in_the_talk_changes_the_pages_own_words(
    page: Page, standin: Standin
) -> None:
    await page.locator("textarea").fill("half a thought")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="اردو").click()
    await page.get_by_role("button", name="بھیجیں").wait_for()
    await page.get_by_role("heading", name="کیا اس وقت یہاں لکھنا آپ کے لیے محفوظ ہے؟").wait_for()
    assert await page.evaluate("document.documentElement.dir") == "rtl"
    await expect(page.locator("textarea")).to_have_value("half a thought")
    assert sent(standin, "language")[0]["value"] == "ur"


async def test_the_page_says_truly_whether_a_person_is_there(page: Page, standin: Standin) -> None:
    for frame, words in (
        ({"type": "status", "owner": "queue", "staffed": False}, "No person is here to answer"),
        ({"type": "status", "owner": "queue", "staffed": True}, "You are waiting for a person."),
        ({"type": "status", "owner": "queue", "text": "Two people are before you."}, "Two people"),
        ({"type": "status", "owner": "worker"}, ""),
        ({"type": "presence", "worker": "here"}, "A person is here."),
        ({"type": "presence", "worker": "away"}, "The person is not here right now."),
        ({"type": "status", "owner": "closed"}, "This talk has ended."),
    ):
        await standin.send(**frame)
        await expect(page.locator(".state")).to_contain_text(words)
    assert await page.locator("textarea").count() == 0


async def test_an_untouched_page_veils_itself_and_never_shows_the_talk_again(
    browser: Browser, standin: Standin
) -> None:
    page = await browser.new_page()
    standin.welcome = {"idle": 1}
    await open_talk(page, standin)
    await page.get_by_role("button", name="Continue").wait_for()
    assert await page.locator(".line").count() == 0
    standin.welcome = {}
    await page.get_by_role("button", name="Continue").click()
    await page.locator(".choices button").first.wait_for()
    assert "resume" not in standin.received[-1]


async def test_a_talk_that_cannot_go_on_ends_at_the_neutral_page(
    page: Page, standin: Standin
) -> None:
    standin.forgets = True
    standin.drop()
    await page.get_by_role("button", name="Continue").wait_for()
    assert await page.locator(".line").count() == 0


async def test_what_could_not_be_recorded_is_tried_again_with_the_same_id(
    page: Page, standin: Standin
) -> None:
    standin.cannot_save = True
    line = await write(page, "Please keep this.")
    await expect(line.locator(".fate")).to_have_text("Not sent yet. We are trying again.")
    standin.cannot_save = False
    await expect(line.locator(".fate")).to_have_text("Sent", timeout=15_000)
    texts = sent(standin, "text")
    assert texts[0] == texts[-1]


async def test_another_door_begins_a_talk_of_its_own(browser: Browser, standin: Standin) -> None:
    page = await browser.new_page()
    standin.welcome = {"doors": [{"value": "other", "label": "I am worried about someone else"}]}
    await open_talk(page, standin)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="I am worried about someone else").click()
    await page.get_by_role("heading", name="What brings you here today?").wait_for()
    await expect(page.locator(".line")).to_have_count(1)
    standin.drop()
    await write(page, "After the break.")
    await page.get_by_role("heading", name="What would help most?").wait_for()
    assert sent(standin, "hello")[-1]["after"] == 1


async def test_a_talk_that_has_ended_stays_in_view_and_leads_to_the_neutral_page(
    page: Page, standin: Standin
) -> None:
    await standin.send(type="status", owner="closed")
    await page.get_by_text("This talk has ended.").wait_for()
    standin.drop()
    await page.wait_for_timeout(1_500)  # Longer than the first tries of a new line would take.
    assert len(sent(standin, "hello")) == 1
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("main.first")).to_be_visible()
