"""A writer that dies says so in one line, of which no part was ever anybody's words."""

import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection

from bot.logs import set_up_logs
from storage.errors import WriterStopped
from storage.keyring import Keyring
from storage.postgres_link import Patience
from storage.postgres_writer import Committer
from storage.sqlite import SqliteStores

CANARY = "canary-kestrel"


class Dies(BaseException):
    """No error of a caller's: it ends whatever runs it."""


async def kill_embedded(path: Path, keyring: Keyring) -> None:
    def die(_connection: Connection) -> None:
        raise Dies(CANARY)

    stores = await SqliteStores.connect(path, keyring)
    with pytest.raises(WriterStopped):
        await stores.do(die)
    await stores.close()


async def kill_on_a_server(_path: Path, _keyring: Keyring) -> None:
    class BrokenLink:
        async def write(self, *_anything: object, **_more: object) -> None:
            raise Dies(CANARY)

    link: Any = BrokenLink()
    plan: Any = CANARY
    committer = Committer(link, Patience(), writer="w-1")
    with pytest.raises(WriterStopped):
        await committer.commit(plan)
    await committer.close()


Kill = Callable[[Path, Keyring], Awaitable[None]]
both = pytest.mark.parametrize("kill", [kill_embedded, kill_on_a_server])


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What a serving process writes, at its usual level."""
    logs = StringIO()
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    with monkeypatch.context() as written:
        written.setattr(sys, "stderr", logs)
        set_up_logs("info")
    yield logs
    structlog.reset_defaults()


@both
async def test_a_writer_that_dies_is_told_by_code_and_class_alone(
    kill: Kill, path: Path, keyring: Keyring, logs: StringIO
) -> None:
    await kill(path, keyring)
    [line] = map(json.loads, logs.getvalue().splitlines())
    assert line.pop("timestamp")
    assert line == {"event": "writer-stopped", "error": "Dies", "level": "critical"}


@both
async def test_whoever_waits_is_answered_though_nothing_can_be_told(
    kill: Kill, path: Path, keyring: Keyring, logs: StringIO
) -> None:
    logs.close()
    await kill(path, keyring)
