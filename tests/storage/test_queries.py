from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Select, create_engine
from sqlalchemy.dialects import sqlite

from storage import next_case, queries
from storage.prepared import Prepared
from storage.tables import metadata


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("_OPEN", "ix_cases_open"),
        ("_OWNED", "ix_cases_waiting"),
        ("_NEXT", "ix_cases_waiting"),
        ("_BEFORE", "ix_cases_waiting"),
        ("_DUE", "ix_timers_due"),
        ("_BY_SENDER", "uq_sessions_sender"),
        ("_ON_DEVICE", "ix_sessions_device"),
        ("_FACTS", "ix_facts_at"),
    ],
)
def test_what_is_asked_often_is_found_by_its_index_and_never_sorted(
    connection: Connection, name: str, index: str
) -> None:
    """A claim among a million must cost what it costs among a hundred."""
    query: Select[tuple[object, ...]] | Prepared = getattr(
        next_case if name == "_NEXT" else queries, name
    )
    query = query.statement if isinstance(query, Prepared) else query
    written = str(query.compile(dialect=sqlite.dialect()))
    plan = connection.exec_driver_sql(
        f"EXPLAIN QUERY PLAN {written}", (1,) * written.count("?")
    ).all()
    steps = [row[3] for row in plan]
    assert f"INDEX {index} " in steps[0]
    assert not [step for step in steps if "SCAN" in step]
    assert not [step for step in steps if "TEMP B-TREE" in step]
