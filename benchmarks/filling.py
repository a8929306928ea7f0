"""Queues filled in bulk: a few whole cases in front, and any number behind, never opened."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from flows.conversation import Conversation, ConversationId
from storage.store import Change, Store
from tests.contracts.cast import HARBOUR, NOW, VICTIM, case_of, keep, talk
from tests.databases import Database

WHOLE_CASES = 100

_BEHIND = timedelta(days=1)
"""How much later than the whole ones all others came."""

_STRIDE, _SECONDS = 7_919, 10_000_019
"""They are written in no order of time, as a queue with its urgencies is."""

_SIZES = {"talk": 40, "key": 61, "case": 100}
"""Bytes of what is sealed. None of it is ever opened, so it is short."""

_ROWS = (
    """INSERT INTO conversations (tenant_id, id, edition_id, version, last_seq, sealed)
       SELECT {tenant}, {id}, 'edition-1', 1, 0, {talk} {series}""",
    """INSERT INTO conversation_keys (tenant_id, conversation_id, version, tenant_version, wrapped)
       SELECT {tenant}, {id}, 1, 1, {key} {series}""",
    """INSERT INTO cases
       (tenant_id, reference, conversation_id, queue, owner, rank_at, version, sealed)
       SELECT {tenant}, {reference}, {id}, {queue}, 'queue', {rank}, 1, {case} {series}""",
)

_COUNTED = """FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
              SELECT i FROM n) WHERE i <= {0}"""


def rank_of(number: int) -> datetime:
    """Where the whole case that was put back as this one stands: before all that are behind."""
    return NOW + timedelta(seconds=number)


async def make_whole_cases(store: Store) -> dict[ConversationId, Conversation]:
    """Cases that can be opened and claimed; their talks as they are stored."""
    talks = {}
    for number in range(WHOLE_CASES):
        case = case_of(f"talk-{number}", f"WHOLE-{number:03}", rank_at=rank_of(number))
        begun = talk(store.tenant, case.conversation)
        stored = await keep(store, Change(conversation=begun, case=case))
        assert stored.conversation is not None
        talks[case.conversation] = stored.conversation
    return talks


def fill_sqlite(path: Path, count: int) -> None:
    """Put so many cases behind. The file may be open nowhere else."""
    since = int((NOW + _BEHIND).timestamp()) * 1_000_000
    words = {
        "id": "printf('talk-behind-%08d', i)",
        "reference": "printf('B%08d', i)",
        "rank": f"{since} + (i * {_STRIDE} % {_SECONDS}) * 1000000",
        "series": _COUNTED.format(count),
        "blob": "zeroblob({})",
    }
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -500000")
    database.execute("BEGIN")
    for statement in _statements(words):
        database.execute(statement)
    database.execute("COMMIT")
    database.close()


def fill_postgres(database: Database, count: int) -> None:
    """The same, its references taken on trust; and what the server itself does after a while."""
    since = (NOW + _BEHIND).isoformat()
    words = {
        "id": "'talk-behind-' || lpad(i::text, 8, '0')",
        "reference": "'B' || lpad(i::text, 8, '0')",
        "rank": f"timestamptz '{since}' + i::bigint * {_STRIDE} % {_SECONDS} * interval '1 s'",
        "series": f"FROM generate_series(1, {count}) AS n(i)",
        "blob": "decode(repeat('00', {}), 'hex')",
    }
    unchecked = "SET session_replication_role = replica"
    database.run(unchecked, *_statements(words), "VACUUM ANALYZE cases, conversation_keys")


def _statements(words: dict[str, str]) -> list[str]:
    """What fills the tables, in one database's words."""
    blobs = {name: words["blob"].format(size) for name, size in _SIZES.items()}
    named = {"tenant": f"'{HARBOUR}'", "queue": f"'{VICTIM}'"}
    return [row.format(**words, **blobs, **named) for row in _ROWS]
