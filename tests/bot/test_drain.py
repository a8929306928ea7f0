"""A process that is told to stop: it takes on nothing new, and keeps all that it acknowledged."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import ClientSession, WSCloseCode, WSMsgType, web

from bot.app import make_app, serve
from bot.channels.webchat.browser import sender_of
from bot.drain import DRAIN, drain
from bot.house import House
from handoff.transcript import Seq, Speaker
from storage.store import Change
from tests.house import HARBOUR, KEYS, SOON, MovableClock, opened

ROOT = Path(__file__).parents[2]
PAGES, TEXTS = 8, 20


@dataclass(slots=True)
class Held:
    """A commit that waits until it is let go."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def running(house: House) -> AsyncIterator[tuple[web.AppRunner, str]]:
    runner, port = await serve(make_app(house), host="127.0.0.1", port=0)
    try:
        yield runner, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def browser(url: str) -> AsyncIterator[ClientSession]:
    """One that has the neutral page and its cookie: it needs no new connection for the next."""
    async with ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/c/llr") as answer:
            assert answer.status == 200
        yield session


def hold_commits(house: House, monkeypatch: pytest.MonkeyPatch) -> Held:
    held, store = Held(), house.tenancies[HARBOUR].store
    commit = store.commit

    async def wait(change: Change) -> Any:
        held.begun.set()
        await held.let_go.wait()
        return await commit(change)

    monkeypatch.setattr(store, "commit", wait)
    return held


async def test_what_is_under_way_ends_and_what_comes_is_sent_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = {"lang": "en", "do": "begin"}
    async with (
        running(house) as (runner, url),
        browser(url) as noor,
        browser(url) as late,
        browser(url) as probe,
        browser(url) as other,
        other.ws_connect("/ws/chat/llr") as line,
    ):
        held = hold_commits(house, monkeypatch)
        posting = asyncio.create_task(noor.post("/c/llr", data=begins))
        await held.begun.wait()
        stopping = asyncio.create_task(drain(runner, within=SOON))
        assert (await line.receive()).type is WSMsgType.CLOSE
        assert line.close_code == WSCloseCode.SERVICE_RESTART
        answer = await probe.get("/readyz")
        assert (answer.status, (await answer.json())["why"]) == (503, "stopping")
        refused = await late.post("/c/llr", data=begins)
        assert refused.status == 503
        assert refused.headers["Retry-After"]
        assert "<form" in await refused.text()
        async with ClientSession(url) as stranger:
            with pytest.raises(aiohttp.ClientConnectorError):
                await stranger.get("/c/llr")
        assert not stopping.done()
        held.let_go.set()
        taken = await posting
        assert taken.status == 200
        assert 'name="talk"' in await taken.text()
        async with asyncio.timeout(SOON):
            await stopping


async def test_a_form_that_comes_too_late_says_so_and_shows_the_talk(house: House) -> None:
    async with running(house) as (runner, url), browser(url) as noor:
        page = await (await noor.post("/c/llr", data={"lang": "en", "do": "begin"})).text()
        talk = page.partition('name="talk" value="')[2].partition('"')[0]
        assert talk
        runner.app[DRAIN].is_on = True
        fields = {"lang": "en", "talk": talk, "id": str(uuid4()), "choice": "yes"}
        answer = await noor.post("/c/llr", data=fields)
        assert answer.status == 503
        assert talk in await answer.text()
        sender = await sender_with(house, noor, talk)
        id = await house.door.find(HARBOUR, sender)
        stored = await house.door.talk(HARBOUR, id)
        assert stored is not None
        assert not stored.answers


async def sender_with(house: House, session: ClientSession, token: str) -> Any:
    (cookie,) = [morsel.value for morsel in session.cookie_jar if morsel.value]
    return sender_of(house.keyring, HARBOUR, token, cookie)


async def test_no_new_line_is_begun_while_stopping_but_leaving_works(house: House) -> None:
    async with running(house) as (runner, url), browser(url) as noor:
        runner.app[DRAIN].is_on = True
        away = await noor.get("/c/llr/exit", allow_redirects=False)
        assert away.status == 303
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await noor.ws_connect("/ws/chat/llr")
        assert refused.value.status == 503


async def test_stopping_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(house) as (runner, url), browser(url) as noor:
        held = hold_commits(house, monkeypatch)
        posting = asyncio.create_task(noor.post("/c/llr", data={"lang": "en", "do": "begin"}))
        await held.begun.wait()
        async with asyncio.timeout(SOON):
            await drain(runner, within=0.01)
        with suppress(aiohttp.ClientError):
            await posting
        held.let_go.set()


@dataclass(slots=True)
class Page:
    """Noor's page: one text after another, each sent again until it is acknowledged."""

    name: str
    token: str = ""
    after: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    closed_with: list[int | None] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def text(self) -> str:
        return f"{self.name} says canary {len(self.acknowledged)}"

    async def write(self, session: ClientSession, moved: asyncio.Condition) -> None:
        while len(self.acknowledged) < TEXTS:
            try:
                async with session.ws_connect("/ws/chat/llr") as line:
                    await self._hello(line)
                    await self._talk(line, moved)
                    self.closed_with.append(line.close_code)
            except (aiohttp.ClientError, ConnectionError):
                await asyncio.sleep(0.01)  # The next process is not there yet.

    async def _hello(self, line: aiohttp.ClientWebSocketResponse) -> None:
        back = {"resume": self.token, "after": self.after} if self.token else {}
        await line.send_json({"type": "hello", **back})

    async def _talk(self, line: aiohttp.ClientWebSocketResponse, moved: asyncio.Condition) -> None:
        async for message in line:
            frame = message.json()
            if frame["type"] == "welcome":
                self.token = frame["resume"]
            elif frame["type"] == "ack" and frame["id"] == self.id:
                self.acknowledged[self.text] = frame["seq"]
                self.id = str(uuid4())
                async with moved:
                    moved.notify_all()
                if len(self.acknowledged) == TEXTS:
                    return
            else:
                continue
            await line.send_json({"type": "text", "id": self.id, "text": self.text})


async def start(folder: Path, port: int) -> Process:
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'house.db'}", "SECRET_KEYS": KEYS}
    rest = {"PORT": str(port), "RATE_LIMITS": "off", "LOG_LEVEL": "debug"}
    with (folder / "said").open("ab") as said:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "web"),
            env=os.environ | settings | rest,
            cwd=ROOT,
            stdout=said,
            stderr=said,
        )


async def stop(process: Process) -> None:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(2 * SOON):
        assert await process.wait() == 0


async def transcripts(folder: Path, pages: list[Page]) -> dict[str, dict[str, int]]:
    """Every text of each page, with its place; a text that is there twice fails."""
    found = {}
    async with opened(folder, MovableClock(datetime.now(UTC))) as house:
        for page in pages:
            id = await house.door.find(HARBOUR, sender_of(house.keyring, HARBOUR, page.token, ""))
            lines = await house.tenancies[HARBOUR].store.lines(id, after=Seq(0))
            assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
            texts = {ln.text: int(ln.seq) for ln in lines if ln.speaker is Speaker.VISITOR}
            assert len(texts) == sum(ln.speaker is Speaker.VISITOR for ln in lines)
            found[page.name] = texts
    return found


@pytest.mark.faults
async def test_nothing_acknowledged_is_lost_when_a_process_is_stopped_under_load(
    tmp_path: Path,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    pages = [Page(f"noor-{number}") for number in range(PAGES)]
    moved = asyncio.Condition()
    first = await start(tmp_path, port)
    async with ClientSession(f"http://127.0.0.1:{port}") as session:
        writing = [asyncio.create_task(page.write(session, moved)) for page in pages]
        async with moved:
            await moved.wait_for(lambda: all(len(p.acknowledged) > 3 for p in pages))
        await stop(first)
        acknowledged = {page.name: dict(page.acknowledged) for page in pages}
        # It was in the middle: nobody had finished.
        assert all(len(texts) < TEXTS for texts in acknowledged.values())
        stored = await transcripts(tmp_path, pages)
        for name, texts in acknowledged.items():
            assert texts.items() <= stored[name].items()
        second = await start(tmp_path, port)
        await asyncio.gather(*writing)
        await stop(second)
    for page in pages:
        assert WSCloseCode.SERVICE_RESTART in page.closed_with
    whole = await transcripts(tmp_path, pages)
    assert whole == {page.name: page.acknowledged for page in pages}
    said = (tmp_path / "said").read_text()
    assert "drained" in said
    assert "canary" not in said
