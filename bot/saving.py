"""What a failure of the store means to whoever waits at the door."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.inbound import NotSaved
from storage.errors import StorageError

log = structlog.get_logger()


class Saving:
    """Storage's own errors, as what they mean to whoever waits: nothing was kept, send it again."""

    def __enter__(self) -> None:
        """Nothing is held."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, StorageError):
            log.error("not-saved", code=error.code)
            raise NotSaved from None


SAVING = Saving()
"""There is nothing in it, so that one serves all: a turn makes none of its own."""


@contextmanager
def gathered(failures: list[Exception]) -> Iterator[None]:
    """Keep what fails for later, so that whatever comes next is tried all the same."""
    try:
        yield
    except Exception as error:
        failures.append(error)
