"""A copy is whole while a server writes, and takes a database's place only when it is sound."""

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import frontdoor
from flows.conversation import ConversationId
from storage.audit import verify
from storage.backup import AlreadyThere, AuditBroken, NoDatabase, back_up, check
from storage.errors import AlreadyOpen, Damaged, NewerSchema, StorageError, UnknownKey
from storage.keyring import Keyring, generate_key
from storage.restore import OntoItself, restore
from storage.sqlite import SqliteStores
from storage.store import AuditEntry, Change, Committed, Sender
from tests.contracts.cast import AMIRA, HARBOUR, NOW, fact, heard, said, session, talk
from tests.storage.crash_server import CALLERS
from tests.storage.test_crash import ROOT


async def commit_talk(stores: SqliteStores, id: str) -> None:
    change = Change(
        conversation=talk(id=id).evolve(last_seq=2),
        lines=(heard(1), said(2)),
        facts=(fact(),),
        session=session(Sender("web", id.encode())),
        audit=(AuditEntry(AMIRA, "claim", NOW, "7KM4-RDTX"),),
    )
    assert isinstance(await stores.open(HARBOUR).commit(change), Committed)


async def knows(path: Path, keyring: Keyring, id: str) -> bool:
    stores = await SqliteStores.connect(path, keyring)
    found = await stores.open(HARBOUR).conversation(ConversationId(id))
    await stores.close()
    return found is not None


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def settings_of(database: Path | str, keys: str) -> dict[str, str]:
    address = database if isinstance(database, str) else f"sqlite:///{database}"
    return {"SECRET_KEYS": keys, "DATABASE_URL": address}


def tried(command: str, file: Path, database: Path | str, keys: str) -> tuple[int, list[str]]:
    """The command as an operator gives it: its exit code, and all that it said."""
    ended = CliRunner().invoke(frontdoor, [command, str(file)], env=settings_of(database, keys))
    return ended.exit_code, ended.output.splitlines()


async def copied(path: Path, file: Path, keys: str) -> tuple[int, bytes]:
    """``frontdoor backup`` as a process of its own, beside the server's."""
    copying = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "backup", str(file)),
        env=os.environ | settings_of(path, keys),
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    _, complaint = await copying.communicate()
    return copying.returncode or 0, complaint


@pytest.mark.faults
async def test_a_copy_under_load_lacks_nothing_that_was_acknowledged_before(
    path: Path, tmp_path: Path
) -> None:
    keys = generate_key()
    environment = os.environ | {"SECRET_KEYS": keys, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.storage.crash_server", str(path)]
    server = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, env=environment, cwd=ROOT
    )
    assert server.stdout is not None
    last: dict[str, int] = {}
    copies = []
    for number in range(2):
        for _ in range(200):
            id, seq, _ = (await server.stdout.readline()).split()
            last[id.decode()] = int(seq)
        file = tmp_path / f"copy-{number}.db"
        copying = asyncio.create_task(copied(path, file, keys))
        before, after = dict(last), 0
        while not copying.done():
            # It must not hold the server up: it goes on acknowledging all the while.
            await server.stdout.readline()
            after += 1
        assert copying.result() == (0, b"")
        assert after > 0
        copies.append((file, before))
    server.kill()
    await server.communicate()
    keyring = Keyring.from_setting(keys)
    for file, before in copies:
        await holds(file, keyring, before)
    # And the original came to no harm.
    await holds(path, keyring, last)


async def holds(path: Path, keyring: Keyring, before: dict[str, int]) -> None:
    """Every talk as far as it was acknowledged, whole; and sound in itself."""
    stores = await SqliteStores.connect(path, keyring)
    store = stores.open(HARBOUR)
    for n in range(CALLERS):
        id = ConversationId(f"talk-{n}")
        stored = await store.conversation(id)
        seq = 0 if stored is None else stored.last_seq
        assert seq >= before.get(id, 0)
        assert [line.seq for line in await store.lines(id)] == list(range(1, seq + 1))
    assert await verify(store) is None
    await stores.close()
    await check(path, keyring)


async def test_a_copy_is_one_private_file_whose_audit_holds(
    path: Path, stores: SqliteStores, keyring: Keyring, tmp_path: Path
) -> None:
    await commit_talk(stores, "noor")
    folder = make_folder(tmp_path / "kept")
    made = await back_up(path, folder / "copy.db", keyring)
    assert (made.tenants, made.audited) == (1, 1)
    assert names_in(folder) == ["copy.db"]
    assert mode_of(folder / "copy.db") == 0o600
    assert await knows(folder / "copy.db", keyring, "noor")


async def test_copying_writes_nothing_to_the_database_nor_to_its_log(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    """As after a crash: nobody serves, and the log holds what the file does not have yet."""
    stores = await SqliteStores.connect(path, keyring)
    await commit_talk(stores, "noor")
    place = crashed(path, tmp_path / "left")
    await stores.close()
    log = place.with_name("frontdoor.db-wal")
    before = [digest(place), digest(log)]
    assert size_of(log) > 0
    await back_up(place, tmp_path / "copy.db", keyring)
    assert [digest(place), digest(log)] == before
    assert await knows(tmp_path / "copy.db", keyring, "noor")


def crashed(path: Path, folder: Path) -> Path:
    """The database and its log as they are now, in another folder."""
    folder.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        (folder / name).write_bytes((path.parent / name).read_bytes())
    return folder / path.name


def size_of(path: Path) -> int:
    return path.stat().st_size


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_copy_never_takes_another_files_place(
    path: Path, stores: SqliteStores, keyring: Keyring, tmp_path: Path
) -> None:
    await stores.check()
    (tmp_path / "copy.db").write_text("an earlier copy")
    with pytest.raises(AlreadyThere):
        await back_up(path, tmp_path / "copy.db", keyring)
    assert (tmp_path / "copy.db").read_text() == "an earlier copy"


async def test_what_is_not_there_cannot_be_copied(keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        await back_up(tmp_path / "none.db", tmp_path / "copy.db", keyring)
    assert names_in(tmp_path) == []


async def test_other_keys_make_no_copy(path: Path, stores: SqliteStores, tmp_path: Path) -> None:
    await commit_talk(stores, "noor")
    other = Keyring.from_setting(generate_key())
    with pytest.raises(UnknownKey):
        await back_up(path, tmp_path / "copy.db", other)
    assert not any(name.startswith("copy") for name in names_in(tmp_path))


async def make_copy(path: Path, keyring: Keyring, file: Path) -> None:
    """Of a database that knew Noor, and now knows Zofia too."""
    stores = await SqliteStores.connect(path, keyring)
    await commit_talk(stores, "noor")
    await back_up(path, file, keyring)
    await commit_talk(stores, "zofia")
    await stores.close()


async def test_what_is_restored_is_served_and_the_former_database_is_kept(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    await make_copy(path, keyring, file)
    done = await restore(file, path, keyring, at=NOW)
    assert mode_of(path) == 0o600
    assert await knows(path, keyring, "noor")
    assert not await knows(path, keyring, "zofia")
    assert names_in(tmp_path).count("copy.db") == 1
    assert done.former is not None
    assert done.former.parent == path.parent
    assert mode_of(done.former) == 0o600
    assert await knows(done.former, keyring, "zofia")


async def test_a_log_that_a_crash_left_goes_with_the_former_database(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    """With the new database it would be replayed into what it does not belong to."""
    await make_copy(path, keyring, tmp_path / "copy.db")
    stores = await SqliteStores.connect(path, keyring)
    await commit_talk(stores, "amal")
    place = crashed(path, tmp_path / "crashed")
    await stores.close()
    done = await restore(tmp_path / "copy.db", place, keyring, at=NOW)
    assert done.former is not None
    assert not place.with_name("frontdoor.db-wal").exists()
    assert not await knows(place, keyring, "amal")
    assert await knows(done.former, keyring, "amal")


async def test_a_database_that_is_lost_is_restored_where_it_was(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    await make_copy(path, keyring, tmp_path / "copy.db")
    done = await restore(tmp_path / "copy.db", tmp_path / "new" / "house.db", keyring, at=NOW)
    assert done.former is None
    assert await knows(tmp_path / "new" / "house.db", keyring, "noor")


async def test_nothing_is_restored_while_a_server_has_the_database(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    await make_copy(path, keyring, file)
    stores = await SqliteStores.connect(path, keyring)
    with pytest.raises(AlreadyOpen):
        await restore(file, path, keyring, at=NOW)
    await commit_talk(stores, "amal")
    await stores.close()
    assert await knows(path, keyring, "amal")


def spoil(file: Path, how: str) -> None:
    if how == "cut":
        os.truncate(file, file.stat().st_size // 2)
    elif how == "letter":
        file.write_bytes(b"a letter, not a database" * 500)
    elif how == "empty":
        file.write_bytes(b"")
    else:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(how)


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ("cut", Damaged),
        ("letter", Damaged),
        ("empty", Damaged),
        ("UPDATE alembic_version SET version_num = '9999'", NewerSchema),
        ("UPDATE audit SET action = 'read'", AuditBroken),
        ("DELETE FROM conversations", Damaged),
        ("UPDATE tenant_keys SET wrapped = zeroblob(60)", StorageError),
    ],
)
async def test_an_unsound_file_replaces_nothing(
    path: Path, keyring: Keyring, tmp_path: Path, how: str, refusal: type[StorageError]
) -> None:
    file = tmp_path / "copy.db"
    await make_copy(path, keyring, file)
    before = digest(path)
    spoil(file, how)
    with pytest.raises(refusal):
        await restore(file, path, keyring, at=NOW)
    assert digest(path) == before
    assert names_in(path.parent) == ["copy.db", "frontdoor.db", "frontdoor.db.lock"]


async def test_keys_that_do_not_open_the_file_replace_nothing(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    await make_copy(path, keyring, tmp_path / "copy.db")
    other = Keyring.from_setting(generate_key())
    with pytest.raises(UnknownKey):
        await restore(tmp_path / "copy.db", path, other, at=NOW)
    assert await knows(path, keyring, "zofia")


async def test_a_database_is_not_restored_onto_itself(path: Path, keyring: Keyring) -> None:
    await (await SqliteStores.connect(path, keyring)).close()
    with pytest.raises(OntoItself):
        await restore(path, path, keyring, at=NOW)


def test_the_commands_say_in_one_line_what_is_wrong(path: Path, tmp_path: Path) -> None:
    keys, secret = generate_key(), "hunter2hunter2"
    cases: list[tuple[str, Path | str, str, str]] = [
        ("backup", path, keys, "no such file"),
        ("restore", path, keys, "no such file"),
        ("backup", path, "", "SECRET_KEYS is not set"),
        ("backup", f"postgresql://web:{secret}@host/house", keys, "pg_dump"),
        ("restore", f"postgresql://web:{secret}@host/house", keys, "pg_restore"),
    ]
    for command, database, given, problem in cases:
        code, said_lines = tried(command, tmp_path / "copy.db", database, given)
        assert (code, len(said_lines)) == (1, 1), said_lines
        assert problem in said_lines[0]
        assert secret not in said_lines[0]


def test_a_restore_says_where_the_former_database_is(path: Path, tmp_path: Path) -> None:
    keys = generate_key()
    file = tmp_path / "copy.db"
    asyncio.run(make_copy(path, Keyring.from_setting(keys), file))
    code, told = tried("restore", file, path, keys)
    assert code == 0
    assert f"{path.name}.before-" in told[0]
