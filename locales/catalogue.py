"""The catalogue files as translators edit them: written from the English, updated, and checked.

A translation is never taken for another English: when the English of a key changes, its translation
stays, marked fuzzy, and is not shown until a person has mended it. With its key it goes.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from locales.catalogue_file import files_in
from locales.extraction import Source
from locales.languages import ENGLISH
from locales.review import read_review, unreviewed, version_of
from locales.template import placeholders

WIDTH = 100
POT = "messages.pot"

Key = tuple[str, str]


def file_of(folder: Path, language: str) -> Path:
    """Where a language's catalogue lies."""
    return folder / language / "LC_MESSAGES" / "messages.po"


def languages_in(folder: Path) -> list[str]:
    """Every language that has a catalogue there."""
    return list(files_in(folder))


def make_template(sources: Sequence[Source]) -> polib.POFile:
    """The catalogue of the English alone, `messages.pot`; without a date, so it never churns."""
    return _catalogue("", (_entry(source) for source in sources))


def update(sources: Sequence[Source], old: polib.POFile, language: str) -> polib.POFile:
    """A language's catalogue for the present English, with every translation that it had."""
    known = {_key(entry): entry for entry in old if not entry.obsolete}
    current = {(source.key, source.english) for source in sources}
    left = {entry.msgctxt: entry for key, entry in known.items() if key not in current}
    fresh: list[polib.POEntry] = []
    for source in sources:
        entry = _entry(source)
        kept = known.get((source.key, source.english))
        if kept is not None and _one(kept) == source.one:
            _take(entry, kept)
        elif stale := kept or left.get(source.key):
            _take_stale(entry, stale)
        _fill(entry, language)
        fresh.append(entry)
    return _catalogue(language, fresh)


def mistakes(sources: Sequence[Source], catalogue: polib.POFile, language: str) -> Iterator[str]:
    """One line for each text that is missing, stale, empty, or has lost a placeholder (P8)."""
    known = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    current = {(source.key, source.english) for source in sources}
    for source in sources:
        entry = known.get((source.key, source.english))
        if entry is None or _one(entry) != source.one:
            yield f"{language}: {source.key}: not in the catalogue; run make locales"
        else:
            yield from (f"{language}: {source.key}: {what}" for what in _faults(entry, language))
    for key, _ in known.keys() - current:
        yield f"{language}: {key}: its English is gone; run make locales"


def _faults(entry: polib.POEntry, language: str) -> Iterator[str]:
    forms = _forms(entry)
    if "fuzzy" in entry.flags:
        yield "the English has changed; mend the translation and remove the fuzzy mark"
    elif not all(forms):
        yield "not translated"
    english = placeholders(entry.msgid_plural or entry.msgid)
    if any(form and placeholders(form) != english for form in forms):
        yield f"its placeholders are not {sorted(english)}"
    if entry.msgid_plural and len(forms) != get_plural(language.replace("-", "_")).num_plurals:
        yield "it does not have as many forms as the language counts with"
    review = read_review(entry.tcomment.splitlines())
    if review is None or review.source != version_of(*_english(entry)):
        yield "nothing says who reviewed it and of which source; run make locales"


def _catalogue(language: str, entries: Iterable[polib.POEntry]) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Project-Id-Version": "frontdoor",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        catalogue.metadata["Language"] = language.replace("-", "_")
        rule = get_plural(language.replace("-", "_"))
        catalogue.metadata["Plural-Forms"] = (
            f"nplurals={rule.num_plurals}; plural={rule.plural_expr};"
        )
    catalogue.extend(entries)
    return catalogue


def _entry(source: Source) -> polib.POEntry:
    counted = source.one is not None
    return polib.POEntry(
        msgctxt=source.key,
        msgid=source.one if counted else source.english,
        msgid_plural=source.english if counted else "",
        # No line number: moving a step would touch every catalogue.
        occurrences=[(source.file, "")],
    )


def _take(entry: polib.POEntry, kept: polib.POEntry) -> None:
    entry.msgstr, entry.msgstr_plural = kept.msgstr, dict(kept.msgstr_plural)
    entry.flags = list(kept.flags)
    entry.tcomment = kept.tcomment
    entry.previous_msgid = kept.previous_msgid


def _take_stale(entry: polib.POEntry, stale: polib.POEntry) -> None:
    """The old translation beside the new English: to be mended, not to be shown."""
    if bool(stale.msgid_plural) != bool(entry.msgid_plural) or not all(_forms(stale)):
        return
    entry.msgstr, entry.msgstr_plural = stale.msgstr, dict(stale.msgstr_plural)
    entry.flags = ["fuzzy"]
    entry.previous_msgid = stale.msgid


def _fill(entry: polib.POEntry, language: str) -> None:
    """English stands for itself; every other language gets room for each of its forms."""
    if language == ENGLISH:
        entry.flags, entry.previous_msgid = [], None
        entry.msgstr = "" if entry.msgid_plural else entry.msgid
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural} if entry.msgid_plural else {}
    elif entry.msgid_plural:
        forms = get_plural(language.replace("-", "_")).num_plurals
        entry.msgstr_plural = {n: entry.msgstr_plural.get(n, "") for n in range(forms)}
    review = read_review(entry.tcomment.splitlines())
    if review is None or review.source != version_of(*_english(entry)):
        entry.tcomment = str(unreviewed(*_english(entry)))


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid_plural or entry.msgid


def _one(entry: polib.POEntry) -> str | None:
    return entry.msgid if entry.msgid_plural else None


def _english(entry: polib.POEntry) -> tuple[str, str | None]:
    return entry.msgid_plural or entry.msgid, _one(entry)


def _forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
