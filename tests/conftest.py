"""What every test may lean on: a real Chromium, and no silent skip where a skip means a hole.

It refuses to know the house: fakes and casts stand beside the tests of their own room.
"""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser")
# Playwright chooses the headless mode itself; these keep the browser off the network and quiet.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses its sandbox to root, and containers run as root.
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The machine's own Chromium; skips, with its reason, where there is none."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium fonts-noto-core")


@pytest.fixture(autouse=True)
async def nothing_left_behind() -> AsyncIterator[None]:
    """All tests of a process share a loop, and so a browser: a task one forgets ends with it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    left = {task for task in left if not _drives_the_browser(task)}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _drives_the_browser(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "playwright" in Path(code.co_filename).parts


@pytest.fixture(scope="session")
async def launched(chromium_path: Path) -> AsyncIterator[Browser]:
    """The headless Chromium of this process: a launch costs more than most tests that need it."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=chromium_path, headless=True, args=CHROMIUM_ARGUMENTS
        )
        try:
            yield chromium
        finally:
            await chromium.close()


@pytest.fixture
async def browser(launched: Browser) -> AsyncIterator[Browser]:
    """A headless Chromium without a page. Two people are two contexts; all end with the test.

    Ask for the server first and `browser` after it: fixtures leave in reverse order, and a server
    that stops while a page still holds a socket may wait for it longer than a test may take.
    """
    yield launched
    for context in launched.contexts:
        await context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true a skipped test has failed: there is nothing it may lack there."""
    report = yield
    # An expected failure is reported as skipped too, but it did run.
    if skips_fail() and report.skipped and not hasattr(report, "wasxfail"):
        fail_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself while it is imported."""
    report = yield
    if skips_fail() and report.skipped:
        fail_skipped(report)
    return report


def skips_fail() -> bool:
    return os.environ.get("CI") == "true"


def fail_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    report.outcome = "failed"
    report.longrepr = f"Under CI=true nothing may be skipped. {reason}"


def pytest_collection_finish() -> None:
    """All that is imported stays to the end: walking through it took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
