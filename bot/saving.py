"""What a failure of the store means to whoever waits at the door."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.inbound import NotSaved
from storage.errors import StorageError

log = structlog.get_logger()


@contextmanager
def saving() -> Iterator[None]:
    """Storage's own errors, as what they mean to whoever waits: nothing was kept, send it again."""
    try:
        yield
    except StorageError as error:
        log.error("not-saved", code=error.code)
        raise NotSaved from None


@contextmanager
def gathered(failures: list[Exception]) -> Iterator[None]:
    """Keep what fails for later, so that whatever comes next is tried all the same."""
    try:
        yield
    except Exception as error:
        failures.append(error)
