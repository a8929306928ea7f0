"""Pages are served before texts can be screened; no text is ever taken unscreened (P3)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from bot.app import open_house
from bot.late_screener import LateScreener
from bot.settings import Settings
from flows.lexicon import LexiconError
from flows.screening import Level, Screener
from storage.keyring import generate_key
from tests.house import HARBOUR, NOW, screener, served

DANGER = "my partner said he will kill me if I leave"


async def test_a_page_is_served_and_readiness_says_starting(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    settings = Settings(database_url=url, secret_keys=generate_key())
    async with (
        open_house(settings, lambda: NOW, is_trial=True) as house,
        served(house) as client,
    ):
        assert (await client.get(f"/c/{HARBOUR}")).status == 200
        answer = await client.get("/readyz")
        assert (answer.status, await answer.json()) == (503, {"ready": False, "why": "starting"})
        house.door.tools.screener.stand()
        assert (await client.get("/readyz")).status == 200


def test_a_text_that_comes_first_waits_for_the_screener_and_is_screened() -> None:
    late = LateScreener(screener)
    assert not late.is_loaded
    assert late.screen(DANGER).level is Level.EMERGENCY
    assert late.is_loaded


def test_it_is_loaded_once_whoever_asks() -> None:
    may_load, loads = Event(), list[Screener]()

    def load() -> Screener:
        may_load.wait(5)
        loads.append(screener())
        return loads[0]

    late = LateScreener(load)
    with ThreadPoolExecutor(2) as threads:
        standing, screened = threads.submit(late.stand), threads.submit(late.screen, DANGER)
        may_load.set()
        assert standing.result() is screener()
        assert screened.result() == screener().screen(DANGER)
    assert len(loads) == 1


def test_a_mistake_in_a_lexicon_is_told_to_whoever_loads_it(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("language: en\nnonsense: 1\n")
    late = LateScreener(lambda: Screener.load(tmp_path))
    for _ in range(2):
        with pytest.raises(LexiconError):
            late.stand()
    assert not late.is_loaded
