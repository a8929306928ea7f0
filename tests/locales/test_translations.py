"""The catalogues as they are shipped: whole, current, and fit for a page (P8, P12)."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner

from locales.__main__ import main
from locales.catalogue import file_of, languages_in
from locales.catalogue_file import FOLDER, read
from locales.extraction import collect
from locales.lookup import Catalogues
from locales.pseudo import LANGUAGE
from locales.template import compile_text, isolate_numbers, placeholders

TRANSLATED = ("pl", "ur", "hi", "bn", "so", "ar", "gu", "pa", "ro", "pt", "tr")
SOURCES = collect()

# Languages that are not written in Latin letters, and their own.
LETTERS = {
    "ur": "\u0600-\u06ff",
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "bn": "\u0980-\u09ff",
    "gu": "\u0a80-\u0aff",
    "pa": "\u0a00-\u0a7f",
}

# Names of places and people are the same in Polish, and so is the word on the red sign.
SAME_IN_POLISH = {"areas.coventry", "areas.rutland", "replies.you-stopped", "page.quiet.stop"}


def _entries(language: str) -> Iterator[polib.POEntry]:
    entries = polib.pofile(str(file_of(FOLDER, language)))
    assert entries, f"the catalogue in {language} holds nothing to look at"
    yield from entries


def _said(language: str) -> Iterator[tuple[str, str, str]]:
    """Key, English and each form of every text but the lists of typed words."""
    for entry in _entries(language):
        for form in entry.msgstr_plural.values() or [entry.msgstr]:
            if not entry.msgctxt.startswith("typed."):
                yield entry.msgctxt, entry.msgid_plural or entry.msgid, form


def test_the_catalogues_are_whole_and_current() -> None:
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0, result.output


def test_a_catalogue_that_is_not_current_fails_the_check(tmp_path: Path) -> None:
    for command in (["update", "pl"], ["check"]):
        result = CliRunner().invoke(main, [*command, "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "pl: entry.leaving.say: not translated" in result.output


def test_the_pseudo_language_is_not_shipped() -> None:
    assert LANGUAGE not in languages_in(FOLDER)
    assert {"en", *TRANSLATED} <= set(languages_in(FOLDER))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_found_in_every_language(language: str) -> None:
    catalogues = Catalogues.load()
    assert SOURCES
    for source in SOURCES:
        found = catalogues.text(
            language, source.key, source.english, {"count": 1}, english_one=source.one
        )
        assert found.language == language, source.key


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_placeholder_survives_every_translation(language: str) -> None:
    for key, english, said in _said(language):
        assert placeholders(said) == placeholders(english), key
        assert said.count("{") == said.count("}") == len(placeholders(english)), key


def test_no_text_is_left_in_english() -> None:
    same = {key for key, english, said in _said("pl") if said == english}
    assert same <= SAME_IN_POLISH
    for language, letters in LETTERS.items():
        for key, _, said in _said(language):
            assert re.search(f"[{letters}]", said), key


@pytest.mark.parametrize("language", TRANSLATED)
def test_emergency_numbers_survive_and_are_not_localised(language: str) -> None:
    for key, english, said in _said(language):
        if not key.startswith("numbers."):
            numbers = re.findall(r"\b\d{3,}\b", english)
            assert sorted(re.findall(r"\b\d{3,}\b", said)) == sorted(numbers), key
        own_digits = (
            "[\u06f0-\u06f9\u0660-\u0669\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef]"
        )
        assert not re.search(own_digits, said), key


@pytest.mark.parametrize("language", ["ur", "ar"])
def test_every_number_in_a_right_to_left_text_is_isolated(language: str) -> None:
    for key, _, said in _said(language):
        shown = "".join(compile_text(language, said).pieces)
        bare = re.sub("\u2066[^\u2069]*\u2069", "", shown)
        assert not re.search(r"\d{3}", bare), key
        assert isolate_numbers(shown) == shown, key


def test_polish_gives_away_nobodys_gender() -> None:
    told = re.compile(r"\w+ł(eś|aś|byś|abyś|em|am|bym|abym)\b|\b(pewien|pewna|sam|sama)\b")
    assert [key for key, _, said in _said("pl") if told.search(said)] == []


def test_urdu_gives_away_nobodys_gender() -> None:
    told = re.compile("(?<!ہم )آپ[^۔؟،]*(رہے|رہی|سکتے|سکتی|چاہتے|چاہتی|والے|والی) ہیں")
    assert [key for key, _, said in _said("ur") if told.search(said)] == []


def test_hindi_gives_away_nobodys_gender() -> None:
    told = re.compile("आप\\s[^।?,]*(रहे|रही|सकते|सकती|चाहते|चाहती|वाले|वाली) हैं")
    assert [key for key, _, said in _said("hi") if told.search(said)] == []


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_nothing_is_shouted_or_promised(language: str) -> None:
    never = re.compile(
        "!|…|anonymous|anonimow|گمنام|poufn|رازداری|jesteś bezpieczn|آپ محفوظ|ktoś się odezwie"
        "|niskie ryzyko|کم خطرہ|low risk|you are safe|someone will",
        re.IGNORECASE,
    )
    assert [key for key, _, said in _said(language) if never.search(said)] == []


def test_nothing_claims_a_review_that_nobody_gave() -> None:
    written = [text for language in TRANSLATED for text in read(file_of(FOLDER, language))]
    assert written
    assert [text.key for text in written if text.is_reviewed] == []


def test_a_review_of_the_present_english_is_seen(tmp_path: Path) -> None:
    catalogue = polib.pofile(str(file_of(FOLDER, "ur")))
    entry = catalogue[0]
    entry.tcomment = entry.tcomment.replace("nobody", "Amira, 2026-01-31")
    path = file_of(tmp_path, "ur")
    path.parent.mkdir(parents=True)
    path.write_text(str(catalogue), encoding="utf-8")
    assert [text.key for text in read(path) if text.is_reviewed] == [entry.msgctxt]


def test_a_source_knows_its_file() -> None:
    files = {source.file for source in SOURCES}
    assert "flows/library/entry.yaml" in files
    assert all(not Path(file).is_absolute() for file in files)
    assert len(SOURCES) == len({(s.key, s.english) for s in SOURCES})
