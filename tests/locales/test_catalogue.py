import polib
import pytest

from locales.catalogue import make_template, mistakes, update
from locales.extraction import Source
from locales.pseudo import make_pseudo, pseudo
from locales.review import Review, read_review, unreviewed

ASK = Source("entry.where.ask", "Where are you?", None, "flows/library/entry.yaml")
CODE = Source("replies.code", "Say {reference}.", None, "flows/library/replies.yaml")
AHEAD = Source("replies.ahead", "{count} people", "{count} person", "flows/library/replies.yaml")


def _polish(*sources: Source) -> polib.POFile:
    catalogue = update(sources, polib.POFile(), "pl")
    said = {"entry.where.ask": "Gdzie jesteś?", "replies.code": "Podaj {reference}."}
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "{count} osoba", 1: "{count} osoby", 2: "{count} osób"}
        else:
            entry.msgstr = said[entry.msgctxt]
    return catalogue


def _found(sources: list[Source], catalogue: polib.POFile) -> str:
    return "\n".join(mistakes(sources, catalogue, "pl"))


def test_a_whole_catalogue_has_no_mistakes() -> None:
    sources = [ASK, CODE, AHEAD]
    assert _found(sources, update(sources, _polish(*sources), "pl")) == ""


def test_a_changed_english_keeps_its_translation_but_marks_it() -> None:
    changed = Source(ASK.key, "Where are you now?", None, ASK.file)
    catalogue = update([changed], _polish(ASK), "pl")
    (entry,) = catalogue
    assert (entry.msgstr, entry.flags, entry.previous_msgid) == (
        "Gdzie jesteś?",
        ["fuzzy"],
        "Where are you?",
    )
    assert "the English has changed" in _found([changed], catalogue)
    # Another run does not launder it.
    assert "the English has changed" in _found([changed], update([changed], catalogue, "pl"))


def test_a_changed_english_loses_its_review() -> None:
    old = _polish(ASK)
    old[0].tcomment = str(Review("Amira", "2026-01-31", unreviewed(ASK.english).source))
    kept = read_review(update([ASK], old, "pl")[0].tcomment.splitlines())
    assert kept is not None
    assert kept.holds_for(ASK.english)
    changed = Source(ASK.key, "Where are you now?", None, ASK.file)
    lost = read_review(update([changed], old, "pl")[0].tcomment.splitlines())
    assert lost == unreviewed(changed.english)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: setattr(entries[0], "msgstr", ""), "not translated"),
        (lambda entries: setattr(entries[1], "msgstr", "Podaj kod."), "placeholders"),
        (lambda entries: setattr(entries[1], "msgstr", "{reference} {count}"), "placeholders"),
        (lambda entries: entries[2].msgstr_plural.pop(2), "as many forms"),
        (lambda entries: entries[2].msgstr_plural.update({1: ""}), "not translated"),
        (lambda entries: setattr(entries[0], "tcomment", "reviewed: Ben"), "who reviewed"),
        (lambda entries: entries.pop(0), "not in the catalogue"),
    ],
)
def test_each_mistake_is_said_with_its_key(change: object, said: str) -> None:
    sources = [ASK, CODE, AHEAD]
    catalogue = update(sources, _polish(*sources), "pl")
    assert callable(change)
    change(catalogue)
    (line,) = _found(sources, catalogue).splitlines()
    assert said in line
    assert line.startswith("pl: ")


def test_a_text_that_is_gone_is_said() -> None:
    assert "its English is gone" in _found([ASK], update([ASK, CODE], polib.POFile(), "pl"))


def test_english_stands_for_itself() -> None:
    catalogue = update([ASK, AHEAD], polib.POFile(), "en")
    assert list(mistakes([ASK, AHEAD], catalogue, "en")) == []
    assert catalogue[0].msgstr == ASK.english


def test_the_template_is_the_same_each_time() -> None:
    assert str(make_template([ASK, AHEAD])) == str(make_template([ASK, AHEAD]))


@pytest.mark.parametrize(
    "line",
    [
        "reviewed: nobody",
        "reviewed: Amira, 31.1.2026, source 0a0a0a0a",
        "hello",
        "reviewed: , source",
    ],
)
def test_a_malformed_review_is_none(line: str) -> None:
    assert read_review([line]) is None


def test_nobodys_review_never_holds() -> None:
    assert not unreviewed(ASK.english).holds_for(ASK.english)


def test_a_review_without_a_date_does_not_hold() -> None:
    undated = Review("Amira", "", unreviewed(ASK.english).source)
    assert read_review([str(undated)]) == undated
    assert not undated.holds_for(ASK.english)


def test_the_pseudo_language_keeps_placeholders_and_changes_all_else() -> None:
    assert pseudo("Say {reference} to 999.").startswith("[Šåý {reference} ţö 999.")
    catalogue = make_pseudo([ASK, AHEAD])
    assert catalogue[0].msgstr != ASK.english
    assert "{count}" in catalogue[1].msgstr_plural[0]
