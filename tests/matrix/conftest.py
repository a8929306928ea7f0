"""One house for each module: what it is asked changes nothing of anybody else's."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.kept import keep_what_is_only_read
from tests.matrix.house import MatrixHouse, matrix_house

keep_what_is_only_read()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MatrixHouse]:
    """Harbour and Lantern, served together."""
    async with matrix_house(tmp_path_factory.mktemp("matrix")) as made:
        yield made
