from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.audit import BrokenChain, verify
from storage.sqlite import SqliteStores
from storage.store import Change
from tests.contracts.cast import BEN, HARBOUR, LANTERN, keep, read_by


def tamper(path: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount >= 1
    engine.dispose()


async def test_chains_of_all_tenants_hold(stores: SqliteStores) -> None:
    for tenant in (HARBOUR, LANTERN, HARBOUR):
        await keep(stores.open(tenant), Change(audit=(read_by(), read_by(BEN))))
    assert await verify(stores.open(HARBOUR)) is None
    assert await verify(stores.open(LANTERN)) is None


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit SET staff_id = 'ben' WHERE seq = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE seq = 2", 2),
        ("UPDATE audit SET previous = x'00' WHERE seq = 1", 1),
        ("UPDATE audit SET hash = randomblob(32) WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("UPDATE audit SET tenant_id = 'harbour' WHERE tenant_id = 'lantern'", 6),
    ],
)
async def test_an_altered_or_missing_entry_shows(
    stores: SqliteStores, path: Path, statement: str, seq: int
) -> None:
    harbour = stores.open(HARBOUR)
    await keep(harbour, Change(audit=tuple(read_by(detail=str(n)) for n in range(5))))
    lantern = Change(audit=tuple(read_by(detail=str(n)) for n in range(6)))
    await keep(stores.open(LANTERN), lantern)
    if "lantern" in statement:
        tamper(path, "DELETE FROM audit WHERE tenant_id = 'lantern' AND seq < 6")
    tamper(path, statement + ("" if "lantern" in statement else " AND tenant_id = 'harbour'"))
    assert await verify(harbour) == BrokenChain("embedded", seq)
