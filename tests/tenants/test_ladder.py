"""The spans of a tenant's ladder: read from its file, told by line where they are wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from tenants.ladder import NAMES, Spans, read_spans
from tenants.reading import FileMistakeError, read_source
from tenants.tenant import load_tenants


def read(text: str) -> Spans:
    return read_spans(read_source(text, Path("tenant.yaml")))


def test_what_is_written_holds_and_what_is_not_is_as_usual() -> None:
    spans = read("unclaimed: 90s\ntruth: 4m\n")
    assert (spans.unclaimed, spans.truth) == (timedelta(seconds=90), timedelta(minutes=4))
    assert spans.supervisor == Spans().supervisor


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("unclaimed: soon\n", 1, "is not a length of time"),
        ("holder: 2m\nsupervisor: 0s\n", 2, "may not be nothing"),
        ("holder: 2m\non-call: 5m\n", 2, "is not known here"),
        ("holder: 2m\nholder: 3m\n", 2, "stands here twice"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_cure(text: str, line: int, problem: str) -> None:
    with pytest.raises(FileMistakeError, match=problem) as told:
        read(text)
    assert told.value.line == line
    assert told.value.cure


def test_every_sample_writes_every_span() -> None:
    for tenant in load_tenants().values():
        for name in NAMES:
            assert f"    {name}: " in tenant.files["tenant.yaml"]
