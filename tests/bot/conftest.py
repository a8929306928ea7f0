"""A whole house for each test of the shell, its clock, a browser's client and Noor's own socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.house import House
from tests.house import Chat, MovableClock, chatting, hire, opened, served
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def house(tmp_path: Path, clock: MovableClock) -> AsyncIterator[House]:
    async with opened(tmp_path, clock) as house:
        await hire(house)
        yield house


@pytest.fixture
async def client(house: House) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with served(house) as client:
        yield client


@pytest.fixture
async def noor(client: TestClient[web.Request, web.Application]) -> AsyncIterator[Chat]:
    async with chatting(client) as chat:
        yield chat
