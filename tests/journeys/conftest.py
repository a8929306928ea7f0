"""The demo that the journeys go through: started once a test, on a folder of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demo import Demo
from tests.kept import keep_what_is_only_read

keep_what_is_only_read()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a demo's first start leaves. Most of that start is the hashes of its people's words."""
    first = Demo(tmp_path_factory.mktemp("furnished") / "demo")
    first.start()
    first.stop()
    return first.folder


@pytest.fixture
def demo(furnished: Path, tmp_path: Path) -> Iterator[Demo]:
    """A running demo. Ask for it before ``browser``, so that the pages leave first."""
    running = Demo(shutil.copytree(furnished, tmp_path / "demo"))
    running.start()
    try:
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
