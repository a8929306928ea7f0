"""Each seeded defect is caught; without one, the same rounds show nothing."""

import pytest

from tests.faults.defects import DEFECTS
from tests.faults.rounds import Nursery, Scenario, sqlite_place
from tests.faults.scenarios import (
    CROWD,
    DANGEROUS,
    EXIT,
    FIRST,
    PAGES,
    RACE,
    RECONNECT,
    SCENARIOS,
)
from tests.faults.steps import Strike
from tests.faults.sweeping import Sweep

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

CAUGHT: dict[str, tuple[Scenario, str, str]] = {
    "acknowledge-before-commit": (FIRST, "kill", "I1"),
    "acknowledge-when-queued": (FIRST, "kill", "I1"),
    "lock-released-before-commit": (PAGES, "", "I8"),
    "read-then-write-claim": (RACE, "kill", "I6"),
    "resume-by-time-window": (RECONNECT, "kill", "I9"),
    "inbox-by-greater-than-the-last": (FIRST, "kill", "I1"),
    "retry-under-a-new-id": (FIRST, "drop", "I3"),
    "audit-after-the-reading": (DANGEROUS, "kill", "I11"),
    "swallow-a-failed-commit": (FIRST, "sql-fail", "I1"),
    "hot-copy-kept-after-a-conflict": (RACE, "kill", "served"),
    "sequence-from-a-count": (FIRST, "kill", "I4r"),
    "session-kept-after-exit": (EXIT, "kill", "I13"),
    "pages-told-after-exit": (EXIT, "kill", "I13"),
    "case-in-a-second-commit": (RACE, "sql-kill", "I6"),
    "inbox-in-memory-only": (FIRST, "kill", "I2"),
    "move-audited-in-a-second-commit": (RACE, "sql-kill", "I11"),
}
"""Where each shows, by which strike, and which promise it breaks."""


def test_every_defect_has_its_place() -> None:
    assert set(CAUGHT) == set(DEFECTS)


@pytest.mark.parametrize("name", CAUGHT)
async def test_a_seeded_defect_is_caught(warm: Nursery, name: str) -> None:
    scenario, kind, invariant = CAUGHT[name]
    caught = await Sweep(warm, sqlite_place, defect=name).first_caught(scenario, kind)
    assert caught is not None, f"{name} was not noticed in {scenario.name}"
    at, result = caught
    assert invariant in {v.invariant for v in result.violations}, (at, result)


@pytest.mark.parametrize("scenario", [*SCENARIOS, CROWD, PAGES], ids=lambda scenario: scenario.name)
async def test_without_a_defect_nothing_is_caught(warm: Nursery, scenario: Scenario) -> None:
    result = await Sweep(warm, sqlite_place).strike(scenario, Strike())
    assert result.violations == ()
