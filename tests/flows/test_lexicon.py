"""A mistake in a screening file is refused with its file, its line and what is known."""

from pathlib import Path

import pytest

from bot.__main__ import main
from flows.lexicon import LexiconError, read_lexicon
from flows.screening import Level, Screener

GOOD = """\
language: xx
scripts: [latin]
negation reach: [2, 0]
common: [zu]
ordinary: []
alike: []
subjects: [ka]
pauses: []
negation: [nix]
not negation: []
past: [olim]
now: [nun]
fiction: [kino]
slots:
  weapon: [knaif, big knaif]
idioms:
  - butter <weapon>
markers:
  weapon:
    emergency:
      - ka .. <weapon>
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "xx.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_language_is_added_by_a_file_alone(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    screener = Screener.load(tmp_path)
    assert screener.languages == ("xx",)
    assert screener.screen("ka zu big knaif").level is Level.EMERGENCY
    assert screener.screen("ka butter knaif").level is Level.NONE


@pytest.mark.parametrize(
    ("wrong", "right", "line", "says"),
    [
        ("ka .. <knives>", "ka .. <weapon>", 21, "no slot <knives>"),
        ("  weapons:", "  weapon:\n    emerg", 19, "'weapons' is not known .* 'weapon'"),
        ("    urgent:", "    emergency:", 20, "'urgent' is not known here"),
        ("ka .. & <weapon>", "ka .. <weapon>", 21, "mixes"),
        ("negation reach: [two, 0]", "negation reach: [2, 0]", 3, "'two' is not a whole number"),
        ("negation reach: [2]", "negation reach: [2, 0]", 3, "two numbers"),
        ("scripts: latin", "scripts: [latin]", 2, "a list was expected"),
        ("common: [z*]", "common: [zu]", 4, "three letters"),
        ("language: [xx", "language: xx", 2, "not YAML"),
    ],
)
def test_a_mistake_names_its_line(
    tmp_path: Path, wrong: str, right: str, line: int, says: str
) -> None:
    if "\n" in right:
        right, text = "  weapon:\n", GOOD.replace("  weapon:\n    emerg", wrong + "\n    emerg")
    else:
        text = GOOD.replace(right, wrong)
    with pytest.raises(LexiconError, match=rf"^[^/]+/xx\.yaml:{line}: .*{says}"):
        read_lexicon(write(tmp_path, text))


def test_a_phrase_given_twice_is_refused(tmp_path: Path) -> None:
    text = GOOD + "      - ka .. <weapon>\n"
    with pytest.raises(LexiconError, match=r"xx\.yaml:22: .*twice"):
        read_lexicon(write(tmp_path, text))


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="'fiction' is missing"):
        read_lexicon(write(tmp_path, GOOD.replace("fiction: [kino]\n", "")))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"xx\.yaml:1: the file is empty"):
        read_lexicon(write(tmp_path, ""))


def test_lines_that_lost_their_dashes_are_not_one_long_phrase(tmp_path: Path) -> None:
    lost = GOOD.replace("      - ka .. <weapon>\n", "      ka .. <weapon>\n      ka zu\n")
    with pytest.raises(LexiconError, match=r"xx\.yaml:21: a list was expected"):
        read_lexicon(write(tmp_path, lost))


def test_the_command_tells_a_mistake_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, GOOD.replace("negation reach: [2, 0]", "negation reach: [2]"))
    monkeypatch.setattr("flows.screening.FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["frontdoor", "screen"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "/xx.yaml:3: two numbers were expected here. Write [" in told
    assert told.count("\n") == 1
