"""Recordings of a tenant's texts: a clip in British Sign Language, or a voice, by key and language.

A recording is only ever as true as its transcript: somebody has compared the two, on a day.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tenants.reading import Entry

FILE = "recordings.yaml"
KINDS: Mapping[str, tuple[str, ...]] = {
    "bsl": (".mp4", ".webm"),
    "audio": (".m4a", ".mp3", ".ogg"),
}
"""What a recording may be, and how its file's name then ends."""

_NEEDED = "file sha256 transcript_reviewed_by transcript_reviewed_on"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording. `file` lies in the tenant's own folder and has the hash `sha256`.

    `language` is that of the text which it says; British Sign Language is a kind, not a language.
    """

    key: str
    language: str
    kind: str
    file: str
    sha256: str
    reviewed_by: str
    reviewed_on: dt.date
    line: int


def read_recordings(document: Entry, languages: Collection[str]) -> tuple[Recording, ...]:
    """`recordings.yaml`: key, then language, then kind. A mistake is told as in every file."""
    return tuple(_recordings(document, languages))


def _recordings(document: Entry, languages: Collection[str]) -> Iterator[Recording]:
    for key, by_language in document.entries():
        for language, by_kind in by_language.entries():
            language.one_of(languages)
            for kind, entry in by_kind.entries():
                yield _read_recording((key.text(), language.text()), kind, entry)


def _read_recording(place: tuple[str, str], kind: Entry, entry: Entry) -> Recording:
    fields = entry.fields(needed=_NEEDED)
    return Recording(
        *place,
        kind=kind.one_of(KINDS),
        file=_read_file_name(fields["file"], KINDS[kind.text()]),
        sha256=_read_hash(fields["sha256"]),
        reviewed_by=fields["transcript_reviewed_by"].text(),
        reviewed_on=fields["transcript_reviewed_on"].date(),
        line=fields["file"].line,
    )


def _read_file_name(item: Entry, endings: tuple[str, ...]) -> str:
    name = item.text()
    if not _NAME.fullmatch(name) or not name.endswith(endings):
        cure = f"Name a file of this folder in small letters that ends in {' or '.join(endings)}"
        raise item.error(f"{name!r} is no file's name here", cure)
    return name


def _read_hash(item: Entry) -> str:
    if not _HASH.fullmatch(item.text()):
        raise item.error("this is no SHA-256", "Write what `sha256sum FILE` prints first")
    return item.text()
