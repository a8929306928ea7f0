"""The one line that is told when whatever commits has died: a code and the error's class.

Never its message, which may quote what was being stored.
"""

from contextlib import suppress

import structlog

from storage.errors import WriterStopped

log = structlog.get_logger()


def tell_stopped(error: BaseException) -> None:
    """Tell the operator, who alone can help now: by a restart. Raises nothing."""
    # What cannot be written is lost; raised here, it would be shown whole, the error within it.
    with suppress(Exception):
        log.critical(WriterStopped.code, error=type(error).__name__)
