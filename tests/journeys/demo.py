"""The real ``frontdoor demo`` in a process of its own, to be used, killed and started again."""

import json
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route

PICTURES = Path("build/pictures")
"""Where the journeys leave what they saw, for a person to look at."""

START = 40_000
"""Milliseconds; a first start makes sample staff, and the machine may be busy."""


def free_port() -> int:
    """A port that nobody listens on now, to come back to after a kill."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass(slots=True)
class Demo:
    """One demo on a folder and a port. What it printed is in ``told``."""

    folder: Path
    port: int = field(default_factory=free_port)
    told: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it says that it serves."""
        command = [sys.executable, "-m", "bot", "demo", "--json", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.folder)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.told = json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and see that it does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def visitor(self, tenant: str = "llr") -> str:
        """Where this tenant's visitors go."""
        return str(self.told["visitor"][tenant])

    def account(self, name: str, tenant: str = "llr") -> dict[str, Any]:
        """One sample member of staff."""
        found = (a for a in self.told["accounts"] if (a["name"], a["tenant"]) == (name, tenant))
        return dict(next(found))

    async def sign_in(self, browser: Browser, name: str) -> Page:
        """A desk of this person's own, signed in."""
        account = self.account(name)
        page = await (await browser.new_context(viewport={"width": 1360, "height": 820})).new_page()
        await page.goto(self.told["staff"]["llr"])
        await page.fill("#name", account["name"])
        await page.fill("#password", account["password"])
        await page.fill("#code", pyotp.TOTP(account["totp_secret"]).now())
        await page.click("button.main")
        await page.locator("#waiting").wait_for(timeout=START)
        return page


async def visit(browser: Browser, demo: Demo, language: str = "en", **context: Any) -> Page:
    """A visitor's page, with the talk opened and the first question there."""
    page = await neutral(browser, demo, language, **context)
    await page.locator("button.main").click()
    await choices(page).first.wait_for()
    return page


async def neutral(browser: Browser, demo: Demo, language: str = "en", **context: Any) -> Page:
    """A visitor's page as it opens. The neutral site behind the exit is a blank one here."""
    settings = {"locale": language, "viewport": {"width": 390, "height": 800}, **context}
    visitor: BrowserContext = await browser.new_context(**settings)
    await visitor.route(re.compile("^https:"), _elsewhere)
    page = await visitor.new_page()
    await page.goto(demo.visitor())
    return page


async def _elsewhere(route: Route) -> None:
    await route.fulfill(
        body="<!doctype html><title>Weather</title><p>Rain.", content_type="text/html"
    )


def choices(page: Page) -> Locator:
    """The choices of the question that stands."""
    return page.locator(".choices button")


async def choose(page: Page, *places: int) -> None:
    """Press choices by their place, each after the next question has come."""
    for place in places:
        question = page.locator(".line.now h2")
        before = await question.inner_text()
        await choices(page).nth(place).click()
        await page.wait_for_function(
            "before => document.querySelector('.line.now h2')?.innerText !== before", arg=before
        )


async def write(page: Page, text: str) -> None:
    """Write in the visitor's own words and send."""
    await page.locator("textarea").fill(text)
    await page.locator("textarea").press("Enter")


async def picture(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    await page.screenshot(path=PICTURES / f"{name}.png")
