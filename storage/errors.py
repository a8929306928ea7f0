"""What can go wrong in storage, by name, each with a code. A class's docstring is its message.

Never carries content, a key, an address or a statement's parameters.
"""

from typing import ClassVar

from sqlalchemy.exc import DBAPIError, IntegrityError


class StorageError(Exception):
    """Storage could not do what was asked."""

    code: ClassVar[str] = "storage"

    def __init__(self, detail: str = "") -> None:
        """``detail`` is appended to the message: ids, codes and figures only."""
        message = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{message} {detail}".strip())


class KeysMissing(StorageError):
    """SECRET_KEYS is not set. It takes one or more keys, newest first, with commas between."""

    code = "keys-missing"


class WeakKey(StorageError):
    """SECRET_KEYS holds a key that cannot be relied on."""

    code = "weak-key"


class DuplicateKey(StorageError):
    """SECRET_KEYS holds the same key twice."""

    code = "duplicate-key"


class UnknownKey(StorageError):
    """A stored key was wrapped by a key that is not in SECRET_KEYS."""

    code = "unknown-key"


class SealBroken(StorageError):
    """What was sealed cannot be opened here: it was altered, or belongs elsewhere."""

    code = "seal-broken"


class UnreadableRecord(StorageError):
    """A stored record has a shape that this version does not know; a newer one may."""

    code = "unreadable-record"


class UnfitChange(StorageError):
    """A change contradicts itself: this is a mistake in the code that made it."""

    code = "unfit-change"


class NameTaken(StorageError):
    """Another account of this tenant has this sign-in name."""

    code = "name-taken"


class StoreClosed(StorageError):
    """The store is closed, or closing; nothing was stored."""

    code = "store-closed"


class WriterStopped(StorageError):
    """The writer has stopped: no commit is possible until a restart."""

    code = "writer-stopped"


class StoreBusy(StorageError):
    """The database does not answer, or another program holds it; nothing was stored."""

    code = "store-busy"


class Unreachable(StoreBusy):
    """The database server cannot be reached: check the host and port of DATABASE_URL."""

    code = "unreachable"


class OutcomeUnknown(StorageError):
    """The database was lost at the commit: whether the change was stored is unknown."""

    code = "outcome-unknown"


class SignInRefused(StorageError):
    """The database server refuses the name or the password in its address."""

    code = "sign-in-refused"


class DatabaseMissing(StorageError):
    """The server has no database of the name in DATABASE_URL: create it first."""

    code = "database-missing"


class SchemaMissing(StorageError):
    """The database lacks tables or rights that this version needs: run `frontdoor migrate`."""

    code = "schema-missing"


class RoleMissing(StorageError):
    """The role in DATABASE_URL does not exist, and the owner may not create it: do that first."""

    code = "role-missing"


class RoleTooStrong(StorageError):
    """The role in DATABASE_URL could pass the walls between tenants, so nothing is served with it.

    Name one there that owns nothing; the owner's address belongs in OWNER_DATABASE_URL, for
    `frontdoor migrate`.
    """

    code = "role-too-strong"


class ReadOnly(StorageError):
    """The database cannot be written to: check its file's permissions, or the server's state."""

    code = "read-only"


class DiskFull(StorageError):
    """There is no room left where the database is; nothing was stored."""

    code = "disk-full"


class DiskFailed(StorageError):
    """The disk failed under the database: whether the change was stored is unknown."""

    code = "disk-failed"


class Damaged(StorageError):
    """The file is not a database of ours, or it is damaged."""

    code = "damaged"


class CannotOpen(StorageError):
    """The database file cannot be opened or created."""

    code = "cannot-open"


class BadAddress(StorageError):
    """A setting holds an address that cannot be used."""

    code = "bad-address"


class NewerSchema(StorageError):
    """The database was made by a newer version of Front Door: install that, or a later one."""

    code = "newer-schema"


class AlreadyOpen(StorageError):
    """Another process is serving from this database file. Stop it first."""

    code = "already-open"


# Extended result codes begin with these names; longer names first.
_SQLITE: dict[str, type[StorageError]] = {
    "SQLITE_READONLY": ReadOnly,
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR": DiskFailed,
    "SQLITE_BUSY": StoreBusy,
    "SQLITE_LOCKED": StoreBusy,
    "SQLITE_CORRUPT": Damaged,
    "SQLITE_NOTADB": Damaged,
    "SQLITE_CANTOPEN": CannotOpen,
}
_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"})


def code_of(error: DBAPIError) -> str:
    """The driver's own name or number for what happened."""
    for name in ("sqlite_errorname", "sqlstate"):
        if code := getattr(error.orig, name, None):
            return str(code)
    return type(error.orig).__name__


def is_taken(error: IntegrityError) -> bool:
    """Whether a unique value was there already, which somebody else's commit may cause."""
    return code_of(error) in _UNIQUE


def translate(error: DBAPIError) -> StorageError:
    """Our own name for a driver's error; its message stays behind, it may quote values."""
    code = code_of(error)
    for prefix, named in _SQLITE.items():
        if code.startswith(prefix):
            return named(f"({code})")
    return StorageError(f"({code})")
