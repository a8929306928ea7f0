"""One process at a time serves from a database file. The system frees the lock however it ends."""

import errno
import fcntl
from pathlib import Path

from storage.errors import AlreadyOpen, CannotOpen, ReadOnly


class FileLock:
    """A lock on a file beside the database; held from its making until ``release``."""

    def __init__(self, path: Path) -> None:
        """``path`` is the database's. Raises AlreadyOpen, ReadOnly or CannotOpen."""
        beside = path.with_name(f"{path.name}.lock")
        try:
            self._file = beside.open("a")
        except PermissionError:
            raise ReadOnly("(lock file)") from None
        except OSError as error:
            if error.errno == errno.EROFS:
                raise ReadOnly("(lock file)") from None
            raise CannotOpen(f"({errno.errorcode.get(error.errno or 0, 'lock file')})") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise AlreadyOpen(f"({path.name})") from None

    def release(self) -> None:
        """Let another process have it. The file stays: removing it would let two in at once."""
        self._file.close()
