"""The strict reader keeps words as words, knows its lines, and refuses what it does not know."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tenants.reading import Entry, FileMistakeError, read_source, suggest


def read(source: str) -> Entry:
    return read_source(source, Path("harbour/notes.yaml"))


def test_yes_no_on_and_numbers_stay_words() -> None:
    fields = read("yes: no\non: off\n3: 010\n").named()
    assert {key: value.text() for key, value in fields.items()} == {
        "yes": "no",
        "on": "off",
        "3": "010",
    }


def test_values_are_read_as_what_they_should_be() -> None:
    fields = read("a: 2026-01-31\nb: 90s\nc: 12\nd: yes\ne: [x, y]\nf: x\n").named()
    assert fields["a"].date() == date(2026, 1, 31)
    assert fields["b"].duration() == timedelta(seconds=90)
    assert fields["c"].whole() == 12
    assert fields["d"].flag()
    assert fields["e"].texts() == ("x", "y")
    assert fields["f"].texts() == ("x",)


def test_a_doubled_key_names_both_lines() -> None:
    with pytest.raises(FileMistakeError, match=r"notes\.yaml:3: 'a' .*first on line 1"):
        read("a: 1\nb: 2\na: 3\n").named()


def test_an_unknown_key_suggests_the_nearest() -> None:
    with pytest.raises(FileMistakeError) as caught:
        read("titel: x\n").fields(needed="title", optional="note")
    assert caught.value.line == 1
    assert str(caught.value).endswith("is not known here. Did you mean 'title'?")
    assert suggest("zzz", ("title", "note")) == "Known here: title, note"


@pytest.mark.parametrize(
    ("source", "line"),
    [("a: [1\nb: 2\n", 2), ("a: 1\n  b: 2\n", 2), ("", 1), ("a: 1\n---\nb: 2\n", 2)],
)
def test_what_is_not_one_yaml_document_names_its_line(source: str, line: int) -> None:
    with pytest.raises(FileMistakeError) as caught:
        read(source)
    assert caught.value.line == line


@pytest.mark.parametrize("source", ["a: {b: c}", "a: [b]"])
def test_a_text_is_not_a_list_or_a_mapping(source: str) -> None:
    with pytest.raises(FileMistakeError, match="a text was expected"):
        read(source).named()["a"].text()


def test_a_mapping_is_not_a_list_nor_a_list_a_mapping() -> None:
    with pytest.raises(FileMistakeError, match="a list was expected"):
        read("a: 1").items()
    with pytest.raises(FileMistakeError, match="lines were expected"):
        read("[a]").named()
