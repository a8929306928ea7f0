"""The real demo in a process of its own, its one bot asked by polling: from /start to the exit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.bot_api import TOKEN, BotApi
from tests.channels.phone import NOOR, message_update, press_update
from tests.journeys.demo import Demo

LONG = 60.0
"""Seconds: a first start makes sample staff, on a machine that may be busy."""


@pytest.fixture
async def demo(tmp_path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_BASE", api.base)
    demo = Demo(tmp_path)
    await asyncio.to_thread(demo.start)
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        await asyncio.to_thread(demo.stop)


async def until(api: BotApi, words: str) -> None:
    """Until a message with these words is on Noor's telephone."""
    async with asyncio.timeout(LONG):
        while not any(words in shown.text for shown in api.visible(NOOR)):
            api.changed.clear()
            await api.changed.wait()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Continue", "Is it all right for you to write here now?", "exit")),
        ("pl", ("Dalej", "Czy możesz teraz spokojnie tu pisać?", "wyjście")),
    ],
)
async def test_the_demo_talks_survives_a_kill_and_clears_the_chat(
    demo: Demo, api: BotApi, language: str, said: tuple[str, str, str]
) -> None:
    go_on, asked, leave = said
    api.waiting.append(message_update(api, 1, "/start", language))
    async with asyncio.timeout(LONG):
        while not api.visible(NOOR)[1:]:
            api.changed.clear()
            await api.changed.wait()
    api.waiting.append(press_update(api, 2, go_on, language))
    await until(api, asked)
    await asyncio.to_thread(demo.kill)
    api.waiting.append(message_update(api, 3, leave, language))
    await asyncio.to_thread(demo.start)
    async with asyncio.timeout(LONG):
        while any(not shown.is_ours for shown in api.visible(NOOR)):
            api.changed.clear()
            await api.changed.wait()
        while len(api.visible(NOOR)) != 1:
            api.changed.clear()
            await api.changed.wait()
    assert asked not in api.visible(NOOR)[0].text
