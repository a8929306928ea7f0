"""The demo that the journeys go through: started once a test, on a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demo import Demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A running demo. Ask for it before ``browser``, so that the pages leave first."""
    running = Demo(tmp_path / "demo")
    running.start()
    try:
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
