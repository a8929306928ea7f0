"""A tenant's recordings: whether each is of a text, there, and the file that was reviewed (P8).

It only looks at files. What a page is offered and given: ``bot.channels.webchat.media``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.breaks import Break
from tenants.reading import suggest
from tenants.recordings import FILE, KINDS, Recording
from tenants.tenant import Tenant


def broken_recordings(tenant: Tenant, keys: Collection[str]) -> Iterator[Break]:
    """Each recording of no text, without its file, or of another one (P8)."""
    for recording in tenant.recordings:
        if wrong := _wrong(tenant, recording, keys):
            yield Break(f"tenants/{tenant.id}/{FILE}", recording.line, "P8", wrong)


def _wrong(tenant: Tenant, recording: Recording, keys: Collection[str]) -> str:
    if recording.key not in keys:
        return f"{recording.key} is no text of any published flow. {suggest(recording.key, keys)}"
    if tenant.folder is None:
        return ""
    file = tenant.folder / recording.file
    if not _is_there(file):
        return f"{recording.file} is not in the folder. Put it there, or take these lines out"
    found = _hash_of(file)
    if found != recording.sha256:
        return (
            f"{recording.file} is not the file that was reviewed: its SHA-256 is {found}."
            " Review its transcript again, and write that"
        )
    return ""


def missing_recordings(tenant: Tenant, critical: Collection[str]) -> Iterator[str]:
    """A note for each language and kind in which texts that safety hangs on are not recorded."""
    for language in tenant.languages:
        for kind in KINDS:
            recorded = {
                recording.key
                for recording in tenant.recordings
                if (recording.language, recording.kind) == (language, kind)
            }
            if missing := sorted(set(critical) - recorded):
                many = f"{len(missing)} of {len(critical)} safety texts"
                yield f"{many} in {language} have no recording ({kind}), {missing[0]} the first"


NAMED_BY = 32
"""Characters of its hash that name a recording to a page: a file's own name would tell of what."""


@dataclass(slots=True)
class Shelf:
    """What a tenant has recorded, by the text that it says and by the name that a page asks for."""

    folder: Path | None
    by_text: Mapping[tuple[str, str], Sequence[Recording]]
    by_name: Mapping[str, Recording]
    _looked: dict[str, tuple[int, int]] = field(default_factory=dict)

    def of(self, key: str, language: str) -> Sequence[Recording]:
        """The recordings of a text as it stands in one language."""
        return self.by_text.get((key, language), ())

    def find(self, name: str) -> Path | None:
        """The file of that name. None where it is gone, or is not what was reviewed.

        It is read whole, but once for as long as it stays the same: call it in a thread.
        """
        recording = self.by_name.get(name)
        if recording is None or self.folder is None:
            return None
        file = self.folder / recording.file
        if not _is_there(file):
            return None
        status = file.stat()
        stands = status.st_mtime_ns, status.st_size
        if self._looked.get(name) != stands:
            if _hash_of(file) != recording.sha256:
                return None
            self._looked[name] = stands
        return file


def shelve(tenant: Tenant) -> Shelf:
    """The recordings of a tenant; none where its files are not there, as in an archive."""
    by_text: dict[tuple[str, str], list[Recording]] = defaultdict(list)
    recordings = tenant.recordings if tenant.folder is not None else ()
    for recording in recordings:
        by_text[recording.key, recording.language].append(recording)
    return Shelf(tenant.folder, dict(by_text), {name_of(each): each for each in recordings})


def name_of(recording: Recording) -> str:
    """What a page asks for it by."""
    return recording.sha256[:NAMED_BY] + Path(recording.file).suffix


def _is_there(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _hash_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
