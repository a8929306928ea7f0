"""What a PostgreSQL server or the way to it says, under our own names; its words stay behind."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.errors import (
    Damaged,
    DatabaseMissing,
    DiskFailed,
    DiskFull,
    ReadOnly,
    SchemaMissing,
    SignInRefused,
    StorageError,
    StoreBusy,
    Unreachable,
    code_of,
)

READ_ONLY = "25006"
"""After a switch-over the old server answers so, for ever, to whoever stays connected to it."""

# By SQLSTATE, the longest beginnings first.
_NAMED: dict[str, type[StorageError]] = {
    READ_ONLY: ReadOnly,
    "28": SignInRefused,
    "3D000": DatabaseMissing,
    "40": StoreBusy,  # A deadlock, or two transactions that cannot both be.
    "42501": SchemaMissing,
    "42P01": SchemaMissing,
    "42703": SchemaMissing,
    "53100": DiskFull,
    "53": StoreBusy,  # Too many connections, or no memory.
    "55P03": StoreBusy,
    "57014": StoreBusy,
    "57": Unreachable,  # It shuts down, has crashed, or is starting.
    "58": DiskFailed,
    "08": Unreachable,
    "XX001": Damaged,
    "XX002": Damaged,
}
# An error while connecting has no code, only words; where they are in another language it is told
# as the general one.
_SAID: dict[str, type[StorageError]] = {
    "password": SignInRefused,
    "no pg_hba.conf entry": SignInRefused,
    "role": SignInRefused,
    "database": DatabaseMissing,
    "too many": StoreBusy,
    "remaining connection slots": StoreBusy,
}


def named(error: SQLAlchemyError | TimeoutError) -> StorageError:
    """Our own name for what happened."""
    if not isinstance(error, DBAPIError):
        return StoreBusy()
    code = code_of(error)
    if getattr(error.orig, "sqlstate", None) is None:
        return _by_words(str(error.orig))
    for beginning, kind in _NAMED.items():
        if code.startswith(beginning):
            return kind(f"({code})")
    return StorageError(f"({code})")


def _by_words(said: str) -> StorageError:
    refused = said.partition("FATAL:")[2]
    for words, kind in _SAID.items():
        if words in refused:
            return kind()
    return Unreachable()
