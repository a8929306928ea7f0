"""What `frontdoor check` says of recordings: of a known text, there, and the one that was read."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.recordings import broken_recordings, missing_recordings
from tenants.recordings import Recording
from tenants.tenant import Tenant
from tests.flows.proving import harbour

KEYS = ("entry.danger-now.ask", "entry.safe-to-talk.ask")
CLIP = b"a clip"
SOUND = Recording(
    key=KEYS[0],
    language="en",
    kind="bsl",
    file="danger.mp4",
    sha256=hashlib.sha256(CLIP).hexdigest(),
    reviewed_by="made up",
    reviewed_on=date(2026, 1, 31),
    line=5,
)


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    (tmp_path / SOUND.file).write_bytes(CLIP)
    return replace(harbour(), folder=tmp_path, recordings=(SOUND,))


def broken(tenant: Tenant, **change: Any) -> list[str]:
    spoiled = replace(tenant, recordings=(replace(SOUND, **change),))
    return [str(found) for found in broken_recordings(spoiled, KEYS)]


def test_a_sound_recording_breaks_nothing(tenant: Tenant) -> None:
    assert broken(tenant) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": "entry.danger-nwo.ask"}, "Did you mean 'entry.danger-now.ask'?"),
        ({"file": "gone.mp4"}, "gone.mp4 is not in the folder. Put it there"),
        ({"sha256": "0" * 64}, "danger.mp4 is not the file that was reviewed"),
    ],
)
def test_a_broken_one_is_told_with_file_line_and_cure(
    tenant: Tenant, change: dict[str, str], said: str
) -> None:
    (line,) = broken(tenant, **change)
    assert line.startswith("tenants/harbour/recordings.yaml:5: P8, ")
    assert said in line


def test_a_link_is_no_recording(tenant: Tenant, tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to(tmp_path / SOUND.file)
    assert "is not in the folder" in broken(tenant, file="link.mp4")[0]


def test_what_is_not_recorded_is_a_note_for_each_language_and_kind(tenant: Tenant) -> None:
    notes = list(missing_recordings(tenant, KEYS))
    assert notes[0] == (
        "1 of 2 safety texts in en have no recording (bsl), entry.safe-to-talk.ask the first"
    )
    assert [note.split(" (")[1].split(")")[0] for note in notes] == ["bsl", "audio", "bsl", "audio"]
    whole = (SOUND, replace(SOUND, key=KEYS[1]))
    assert len(list(missing_recordings(replace(tenant, recordings=whole), KEYS))) == 3
