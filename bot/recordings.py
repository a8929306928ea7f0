"""Whether a tenant's recordings are what its file says: a text that there is, a file, its hash.

It only looks. Nothing serves a recording to a page yet (docs/patterns.md).
"""

import hashlib
from collections.abc import Collection, Iterator

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
    if file.is_symlink() or not file.is_file():
        return f"{recording.file} is not in the folder. Put it there, or take these lines out"
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
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
