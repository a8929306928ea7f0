"""One warm nursery for all rounds of a test session."""

from collections.abc import Iterator

import pytest

from tests.faults.rounds import Nursery, nursery


@pytest.fixture(scope="session")
def warm() -> Iterator[Nursery]:
    with nursery() as program:
        yield program
