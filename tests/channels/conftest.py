"""A house with a bot, at a stand-in for the app, for each test of a messaging channel."""

from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from tests.channels.bot_api import BotApi, bot_api
from tests.channels.phone import Phone, Room, room_of
from tests.house import MovableClock
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api


@pytest.fixture
async def room(tmp_path: Path, api: BotApi, clock: MovableClock) -> AsyncIterator[Room]:
    async with room_of(tmp_path, api, clock) as room:
        yield room


@pytest.fixture
def noor(room: Room) -> Phone:
    return Phone(room)


@pytest.fixture
async def logs() -> AsyncIterator[StringIO]:
    said, before = StringIO(), structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    yield said
    structlog.configure(**before)
