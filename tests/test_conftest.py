"""The browser comes up, and a skip fails exactly where it must."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

pytest_plugins = ["pytester"]
PLUGINS = ("-p", "no:xdist", "-o", "asyncio_mode=auto")

SKIPS = """
import pytest

@pytest.mark.skip(reason="Noor's browser is away")
def test_skips(): ...

def test_skips_while_it_runs():
    pytest.skip("Ben's database is away")

@pytest.mark.xfail(reason="a known defect")
def test_is_expected_to_fail():
    assert False
"""


@pytest.fixture
def skipping(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(SKIPS)
    return pytester


def test_a_skip_is_only_told_on_somebodys_own_machine(skipping: pytest.Pytester) -> None:
    skipping.runpytest_subprocess(*PLUGINS).assert_outcomes(skipped=2, xfailed=1)


def test_a_skip_fails_under_ci_and_keeps_its_reason(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = skipping.runpytest_subprocess(*PLUGINS)
    result.stdout.fnmatch_lines(["*Noor's browser is away*", "*Ben's database is away*"])
    counts = result.parseoutcomes()
    assert counts.get("skipped", 0) == 0
    assert counts["failed"] + counts.get("errors", 0) == 2
    assert counts["xfailed"] == 1


def test_a_module_that_skips_itself_fails_under_ci(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    skipping.makepyfile("import pytest\npytest.importorskip('no_such_module')")
    result = skipping.runpytest_subprocess(*PLUGINS)
    result.stdout.fnmatch_lines(["*no_such_module*"])
    assert result.parseoutcomes() == {"errors": 1}


async def test_two_people_have_two_contexts_of_one_browser(browser: Browser) -> None:
    noor, amira = await browser.new_context(), await browser.new_context()
    page = await noor.new_page()
    await page.set_content("<html lang='ur' dir='rtl'><title>سلام</title></html>")
    assert await page.title() == "سلام"
    assert len(browser.contexts) == 2
    await amira.close()
    assert len(browser.contexts) == 1
