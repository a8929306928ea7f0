"""The real ``frontdoor demo``: it says where it serves, and a kill in mid-talk loses nothing."""

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from bot.console import make_account
from bot.demo import STAFF, addresses, demo_settings, demo_staff, print_table
from tests.house import CHEAP, HARBOUR, KEYS, Chat, MovableClock, opened

STARTS_WITHIN = 60.0


@dataclass(slots=True)
class Demo:
    process: asyncio.subprocess.Process
    told: dict[str, Any]

    @property
    def socket(self) -> str:
        page = str(self.told["visitor"][HARBOUR])
        return page.replace("http://", "ws://").replace("/c/", "/ws/chat/")

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Demo]:
    """A process of its own, killed at the end if nobody did before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--json", "--port", "0", "--data", str(folder)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "RATE_LIMITS": "off"},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            line = await process.stdout.readline()
        yield Demo(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def page(session: aiohttp.ClientSession, running: Demo) -> AsyncIterator[Chat]:
    async with session.ws_connect(running.socket, autoping=False) as socket:
        yield Chat(socket)


@pytest.mark.faults
async def test_nothing_acknowledged_is_missing_or_doubled_after_a_kill(tmp_path: Path) -> None:
    """A kill -9 with frames under way; the page sends again what was not acknowledged (I1, I2)."""
    sent = {str(uuid4()): f"line {number} of Noor's" for number in range(40)}
    async with aiohttp.ClientSession() as session:
        async with demo(tmp_path) as first, page(session, first) as noor:
            await noor.hello()
            await noor.act("choice", value="yes")
            token = noor.token
            for id, text in sent.items():
                await noor.put({"type": "text", "id": id, "text": text})
            acknowledged = {(await noor.until("ack"))["id"] for _ in range(5)}
            await first.kill()
            acknowledged |= await rest_of(noor)
        async with demo(tmp_path) as second, page(session, second) as again:
            await again.hello(resume=token, after=0)
            kept = [f["text"] for f in again.messages if f["from"] == "visitor"]
            assert {sent[id] for id in acknowledged} <= set(kept)
            for id, text in sent.items():
                assert (await again.act("text", id=id, text=text))[0]["type"] == "ack"
            await check_whole(session, second, token, list(sent.values()))


async def rest_of(noor: Chat) -> set[str]:
    """The ids of the acks that were on the wire when the server died."""
    told = await noor.settled_after_death()
    return {frame["id"] for frame in told if frame["type"] == "ack"}


async def check_whole(
    session: aiohttp.ClientSession, running: Demo, token: str, texts: list[str]
) -> None:
    async with page(session, running) as whole:
        told = await whole.hello(resume=token, after=0)
        lines = [f for f in told if f["type"] == "message"]
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        own = [line["text"] for line in lines if line["from"] == "visitor"]
        assert sorted(own) == sorted(["Yes", *texts])


@pytest.mark.faults
async def test_the_line_of_json_is_the_contract(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        assert set(running.told) == {"visitor", "staff", "accounts"}
        assert running.told["visitor"].keys() == running.told["staff"].keys()
        assert len(running.told["accounts"]) == 3 * len(STAFF)
        keys = {"tenant", "name", "password", "totp_secret", "roles"}
        assert all(set(account) == keys for account in running.told["accounts"])
        async with aiohttp.ClientSession() as session:
            for address in running.told["visitor"].values():
                async with session.get(address) as answer:
                    assert answer.status == 200
        running.process.terminate()
        assert running.process.stdout is not None
        assert await running.process.stdout.read() == b""
        assert await running.process.wait() == 0


def test_a_demo_keeps_its_keys_to_itself(tmp_path: Path) -> None:
    first = demo_settings(tmp_path / "new", 0)
    again = demo_settings(tmp_path / "new", 0)
    assert first.secret_keys == again.secret_keys
    keys = tmp_path / "new" / "secret-keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


@pytest.fixture
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose account it is is on trial here, not how long its password takes."""
    monkeypatch.setattr("bot.demo.make_account", partial(make_account, hasher=CHEAP))


@pytest.mark.usefixtures("_quick_hashes")
async def test_the_staff_stay_as_they_are_when_the_demo_starts_again(tmp_path: Path) -> None:
    async with opened(tmp_path, MovableClock()) as house:
        signs = await demo_staff(house, tmp_path)
        assert await demo_staff(house, tmp_path) == signs


@pytest.mark.usefixtures("_quick_hashes")
async def test_a_narrow_terminal_cuts_off_no_address_and_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    async with opened(tmp_path, MovableClock()) as house:
        signs = await demo_staff(house, tmp_path)
        print_table(house, 8080, signs)
        where = addresses(house, 8080)
    told = capsys.readouterr().out
    assert all(sign.totp_secret in told and sign.password in told for sign in signs)
    assert all(address in told for side in where.values() for address in side.values())


@pytest.mark.usefixtures("_quick_hashes")
async def test_a_start_that_lost_its_passwords_makes_new_ones_for_the_same_people(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, MovableClock()) as house:
        store = house.tenancies[HARBOUR].store
        before = {s.tenant + s.name: s.password for s in await demo_staff(house, tmp_path)}
        amira = await store.account("amira")
        (tmp_path / "staff.json").unlink()
        after = {s.tenant + s.name: s.password for s in await demo_staff(house, tmp_path)}
        again = await store.account("amira")
    assert amira is not None
    assert again is not None
    assert again.staff.id == amira.staff.id
    assert not set(before.values()) & set(after.values())
    assert KEYS not in str(before)
