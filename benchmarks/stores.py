"""Commits a second of both stores, side by side: the same turns, from the same number of callers.

Run as ``python -m benchmarks.stores [CALLERS]``. PostgreSQL flushes to the disk, as SQLite does.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from storage.keyring import Keyring, generate_key
from storage.postgres import PostgresStores
from storage.sqlite import SqliteStores
from storage.store import Change, Committed, Sender, Session, Store, Stores
from tests.contracts.cast import HARBOUR, HOUR, NOW, fact, heard, said, talk
from tests.databases import migrated_database
from tests.servers import postgres_server

ROUNDS, SECONDS = 3, 2.0
FLUSHING = ("shared_buffers=64MB", "max_connections=100")


@dataclass(slots=True)
class Tally:
    """What one store did in all rounds."""

    seconds: float = 0.0
    processor: float = 0.0
    waits: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Commits a second, the median and the 99th of a hundred waits, and the processor time."""
        waits = sorted(self.waits)
        count = len(waits)
        at = {part: waits[int(count * part)] * 1000 for part in (0.5, 0.99)}
        return (
            f"{name:<12}{count / self.seconds:>10.0f}/s{at[0.5]:>9.1f} ms{at[0.99]:>9.1f} ms"
            f"{self.processor / count * 1e6:>9.0f} us"
        )


async def talk_on(store: Store, id: str, until: float, waits: list[float]) -> None:
    """One caller's talk, turn after turn: two lines, the state, the session and a fact."""
    now = talk(id=id)
    while (began := time.perf_counter()) < until:
        seq = now.last_seq
        change = Change(
            conversation=now.evolve(last_seq=seq + 2),
            lines=(heard(seq + 1, inbox=f"{seq}".encode()), said(seq + 2)),
            session=Session(Sender("web", id.encode()), NOW + HOUR),
            facts=(fact(),),
        )
        fate = await store.commit(change)
        assert isinstance(fate, Committed)
        assert fate.change.conversation is not None
        now = fate.change.conversation
        waits.append(time.perf_counter() - began)


async def load(stores: Stores, callers: int, round_: int, tally: Tally) -> None:
    """One round of one store."""
    store = stores.open(HARBOUR)
    began, spent = time.perf_counter(), time.process_time()
    until = began + SECONDS
    ids = [f"talk-{round_}-{n}" for n in range(callers)]
    await asyncio.gather(*(talk_on(store, id, until, tally.waits) for id in ids))
    tally.seconds += time.perf_counter() - began
    tally.processor += time.process_time() - spent


async def compare(path: Path, url: str, callers: int) -> None:
    """Rounds of each in turn, so that what else the machine does falls on both."""
    keyring = Keyring.from_setting(generate_key())
    kinds: dict[str, Stores] = {
        "SQLite": await SqliteStores.connect(path, keyring),
        "PostgreSQL": await PostgresStores.connect(url, keyring),
    }
    tallies = {name: Tally() for name in kinds}
    for round_ in range(ROUNDS):
        for name, stores in kinds.items():
            await load(stores, callers, round_, tallies[name])
    print(f"{callers} callers    commits a second   median      99 %   processor a commit, ours")
    for name, stores in kinds.items():
        print(tallies[name].line(name))
        await stores.close()


def main() -> None:
    """Both on this machine, each with a fresh database."""
    callers = int(sys.argv[1]) if sys.argv[1:] else 50
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server(*FLUSHING) as server,
        migrated_database(server) as database,
    ):
        work = compare(Path(folder) / "frontdoor.db", database.url, callers)
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(work)


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
