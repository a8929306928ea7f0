"""Recordings are named by key, language and kind, and a mistake is told with its line."""

from pathlib import Path

import pytest

from tenants.folder import write_folder
from tenants.packing import pack, unpack
from tenants.publishing import gaps
from tenants.recordings import FILE, Recording
from tenants.tenant import TenantFileError, load_tenant
from tests.tenants.conftest import HARBOUR, Spoil

CLIP = "danger.mp4"
WRITTEN = f"""\
# What Noor can watch or listen to.
entry.danger-now.ask:
  en:
    bsl:
      file: {CLIP}
      sha256: {"0" * 64}
      transcript_reviewed_by: made up
      transcript_reviewed_on: 2026-01-31
"""


def write(harbour: Spoil, text: str = WRITTEN) -> Path:
    folder = harbour()
    (folder / FILE).write_text(text)
    return folder


def test_a_recording_is_read_with_its_line(harbour: Spoil) -> None:
    (recording,) = load_tenant(write(harbour)).recordings
    assert isinstance(recording, Recording)
    assert (recording.key, recording.language, recording.kind, recording.file, recording.line) == (
        "entry.danger-now.ask",
        "en",
        "bsl",
        CLIP,
        5,
    )
    assert str(recording.reviewed_on) == "2026-01-31"


def test_a_tenant_without_the_file_has_none(harbour: Spoil) -> None:
    tenant = load_tenant(harbour())
    assert (tenant.recordings, FILE in tenant.files) == ((), False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  en:", "  fr:", "3: 'fr' is not known here"),
        ("bsl:", "video:", "4: 'video' is not known here"),
        (CLIP, "danger.mp3", "5: 'danger.mp3' is no file's name here"),
        (CLIP, "../danger.mp4", "5: '../danger.mp4' is no file's name here"),
        (CLIP, "/etc/danger.mp4", "5: '/etc/danger.mp4' is no file's name here"),
        (CLIP, ".danger.mp4", "5: '.danger.mp4' is no file's name here"),
        ("0" * 64, "0" * 63, "6: this is no SHA-256"),
        ("2026-01-31", "soon", "8: 'soon' is not a date"),
        ("      transcript_reviewed_by: made up\n", "", "5: 'transcript_reviewed_by' is missing"),
        ("made up\n", f"made up\n      sha256: {'1' * 64}\n", "8: 'sha256' stands here twice"),
        ("file:", "flie:", "5: 'flie' is not known here. Did you mean 'file'?"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_cure(
    harbour: Spoil, old: str, new: str, said: str
) -> None:
    with pytest.raises(TenantFileError) as refused:
        load_tenant(write(harbour, WRITTEN.replace(old, new, 1)))
    assert str(refused.value).startswith(f"harbour/{FILE}:{said}")


def test_a_hash_that_begins_like_a_number_is_no_direct_line(harbour: Spoil) -> None:
    assert gaps(load_tenant(write(harbour))) == []
    told = WRITTEN.replace("made up", "Noor, 01632 960777")
    assert [gap.line for gap in gaps(load_tenant(write(harbour, told)))] == [7]


def test_the_file_is_carried_in_an_archive_and_the_clips_are_not(
    harbour: Spoil, tmp_path: Path
) -> None:
    tenant = load_tenant(write(harbour))
    (tmp_path / "a.zip").write_bytes(pack(tenant))
    assert unpack(tmp_path / "a.zip") == tenant
    assert unpack(tmp_path / "a.zip").folder is None


def test_what_is_replaced_leaves_behind_the_clips_that_are_still_named(
    harbour: Spoil, tmp_path: Path
) -> None:
    folder = write(harbour)
    (folder / CLIP).write_bytes(b"a clip")
    (folder / "other.mp4").write_bytes(b"another")
    files = {**{f"{name}.yaml": text for name, text in HARBOUR.items()}, FILE: WRITTEN}
    write_folder(tmp_path, "harbour", files, may_replace=True)
    assert (folder / CLIP).read_bytes() == b"a clip"
    assert not (folder / "other.mp4").exists()
