"""A tenant's phrases: read with file, line and cure, and none says what no text of ours may say."""

from pathlib import Path

import pytest

from flows.never_said import read_never_said
from tenants.phrases import LONGEST, read_phrases
from tenants.reading import read_source
from tenants.tenant import TenantFileError, load_tenants

PATH = Path("harbour/phrases.yaml")


def read(text: str) -> None:
    read_phrases(read_source(text, PATH, TenantFileError), ("en", "ur"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello:\n  ur: سلام\n", 2),
        ("hello:\n  en: Hello.\n  xx: Hm.\n", 3),
        (f"hello:\n  en: {'a' * (LONGEST + 1)}\n", 2),
        ("hello: Hello.\n", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TenantFileError) as told:
        read(text)
    assert told.value.line == line


def test_every_sample_has_english_polish_and_urdu() -> None:
    for tenant in load_tenants().values():
        assert tenant.phrases
        for texts in tenant.phrases.values():
            assert {"en", "pl", "ur"} <= set(texts)


def test_no_phrase_promises_what_cannot_be_kept() -> None:
    lists = read_never_said()
    phrases = load_tenants()["llr"].phrases  # type: ignore[index]
    for texts in phrases.values():
        for language, text in texts.items():
            assert lists[language].promise_in(text) is None, text
