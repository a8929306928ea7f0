"""Each door in a real browser, from the first question to the last, and what the desk has of it."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import TimeoutError as NeverCame

from tests.journeys.demo import Demo, choices, picture, visit, write

MOST = 45
"""Questions; a door that asks more is going round in circles."""

SAFE, ME, NO_DANGER = 0, 0, 2
MINE, SOMEBODY_ELSE, MY_BEHAVIOUR, FEEDBACK = 0, 1, 2, 3
UNDER_16, GROWN_UP = 0, 2
LAST = 99
LAST_LINES = 4_000
"""Milliseconds in which all that follows an answer is on the page, on a busy machine too."""


@dataclass(frozen=True, slots=True)
class Door:
    """How somebody goes through one door: their first presses by place, then their words.

    ``desk`` is who sees the case. Where nothing else is said the last choice is pressed, which is
    no, or not sure.
    """

    language: str
    presses: tuple[int, ...]
    desk: str
    words: str = field(repr=False)


DOORS = {
    "victim": Door(
        "ur", (SAFE, ME, NO_DANGER, MINE, GROWN_UP), "amira", "وہ مجھے گھر سے نکلنے نہیں دیتا"
    ),
    "young-people": Door(
        "en", (SAFE, ME, NO_DANGER, MINE, UNDER_16), "amira", "he shouts at mum every night"
    ),
    "third-party": Door("pl", (SAFE, ME, NO_DANGER, SOMEBODY_ELSE), "amira", "Boję się o siostrę"),
    "using-abuse": Door(
        "pt", (SAFE, ME, NO_DANGER, MY_BEHAVIOUR, GROWN_UP), "chloe", "Gritei com ela"
    ),
    "feedback": Door("tr", (SAFE, ME, NO_DANGER, FEEDBACK), "dev", "Çok bekledim"),
}


@pytest.mark.parametrize("name", DOORS)
async def test_a_door_leads_to_its_end_and_asks_nothing_twice(
    demo: Demo, browser: Browser, name: str
) -> None:
    door = DOORS[name]
    desk = await demo.sign_in(browser, door.desk)
    visitor = await visit(browser, demo, door.language)
    asked = await walk(visitor, door)
    assert len(asked) == len(set(asked)), f"asked twice: {asked}"
    await picture(visitor, f"door-{name}-end")
    # What was told is at the desk, and the code that the visitor was given finds it.
    await expect(desk.locator("a.row")).to_have_count(1)
    reference = await desk.locator("a.row .ref").inner_text()
    await expect(visitor.locator("main")).to_contain_text(reference)
    await desk.locator("a.row").click()
    await desk.locator(".ten").wait_for()
    await expect(desk.locator(".lines")).to_contain_text(door.words)
    await picture(desk, f"door-{name}-desk")


async def walk(visitor: Page, door: Door) -> list[str]:
    """Answer every question until none stands; the questions, in order."""
    asked: list[str] = []
    while (question := await standing(visitor)) and len(asked) < MOST:
        place = door.presses[len(asked)] if len(asked) < len(door.presses) else LAST
        asked.append(question)
        await answer(visitor, place, door.words)
        await visitor.wait_for_function(SETTLED, arg=len(asked))
    return asked


SETTLED = "count => document.querySelectorAll('.line.visitor[data-seq]').length === count"


async def standing(visitor: Page) -> str:
    """The question that stands; empty where none comes in a while after the last answer."""
    question = visitor.locator(".line.now h2")
    with suppress(NeverCame):
        await question.wait_for(timeout=LAST_LINES)
        return await question.inner_text()
    return ""


async def answer(visitor: Page, place: int, words: str) -> None:
    """One press, one tick and *done*, or some words."""
    ticks = visitor.locator(".choices input")
    if await ticks.count():
        await ticks.nth(min(place, await ticks.count() - 1)).check()
        await visitor.locator(".choices button.main").click()
    elif count := await choices(visitor).count():
        await choices(visitor).nth(min(place, count - 1)).click()
    else:
        await write(visitor, words)
