"""The same strikes on PostgreSQL with Redis: what holds on one file holds between processes."""

import pytest

from tests.faults.places import postgres_places
from tests.faults.rounds import Nursery, Scenario
from tests.faults.scenarios import RACE, SCENARIOS
from tests.faults.sweeping import IS_FULL, Sweep, told
from tests.redis_server import redis_server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

PLAYED = SCENARIOS if IS_FULL else (RACE,)
KINDS = ("kill", "cancel", "drop", "raise", "sql-kill")
"""The other two strike as SQLite's own driver would, so they are SQLite's alone."""

FEW = 2


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
async def test_no_strike_on_postgres_with_redis_loses_or_doubles_anything(
    warm: Nursery, scenario: Scenario
) -> None:
    async with redis_server() as redis:
        with postgres_places(redis.url) as place:
            sweep = Sweep(warm, place, at_most=0 if IS_FULL else FEW)
            rows = [await sweep.row(scenario, kind) for kind in KINDS]
    table = "\n".join(told(rows))
    print(f"\n{table}")  # noqa: T201  The table is what a reader of the run wants.
    assert not any(row.broken for row in rows), table
