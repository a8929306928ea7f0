"""A tenant as one .zip of its files. What is packed is the same to the byte wherever it is made;
what is unpacked is somebody's upload, of which nothing is believed and nothing is written here.
"""

import io
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from tenants.beginning import ID, ID_RULE
from tenants.reading import suggest
from tenants.tenant import FILES, OPTIONAL_FILES, Tenant, TenantFileError, read_tenant

LARGEST = 256 * 1024
"""Bytes of one file; the samples' largest has five thousand."""

LARGEST_WHOLE = 2 * 1024 * 1024
MOST_ENTRIES = 50

_EXPORT = "Pack it with `frontdoor tenant export`"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENCRYPTED = 0x1


def pack(tenant: Tenant) -> bytes:
    """The archive of a tenant's files: in order, uncompressed and undated, so always the same.

    Recordings are too large for it, and are carried beside it.
    """
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in sorted(tenant.files):
            entry = ZipInfo(f"{tenant.id}/{name}", _LONG_AGO)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, tenant.files[name])
    return packed.getvalue()


def unpack(file: Path) -> Tenant:
    """The tenant in an archive, read whole. Raises `TenantFileError`, and OSError."""
    if file.stat().st_size > LARGEST_WHOLE:
        raise _mistake(file, f"it has more than {LARGEST_WHOLE} bytes", _EXPORT)
    try:
        with ZipFile(file) as archive:
            entries = dict(_entries(archive, file))
            id = _id_of(entries, file)
            files = {name: _text(archive, entry, file) for (_, name), entry in entries.items()}
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error) as bad:
        if isinstance(bad, TenantFileError):
            raise
        raise _mistake(file, "this is no .zip archive that can be read", _EXPORT) from None
    return read_tenant(files, Path(file.name) / id)


def _entries(archive: ZipFile, file: Path) -> Iterator[tuple[tuple[str, str], ZipInfo]]:
    """Folder and name of each file, each known and there once."""
    if len(archive.infolist()) > MOST_ENTRIES:
        raise _mistake(file, f"it holds more than {MOST_ENTRIES} entries", _EXPORT)
    seen: set[PurePosixPath] = set()
    for entry in archive.infolist():
        place = _place(entry, file)
        if entry.is_dir() and len(place.parts) == 1:
            continue
        if len(place.parts) != 2 or not _is_plain(entry):
            raise _mistake(file, f"{entry.filename!r} is no file in a tenant's folder", _EXPORT)
        folder, name = place.parts
        if name not in (*FILES, *OPTIONAL_FILES):
            cure = f"Leave it out. {suggest(name, (*FILES, *OPTIONAL_FILES))}"
            raise _mistake(file, f"{entry.filename!r} is no file of a tenant", cure)
        if place in seen:
            raise _mistake(file, f"{entry.filename!r} stands here twice", "Keep one of them")
        seen.add(place)
        yield (folder, name), entry


def _place(entry: ZipInfo, file: Path) -> PurePosixPath:
    name = entry.orig_filename
    place = PurePosixPath(name)
    is_outside = place.is_absolute() or ".." in place.parts or not place.parts
    if is_outside or any(sign in name for sign in "\\:\0"):
        raise _mistake(file, f"{name!r} leads outside the tenant's folder", _EXPORT)
    return place


def _is_plain(entry: ZipInfo) -> bool:
    """Whether it is a file, and not a folder, a link or a device, and open to read."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    is_file = kind in (0, stat.S_IFREG) and not entry.is_dir()
    return is_file and not entry.flag_bits & _ENCRYPTED


def _id_of(entries: Mapping[tuple[str, str], ZipInfo], file: Path) -> str:
    folders = sorted({folder for folder, _ in entries})
    if len(folders) != 1:
        found = ", ".join(map(repr, folders)) or "none"
        raise _mistake(file, f"one tenant's folder was expected, not {found}", _EXPORT)
    if not ID.fullmatch(folders[0]):
        raise _mistake(file, f"{folders[0]!r} cannot be a tenant's id", ID_RULE)
    for name in FILES:
        if (folders[0], name) not in entries:
            raise _mistake(file, f"{folders[0]}/{name} is missing", "Add it")
    return folders[0]


def _text(archive: ZipFile, entry: ZipInfo, file: Path) -> str:
    path = Path(file.name) / entry.filename
    with archive.open(entry) as opened:
        read = opened.read(LARGEST + 1)
    if len(read) > LARGEST:
        cure = "Take out what it need not hold"
        raise TenantFileError(path, 1, f"it has more than {LARGEST} bytes", cure=cure)
    try:
        return read.decode("utf-8")
    except UnicodeDecodeError as error:
        line = read[: error.start].count(b"\n") + 1
        raise TenantFileError(path, line, "this is not UTF-8", cure="Save it as UTF-8") from None


def _mistake(file: Path, problem: str, cure: str) -> TenantFileError:
    return TenantFileError(file, 1, problem, cure=cure)
