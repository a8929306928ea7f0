"""What somebody with the database in hand, but not the keys, can read or move about: nothing."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.errors import SealBroken, UnknownKey
from storage.keyring import Keyring, generate_key
from storage.sqlite import SqliteStores
from storage.store import Change, Store
from tests.contracts.cast import (
    AMIRA,
    HARBOUR,
    LANTERN,
    NOOR,
    REFERENCE,
    account,
    begin,
    case_of,
    fact,
    heard,
    keep,
    said,
    session,
    talk,
    timer,
)

CANARY = "canary-47-zwölf-کینری"


def change_rows(path: Path, *statements: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount >= 1
    engine.dispose()


async def fill(store: Store, id: str = NOOR, reference: str = REFERENCE) -> None:
    change = Change(
        conversation=talk(store.tenant, id, last_seq=2),
        lines=(heard(1), said(2)),
        case=case_of(id, reference),
    )
    await keep(store, change)
    await store.save_account(account(AMIRA))


async def reopen(stores: SqliteStores, path: Path, keyring: Keyring) -> SqliteStores:
    """With nothing in memory any more: what is read comes from the file."""
    await stores.close()
    return await SqliteStores.connect(path, keyring)


SWAPS = {
    "a talk with another's state": "UPDATE conversations SET sealed = "
    "(SELECT sealed FROM conversations WHERE tenant_id = 'harbour' AND id = 'other') "
    "WHERE tenant_id = 'harbour' AND id = 'talk-of-noor'",
    "a talk with another's key": "UPDATE conversation_keys SET wrapped = (SELECT wrapped "
    "FROM conversation_keys WHERE tenant_id = 'harbour' AND conversation_id = 'other') "
    "WHERE tenant_id = 'harbour' AND conversation_id = 'talk-of-noor'",
    "a talk with Lantern's state": "UPDATE conversations SET sealed = "
    "(SELECT sealed FROM conversations WHERE tenant_id = 'lantern') "
    "WHERE tenant_id = 'harbour' AND id = 'talk-of-noor'",
    "a talk with its case": "UPDATE conversations SET sealed = "
    "(SELECT sealed FROM cases WHERE tenant_id = 'harbour' AND conversation_id = 'talk-of-noor') "
    "WHERE tenant_id = 'harbour' AND id = 'talk-of-noor'",
    "a talk with another version": "UPDATE conversations SET version = 8",
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
async def test_a_talk_opens_with_nothing_but_its_own(
    stores: SqliteStores, path: Path, keyring: Keyring, swap: str
) -> None:
    await fill(stores.open(HARBOUR))
    await fill(stores.open(HARBOUR), "other", "R-2")
    await fill(stores.open(LANTERN))
    assert await stores.open(HARBOUR).conversation(NOOR)
    change_rows(path, swap)
    again = await reopen(stores, path, keyring)
    with pytest.raises(SealBroken):
        await again.open(HARBOUR).conversation(NOOR)
    await again.close()


async def test_a_whole_talk_of_lantern_does_not_open_in_harbour(
    stores: SqliteStores, path: Path, keyring: Keyring
) -> None:
    await fill(stores.open(LANTERN))
    await begin(stores.open(HARBOUR), "anything")
    assert await stores.open(LANTERN).case(REFERENCE)
    tables = ("conversation_keys", "lines", "cases", "conversations")
    change_rows(
        path,
        *(f"UPDATE {t} SET tenant_id = 'harbour' WHERE tenant_id = 'lantern'" for t in tables),  # noqa: S608  Fixed names.
    )
    again = await reopen(stores, path, keyring)
    harbour = again.open(HARBOUR)
    for read in (harbour.conversation(NOOR), harbour.lines(NOOR), harbour.case(REFERENCE)):
        with pytest.raises(SealBroken):
            await read
    await again.close()


async def test_two_lines_of_one_talk_cannot_change_places(stores: SqliteStores, path: Path) -> None:
    await fill(stores.open(HARBOUR))
    assert list(await stores.open(HARBOUR).lines(NOOR)) == [heard(1), said(2)]
    change_rows(
        path,
        "UPDATE lines SET seq = 9 WHERE seq = 1",
        "UPDATE lines SET seq = 1 WHERE seq = 2",
        "UPDATE lines SET seq = 2 WHERE seq = 9",
    )
    with pytest.raises(SealBroken):
        await stores.open(HARBOUR).lines(NOOR)


async def test_a_one_time_secret_of_lantern_does_not_open_in_harbour(
    stores: SqliteStores, path: Path
) -> None:
    await fill(stores.open(HARBOUR))
    await fill(stores.open(LANTERN))
    assert await stores.open(HARBOUR).account("amira@harbour")
    change_rows(
        path,
        "UPDATE accounts SET totp_sealed = (SELECT totp_sealed FROM accounts "
        "WHERE tenant_id = 'lantern') WHERE tenant_id = 'harbour'",
    )
    with pytest.raises(SealBroken):
        await stores.open(HARBOUR).account("amira@harbour")


async def test_other_keys_open_nothing_and_say_so(
    stores: SqliteStores, path: Path, keyring: Keyring
) -> None:
    await fill(stores.open(HARBOUR))
    other = Keyring.from_setting(generate_key())
    again = await reopen(stores, path, other)
    with pytest.raises(UnknownKey):
        await again.open(HARBOUR).conversation(NOOR)
    await again.close()


async def test_a_new_key_in_front_of_the_old_one_opens_everything(
    path: Path,
) -> None:
    old = generate_key()
    stores = await SqliteStores.connect(path, Keyring.from_setting(old))
    await fill(stores.open(HARBOUR))
    again = await reopen(stores, path, Keyring.from_setting(f"{generate_key()},{old}"))
    assert await again.open(HARBOUR).conversation(NOOR) == talk(version=1, last_seq=2)
    await again.close()


async def test_no_word_of_a_person_is_in_the_files(stores: SqliteStores, path: Path) -> None:
    store = stores.open(HARBOUR)
    answers = {f"victim.{CANARY}": talk().answers["victim.what"]}
    for n in range(50):
        change = Change(
            conversation=talk(
                id=f"talk-{n}", step=CANARY, path=(CANARY,), answers=answers, last_seq=2
            ),
            lines=(heard(1, CANARY), said(2, CANARY)),
            case=case_of(f"talk-{n}", f"R-{n}", intake={"where": CANARY}, side=CANARY),
            session=session() if n == 0 else None,
            timers=(timer(f"timer-{n}"),),
            facts=(fact(),),
        )
        stored = await keep(store, change)
        assert stored.conversation is not None
        await keep(store, Change(conversation=stored.conversation.evolve(asked=3)))
    await store.save_account(account(totp_secret=CANARY))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    await stores.close()
    after = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert len(before["frontdoor.db-wal"]) > 50_000
    assert len(after["frontdoor.db"]) > 50_000
    for content in (*before.values(), *after.values()):
        for word in (CANARY, "canary-47", "followed me", "Is anyone in danger"):
            assert word.encode() not in content
    assert b"amira@harbour" in after["frontdoor.db"], "the search itself must be able to find"
