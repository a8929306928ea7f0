"""A recording in a real browser: nothing of it is loaded or heard before it is pressed (P15)."""

import hashlib
import io
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tenants.recordings import Recording
from tests.house import HARBOUR, opened, served

HUM = 16_000
"""Samples: two seconds of a flat tone, made here."""


def voice() -> bytes:
    """A sound in a container that every browser knows by its first bytes, whatever its name."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(8_000)
        made.writeframes(bytes(128 + 40 * (at // 20 % 2) for at in range(HUM)))
    return kept.getvalue()


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    (tmp_path / "safe.mp3").write_bytes(voice())
    recording = Recording(
        key="entry.safe-to-talk.ask",
        language="en",
        kind="audio",
        file="safe.mp3",
        sha256=hashlib.sha256(voice()).hexdigest(),
        reviewed_by="made up",
        reviewed_on=date(2026, 1, 31),
        line=5,
    )
    async with opened(tmp_path) as house:
        harbour = house.tenancies[HARBOUR]
        harbour.tenant = replace(harbour.tenant, folder=tmp_path, recordings=(recording,))
        async with served(house) as client:
            yield str(client.make_url(f"/c/{HARBOUR}"))


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_it_is_heard_when_it_is_pressed_and_stops_with_the_line(
    address: str, browser: Browser, has_scripts: object
) -> None:
    context = await browser.new_context(java_script_enabled=bool(has_scripts), locale="en")
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(address)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_text("Listen", exact=True).click()
    await expect(page.locator("audio")).to_be_visible()
    assert not [url for url in asked if "/media/" in url]
    if has_scripts:
        await hear(page)
        assert {url.split("/media/")[0] for url in asked if "/media/" in url} == {address}
    await page.get_by_role("button", name="No", exact=True).click()
    await expect(page.locator("audio")).to_have_count(0)
    if has_scripts:
        assert await page.evaluate("window.heard.paused")


async def hear(page: Page) -> None:
    """Play it, until some of it has been heard."""
    await page.evaluate("window.heard = document.querySelector('audio'); window.heard.play()")
    await page.wait_for_function("window.heard.duration === 2 && window.heard.currentTime > 0")
