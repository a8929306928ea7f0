"""Kill -9 in the middle of many commits: nothing acknowledged is lost, doubled or half there."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.conversation import ConversationId
from storage.keyring import Keyring, generate_key
from storage.sqlite import SqliteStores
from tests.contracts.cast import HARBOUR, HOUR, NOW
from tests.storage.crash_server import CALLERS

ROOT = Path(__file__).parents[2]
KILLS = 6

pytestmark = pytest.mark.faults


def run_until_killed(path: Path, keys: str, acknowledged: int) -> dict[str, tuple[int, int]]:
    """Kill it after so many acknowledgements; the last one of each talk."""
    environment = os.environ | {"SECRET_KEYS": keys, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.storage.crash_server", str(path)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(acknowledged)]
    server.send_signal(signal.SIGKILL)
    lines += server.stdout.readlines()
    assert server.wait() == -signal.SIGKILL
    server.stdout.close()
    last = {}
    for line in lines:
        id, seq, version = line.decode().split()
        last[id] = (int(seq), int(version))
    return last


async def test_a_killed_server_has_lost_nothing_that_it_acknowledged(path: Path) -> None:
    keys, chance = generate_key(), random.Random(7)
    for _ in range(KILLS):
        last = run_until_killed(path, keys, chance.randint(1, 400))
        stores = await SqliteStores.connect(path, Keyring.from_setting(keys))
        store = stores.open(HARBOUR)
        turns = 0
        for n in range(CALLERS):
            id = ConversationId(f"talk-{n}")
            stored = await store.conversation(id)
            seq, version = last.get(id, (0, 0))
            if stored is None:
                assert seq == 0
                continue
            assert stored.last_seq >= seq
            assert stored.version >= version
            # Whole or not at all: the state, its lines and its fact are of one commit.
            assert stored.last_seq == stored.asked == 2 * stored.version
            lines = await store.lines(id)
            assert [line.seq for line in lines] == list(range(1, stored.last_seq + 1))
            assert len({line.inbox for line in lines if line.inbox}) == stored.version
            turns += stored.version
        assert len(await store.facts(since=NOW, until=NOW + HOUR)) == turns
        await stores.check()
        await stores.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that another account may enter, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


TRY_TO_SERVE = """
import asyncio, os, sys
from pathlib import Path
from storage.errors import StorageError
from storage.keyring import Keyring, generate_key
from storage.sqlite import SqliteStores
if os.getuid() == 0:
    os.setuid(65534)
try:
    asyncio.run(SqliteStores.connect(Path(sys.argv[1]), Keyring.from_setting(generate_key())))
except StorageError as error:
    print(error.code)
"""


async def make(path: Path, keyring: Keyring) -> None:
    await (await SqliteStores.connect(path, keyring)).close()


def try_to_serve(path: Path) -> str:
    """As somebody who is not root, for whom nothing is read-only."""
    command = [sys.executable, "-c", TRY_TO_SERVE, str(path)]
    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return tried.stdout.strip() or tried.stderr


def test_a_file_that_may_only_be_read_is_refused_by_name(
    open_folder: Path, keyring: Keyring
) -> None:
    path = open_folder / "frontdoor.db"
    asyncio.run(make(path, keyring))
    path.with_name("frontdoor.db.lock").chmod(0o666)
    open_folder.chmod(0o777)
    path.chmod(0o444)
    assert try_to_serve(path) == "read-only"


def test_a_folder_that_may_only_be_read_is_refused_by_name(
    open_folder: Path, keyring: Keyring
) -> None:
    path = open_folder / "frontdoor.db"
    asyncio.run(make(path, keyring))
    path.chmod(0o666)
    path.with_name("frontdoor.db.lock").unlink()
    open_folder.chmod(0o555)
    assert try_to_serve(path) == "read-only"
