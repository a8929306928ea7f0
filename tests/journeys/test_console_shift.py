"""The staff console in a real browser: live, by keyboard, without scripts, and losing no word."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from bot.console.visit import CONSOLE
from flows.events import ExitTaken
from tests.console.conftest import (
    HARBOUR,
    PASSWORD,
    Clock,
    Desk,
    Harbour,
    Visitor,
    clock,
    harbour,
    in_danger,
    staffed,
    waiting,
)

__all__ = ["clock", "harbour", "in_danger", "staffed", "waiting"]


class Hand:
    """Somebody at a console in a browser of their own."""

    def __init__(self, house: Harbour, page: Page) -> None:
        self.house = house
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._hear(said.type, said.text))

    def _hear(self, kind: str, text: str) -> None:
        # A refusal is an answer like any other; the browser tells each as an error.
        if kind == "error" and "Failed to load resource" not in text and "ERR_" not in text:
            self.errors.append(text)

    async def sign_in(self, name: str) -> "Hand":
        await self.page.goto(str(self.house.server.make_url(f"/staff/{HARBOUR}")))
        await self.prove(name)
        await expect(self.page.get_by_role("heading", name="Who waits")).to_be_visible()
        return self

    async def prove(self, name: str) -> None:
        await self.page.fill("#name", name)
        await self.page.fill("#password", PASSWORD)
        await self.page.fill("#code", self.house.code(name))
        await self.page.get_by_role("button", name="Sign in").click()
        self.house.clock.move(seconds=30)

    async def open(self, reference: str) -> None:
        await self.page.goto(str(self.house.server.make_url(f"/staff/harbour/cases/{reference}")))
        await expect(self.page.locator("h2 .ref")).to_have_text(reference)

    async def stand_at(self, reference: str) -> None:
        """Wait until this case is open and its keys work."""
        await expect(self.page.locator("h2 .ref")).to_have_text(reference)
        await expect(self.page.locator("#keys")).to_be_visible()

    def row(self, reference: str) -> Locator:
        return self.page.locator(f"#q-{reference}")


Hands = Callable[..., Awaitable[Hand]]
"""Opens a console by a name; what else is said goes to the browser."""


@pytest.fixture
async def hands(harbour: Harbour, browser: Browser) -> AsyncIterator[Hands]:
    """Opens consoles; at the end nobody's page may have had an error."""
    opened: list[Hand] = []

    async def open_one(name: str, **options: object) -> Hand:
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        hand = Hand(harbour, await context.new_page())
        opened.append(hand)
        return await hand.sign_in(name)

    yield open_one
    assert [error for hand in opened for error in hand.errors] == []


async def test_an_emergency_makes_itself_noticed_and_is_answered_both_ways(
    harbour: Harbour, hands: Hands
) -> None:
    amira = await hands("amira")
    ben = await hands("ben")
    await expect(amira.page).to_have_title("Desk")
    noor = await (await harbour.visitor()).answers("yes", "me", "yes")
    alarm = amira.page.get_by_role("alert").filter(has_text="Emergency")
    await expect(alarm).to_be_visible()
    await expect(amira.page).to_have_title("● Desk")
    await expect(amira.row(noor.reference)).to_contain_text("In danger now")
    await amira.page.keyboard.press("e")
    await amira.stand_at(noor.reference)
    await amira.page.keyboard.press("c")
    box = amira.page.get_by_label("Write to them")
    await expect(box).to_be_visible()
    await expect(alarm).to_be_hidden()
    await expect(ben.row(noor.reference)).to_contain_text("Amira")
    await ben.row(noor.reference).click()
    await ben.page.get_by_label("Why do you need to open it?").select_option("cover")
    await ben.page.get_by_role("button", name="Open").click()
    await ben.stand_at(noor.reference)
    await expect(ben.page.get_by_text("Amira holds this case")).to_be_visible()
    assert await ben.page.get_by_role("button", name="Claim").count() == 0

    await amira.page.keyboard.press("r")
    await amira.page.keyboard.type("Hello. Can you talk")
    await noor.answers("I am in the kitchen")
    await expect(amira.page.locator(".line.visitor").last).to_contain_text("I am in the kitchen")
    await expect(box).to_have_value("Hello. Can you talk")
    await expect(box).to_be_focused()
    await amira.page.keyboard.type("?")
    await amira.page.keyboard.press("Control+Enter")
    await expect(amira.page.locator(".line.worker .said")).to_have_text("Hello. Can you talk?")
    await expect(box).to_have_value("")
    await expect(ben.page.locator(".line.worker .said")).to_have_text("Hello. Can you talk?")
    heard = await amira.page.locator("#heard p").all_inner_texts()
    assert heard.count("Visitor: I am in the kitchen") == 1


async def test_a_fourth_emergency_is_announced_though_three_wait_already(
    harbour: Harbour, hands: Hands
) -> None:
    amira = await hands("amira")
    for name in ("noor", "mina", "asha"):
        await (await harbour.visitor(name)).answers("yes", "me", "yes")
    alarm = amira.page.get_by_role("alert").filter(has_text="Emergency")
    await expect(alarm.get_by_role("link")).to_have_count(3)
    await (await harbour.visitor("leyla")).answers("yes", "me", "yes")
    await expect(alarm).to_contain_text("and 1 more")


async def test_each_side_sees_whether_the_other_is_there(harbour: Harbour, hands: Hands) -> None:
    amira = await hands("amira")
    noor = await (await harbour.visitor()).answers("yes", "me", "no", "me")
    presence, talk = harbour.house.presence, noor.talk
    assert talk is not None
    await amira.open(noor.reference)
    await amira.stand_at(noor.reference)
    await expect(amira.page.locator("#truth")).to_contain_text("closed or offline")
    with presence.visitor_at(HARBOUR, talk.id):
        await expect(amira.page.locator("#truth")).to_contain_text("They have the page open")
    await expect(amira.page.locator("#truth")).to_contain_text("closed or offline")
    assert not presence.worker_is_here(HARBOUR, talk.id)
    await amira.page.keyboard.press("c")
    await expect(amira.page.get_by_label("Write to them")).to_be_visible()
    await expect(amira.page.locator(".line").last).to_contain_text("A person is here now")
    assert presence.worker_is_here(HARBOUR, talk.id)
    await noor.does(ExitTaken())
    await expect(amira.page.locator("#truth")).to_contain_text("They pressed Exit")


async def test_keys_do_nothing_while_somebody_types(
    harbour: Harbour, in_danger: Visitor, hands: Hands
) -> None:
    other = await (await harbour.visitor("kim")).answers("yes", "me", "no", "me")
    amira = await hands("amira")
    await expect(amira.page.locator("#keys")).to_be_visible()
    await amira.page.keyboard.press("j")
    await expect(amira.row(in_danger.reference)).to_be_focused()
    await amira.page.keyboard.press("j")
    await expect(amira.row(other.reference)).to_be_focused()
    await amira.page.keyboard.press("k")
    await amira.page.keyboard.press("Enter")
    await amira.stand_at(in_danger.reference)
    await amira.page.keyboard.press("c")
    box = amira.page.get_by_label("Write to them")
    await expect(box).to_be_visible()
    await amira.page.keyboard.press("r")
    await expect(box).to_be_focused()
    await amira.page.keyboard.type("jkcregx")
    await expect(box).to_have_value("jkcregx")
    assert (await harbour.case(in_danger.reference)).holder is not None
    await amira.page.keyboard.press("Escape")
    await expect(box).not_to_be_focused()
    await amira.page.get_by_role("button", name="Single keys").click()
    await amira.page.keyboard.press("g")
    await amira.page.keyboard.press("j")
    await expect(amira.page.get_by_role("button", name="Single keys")).to_be_focused()
    assert (await harbour.case(in_danger.reference)).holder is not None


async def test_a_session_that_ends_in_mid_reply_loses_no_word(
    harbour: Harbour, in_danger: Visitor, hands: Hands, clock: Clock
) -> None:
    amira = await hands("amira")
    await amira.open(in_danger.reference)
    await amira.stand_at(in_danger.reference)
    await amira.page.keyboard.press("c")
    await amira.page.get_by_label("Write to them").fill("Half a thought")
    clock.move(hours=2)
    await amira.page.keyboard.press("Control+Enter")
    await expect(amira.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(amira.page.get_by_role("alert")).to_contain_text("kept, and was not sent")
    await amira.prove("amira")
    box = amira.page.get_by_label("Write to them")
    await expect(box).to_have_value("Half a thought")
    case = harbour.server.make_url(f"/staff/harbour/cases/{in_danger.reference}")
    await expect(amira.page).to_have_url(str(case))
    await box.press("Control+Enter")
    await expect(amira.page.locator(".line.worker .said")).to_have_text("Half a thought")


async def test_a_dropped_line_comes_back_and_catches_up_by_itself(
    harbour: Harbour, in_danger: Visitor, hands: Hands
) -> None:
    amira = await hands("amira")
    await amira.open(in_danger.reference)
    await amira.stand_at(in_danger.reference)
    await amira.page.keyboard.press("c")
    box = amira.page.get_by_label("Write to them")
    await box.fill("Not lost")
    await harbour.server.app[CONSOLE].attendance.drop()  # type: ignore[attr-defined]
    await in_danger.answers("While the line was down")
    last = amira.page.locator(".line.visitor", has_text="While the line was down")
    await expect(last).to_have_count(1)
    await expect(box).to_have_value("Not lost")


async def test_the_whole_desk_works_without_scripts(
    harbour: Harbour, in_danger: Visitor, hands: Hands
) -> None:
    amira = await hands("amira", java_script_enabled=False)
    page = amira.page
    await amira.row(in_danger.reference).click()
    await page.get_by_role("button", name="Claim").click()
    await page.get_by_label("Write to them").fill("Hello from a plain page.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".line.worker .said")).to_have_text("Hello from a plain page.")
    # They were in danger and no page of theirs is open: a person decides before it is closed.
    await page.get_by_role("link", name="Duty decision").click()
    await page.get_by_label("There is no safe way").check()
    await page.get_by_label("Why, in your own words").fill("He reads her messages.")
    await page.get_by_role("button", name="Record the decision").click()
    await page.get_by_role("link", name="Back to the talk").click()
    await page.locator("#closing summary").click()
    await page.get_by_label("How did it end?").select_option("supported")
    await page.get_by_role("button", name="Close this case").click()
    await expect(page.locator(".dock")).to_contain_text("This case is closed.")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
        {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
        {"color_scheme": "light", "viewport": {"width": 640, "height": 400}},
        {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
    ],
    ids=["day", "night", "zoomed", "telephone"],
)
async def test_every_page_is_accessible_and_fits(
    harbour: Harbour, in_danger: Visitor, staffed: Desk, hands: Hands, look: dict[str, object]
) -> None:
    amira = await hands("amira", **look)
    await in_danger.answers("In the kitchen", "me")
    await find_nothing(amira.page)
    await amira.open(in_danger.reference)
    await find_nothing(amira.page)
    await amira.page.get_by_role("button", name="Claim").click()
    await amira.page.locator("#closing summary").click()
    await find_nothing(amira.page)
    await amira.page.get_by_role("button", name="Sign out").click()
    await expect(amira.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await find_nothing(amira.page)


async def find_nothing(page: Page) -> None:
    result = await Axe().run(page)
    found = [(v["id"], [n["target"] for n in v["nodes"]]) for v in result.response["violations"]]
    assert found == []
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(width) <= 0
