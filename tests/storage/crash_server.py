"""A program that is killed: it commits lines from many callers and says which were acknowledged.

Started by test_crash.py as `python crash_server.py FILE`; the keys come in SECRET_KEYS.
"""

import asyncio
import os
import sys
from pathlib import Path

from storage.keyring import Keyring
from storage.sqlite import SqliteStores
from storage.store import Change, Committed, Sender, Store
from tests.contracts.cast import HARBOUR, fact, heard, said, session, talk

CALLERS = 20


async def talk_on(store: Store, id: str) -> None:
    now = await store.conversation(talk(id=id).id) or talk(id=id)
    while True:
        seq = now.last_seq
        change = Change(
            conversation=now.evolve(last_seq=seq + 2, asked=seq + 2),
            lines=(heard(seq + 1, inbox=f"{id}-{seq + 1}".encode()), said(seq + 2)),
            facts=(fact(),),
            session=session(Sender("web", id.encode())),
        )
        fate = await store.commit(change)
        assert isinstance(fate, Committed), fate
        assert fate.change.conversation is not None
        now = fate.change.conversation
        # One write, so that a line of the log is there whole or not at all.
        os.write(1, f"{id} {now.last_seq} {now.version}\n".encode())


async def serve(path: Path) -> None:
    stores = await SqliteStores.connect(path, Keyring.from_setting(os.environ["SECRET_KEYS"]))
    store = stores.open(HARBOUR)
    await asyncio.gather(*(talk_on(store, f"talk-{n}") for n in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
