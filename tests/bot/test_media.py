"""Recordings on the visitor's page: offered by the line that they say, and given in ranges."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.house import House
from tenants.recordings import Recording
from tests.bot.test_pages import begun, post
from tests.house import HARBOUR, LANTERN, Chat, chatting, served

Client = TestClient[web.Request, web.Application]

SOUND = bytes(range(200))
NAME = f"{hashlib.sha256(SOUND).hexdigest()[:32]}.mp3"
PLACE = f"/c/{HARBOUR}/media/{NAME}"
OFFERED = [{"kind": "audio", "src": PLACE}]
FIRST = "entry.safe-to-talk.ask"


def recording(key: str, kind: str = "audio", language: str = "en") -> Recording:
    return Recording(
        key=key,
        language=language,
        kind=kind,
        file="safe.mp3",
        sha256=hashlib.sha256(SOUND).hexdigest(),
        reviewed_by="made up",
        reviewed_on=date(2026, 1, 31),
        line=5,
    )


@pytest.fixture
async def folder(house: House, tmp_path: Path) -> Path:
    """Harbour's folder, in which the first question and the quiet page are recorded."""
    (tmp_path / "safe.mp3").write_bytes(SOUND)
    harbour = house.tenancies[HARBOUR]
    recordings = (recording(FIRST), recording("entry.quiet.ask"))
    harbour.tenant = replace(harbour.tenant, folder=tmp_path, recordings=recordings)
    return tmp_path


@pytest.fixture
async def page(folder: Path, house: House) -> AsyncIterator[Client]:
    async with served(house) as client:
        yield client


async def test_a_line_that_is_recorded_offers_it_and_no_other_does(page: Client) -> None:
    async with chatting(page) as noor:
        lines = [frame for frame in await noor.hello() if frame["type"] == "message"]
        asked = lines[-1]
        assert asked["recordings"] == OFFERED
        assert not any("recordings" in line for line in lines[:-1])


async def test_another_language_has_its_own_or_none(page: Client) -> None:
    async with chatting(page) as noor:
        frames = await noor.hello(language="pl")
        assert not any("recordings" in frame for frame in frames)


async def test_while_it_is_unsafe_nothing_is_offered(page: Client) -> None:
    async with chatting(page) as noor:
        await noor.hello()
        told = await noor.act("choice", value="no")
        assert [frame["silent"] for frame in told if frame["type"] == "message"] == [True]
        assert not any("recordings" in frame for frame in told)


async def test_a_plain_page_plays_it_without_a_script_and_loads_nothing_before(
    page: Client,
) -> None:
    body = await begun(page)
    assert f'preload="none" controlslist="nodownload noremoteplayback" src="{PLACE}"' in body
    assert "Listen" in body
    assert "autoplay" not in body
    body = await post(page, body, choice="no")
    assert PLACE not in body


async def test_where_none_is_recorded_nothing_is_shown(client: Client, noor: Chat) -> None:
    assert "<audio" not in await begun(client)
    assert not any("recordings" in frame for frame in await noor.hello())


async def test_a_recording_is_given_whole_or_in_part_and_kept_nowhere(page: Client) -> None:
    whole = await page.get(PLACE)
    assert (whole.status, await whole.read()) == (200, SOUND)
    assert whole.headers["Content-Type"] == "audio/mpeg"
    assert whole.headers["Cache-Control"] == "no-store"
    assert "media-src 'self'" in whole.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in whole.headers
    part = await page.get(PLACE, headers={"Range": "bytes=10-19"})
    assert (part.status, await part.read()) == (206, SOUND[10:20])
    assert part.headers["Content-Range"] == "bytes 10-19/200"


@pytest.mark.parametrize(
    "path",
    [
        PLACE.replace(HARBOUR, LANTERN),
        f"/c/{HARBOUR}/media/safe.mp3",
        f"/c/{HARBOUR}/media/..%2Fhouse.db",
        PLACE.replace(".mp3", ".ogg"),
    ],
)
async def test_nothing_else_is_given(page: Client, path: str) -> None:
    assert (await page.get(path)).status == 404


async def test_a_file_that_is_not_the_one_that_was_reviewed_is_not_given(
    page: Client, folder: Path
) -> None:
    assert (await page.get(PLACE)).status == 200
    (folder / "safe.mp3").write_bytes(SOUND + b"more")
    assert (await page.get(PLACE)).status == 404
    (folder / "safe.mp3").unlink()
    assert (await page.get(PLACE)).status == 404
    (folder / "real.mp3").write_bytes(SOUND)
    (folder / "safe.mp3").symlink_to(folder / "real.mp3")
    assert (await page.get(PLACE)).status == 404
