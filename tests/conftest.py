"""What every test may lean on: a real Chromium, and no silent skip where a skip means a hole.

It refuses to know the house: fakes and casts stand beside the tests of their own room.
"""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path

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


@pytest.fixture
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """A headless Chromium of this test's own, in this test's own event loop.

    Playwright's objects belong to the loop they were made in, and each test has a loop of its own,
    so a browser shared by a session would need every fixture beside it to share that loop too. A
    launch costs about a second; open contexts (two people are two contexts) rather than browsers.

    Ask for the server first and `browser` after it: fixtures leave in reverse order, and a server
    that stops while a page still holds a socket may wait for it longer than a test may take.
    """
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium_path, headless=True, args=CHROMIUM_ARGUMENTS
        )
        try:
            yield launched
        finally:
            await launched.close()


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
