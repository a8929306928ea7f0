"""The next case of a queue, found and claimed, with a million waiting and with a hundred."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.filling import WHOLE_CASES, fill_postgres, fill_sqlite, make_whole_cases, rank_of
from benchmarks.report import Row
from benchmarks.rooms import Production, fresh_database
from benchmarks.size import Size
from flows.conversation import Conversation, ConversationId, Owner
from storage.keyring import Keyring, generate_key
from storage.postgres import PostgresStores
from storage.sqlite import SqliteStores
from storage.store import Change, Store, Stores
from tests.contracts.cast import AMIRA, HARBOUR, VICTIM, keep, read_by

Open = Callable[[int], AbstractAsyncContextManager[Stores]]
Talks = dict[ConversationId, Conversation]


@dataclass(slots=True)
class Waits:
    """Microseconds: to find the next case, and to find it and have it claimed, durably."""

    found: list[float] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)


async def claims(size: Size, made: Production | None) -> AsyncIterator[Row]:
    """Both stores, each with few waiting and with many."""
    keyring = Keyring.from_setting(generate_key())
    stores: dict[str, Open] = {"SQLite": partial(_sqlite, keyring)}
    if made is not None:
        stores["PostgreSQL"] = partial(_postgres, keyring, made)
    for name, opened in stores.items():
        few = await _waits(opened, WHOLE_CASES, size.claims)
        many = await _waits(opened, size.waiting, size.claims)
        for row in _rows(f"{name}, {size.waiting:,} waiting,", few, many):
            yield row


def _rows(name: str, few: Waits, many: Waits) -> list[Row]:
    p50, p99, of_few = at(many.found, 0.5), at(many.found, 0.99), at(few.found, 0.5)
    claimed, of_few_claimed = at(many.claimed, 0.5), at(few.claimed, 0.5)
    few_told = f"with {WHOLE_CASES} waiting {of_few_claimed:,.0f} us"
    return [
        Row(f"{name} the next case, p50", p50, "us", 150),
        Row(f"{name} the next case, p99", p99, "us", None, 200),
        Row(f"{name} times {WHOLE_CASES}'s p50", p50 / of_few, "", 1.5, note=f"{of_few:.0f} us"),
        Row(f"{name} found and claimed, p50", claimed, "us", note=few_told),
        Row(f"{name} found and claimed, p99", at(many.claimed, 0.99), "us"),
    ]


def at(waits: list[float], part: float) -> float:
    """What this part of the waits are no longer than."""
    return sorted(waits)[int(len(waits) * part)]


async def _waits(opened: Open, waiting: int, count: int) -> Waits:
    async with opened(waiting) as stores:
        store, waits = stores.open(HARBOUR), Waits()
        talks = await make_whole_cases(store)
        for number in range(WHOLE_CASES + count):
            await _claim_next(store, talks, number, waits)
    # The first time through the cases is a warm-up.
    return Waits(waits.found[WHOLE_CASES:], waits.claimed[WHOLE_CASES:])


async def _claim_next(store: Store, talks: Talks, number: int, waits: Waits) -> None:
    """Find and claim one, timed; then put it back behind the others, so that as many wait."""
    before = perf_counter()
    case = await store.next_waiting([VICTIM])
    waits.found.append((perf_counter() - before) * 1e6)
    assert case is not None
    mine = case.evolve(owner=Owner.WORKER, holder=AMIRA)
    talk = talks[case.conversation]
    stored = await keep(store, Change(conversation=talk, case=mine, audit=(read_by(),)))
    waits.claimed.append((perf_counter() - before) * 1e6)
    assert stored.case is not None
    back = stored.case.evolve(owner=Owner.QUEUE, holder=None, rank_at=rank_of(number + WHOLE_CASES))
    stored = await keep(store, Change(conversation=stored.conversation, case=back))
    assert stored.conversation is not None
    talks[case.conversation] = stored.conversation


@asynccontextmanager
async def _sqlite(keyring: Keyring, waiting: int) -> AsyncIterator[Stores]:
    with TemporaryDirectory(prefix="frontdoor-bench-") as folder:
        path = Path(folder) / "house.db"
        made = await SqliteStores.connect(path, keyring)
        await made.close()
        fill_sqlite(path, waiting - WHOLE_CASES)
        stores = await SqliteStores.connect(path, keyring)
        try:
            yield stores
        finally:
            await stores.close()


@asynccontextmanager
async def _postgres(keyring: Keyring, made: Production, waiting: int) -> AsyncIterator[Stores]:
    with fresh_database(made.server) as database:
        fill_postgres(database, waiting - WHOLE_CASES)
        stores = await PostgresStores.connect(database.url, keyring)
        try:
            yield stores
        finally:
            await stores.close()
