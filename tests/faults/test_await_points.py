"""Every await point of the server struck in turn: nothing lost, doubled, disordered or orphaned."""

import pytest

from tests.faults.rounds import Nursery, Scenario, sqlite_place
from tests.faults.scenarios import DANGEROUS, EXIT, RACE, REPLY, SCENARIOS
from tests.faults.sweeping import IS_FULL, Sweep, all_kinds, told

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

PLAYED = SCENARIOS if IS_FULL else (DANGEROUS, EXIT, RACE, REPLY)
FEW = 3
"""Points of each kind and scenario in the short form, spread evenly over all."""


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
async def test_no_strike_at_any_step_loses_doubles_or_disorders_anything(
    warm: Nursery, scenario: Scenario
) -> None:
    sweep = Sweep(warm, sqlite_place, at_most=0 if IS_FULL else FEW)
    rows = [await sweep.row(scenario, kind) for kind in all_kinds()]
    table = "\n".join(told(rows))
    print(f"\n{table}")  # noqa: T201  The table is what a reader of the run wants.
    assert not any(row.broken for row in rows), table
    kills = next(row for row in rows if row.kind == "kill")
    assert kills.struck > 0
