"""Every text in every language, found by its key and the English it was made from.

A translation of another English than the one asked for is stale and not shown: the visitor then
gets the English, said to be English. This module never writes a catalogue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from locales.catalogue_file import FOLDER, Rule, files_in, read
from locales.languages import ENGLISH
from locales.template import Parameter, Template, compile_text

Parameters = Mapping[str, Parameter]

NOTHING: Parameters = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown, and the language it is really in (`en` where a translation is missing)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One translated text: its forms, the English singular it belongs to, and how to choose.

    `plain` is the whole answer where nothing can vary, which is nearly always.
    """

    forms: tuple[Template, ...]
    one: str | None
    rule: Rule
    plain: Text | None


@dataclass(frozen=True, slots=True)
class Catalogues:
    """All catalogues, read once. `languages` are those that have one, English included."""

    languages: tuple[str, ...]
    _entries: Mapping[tuple[str, str, str], _Entry] = field(repr=False)
    _english: dict[tuple[str, str | None], _Entry] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Catalogues":
        """Read `<language>/LC_MESSAGES/messages.po` of each language. Raises `PoFileError`."""
        entries: dict[tuple[str, str, str], _Entry] = {}
        files = files_in(folder)
        for language, file in files.items():
            entries.update(_read(language, file))
        return cls(tuple(sorted({ENGLISH, *files})), entries)

    def text(
        self,
        language: str,
        key: str,
        english: str,
        parameters: Parameters = NOTHING,
        *,
        english_one: str | None = None,
    ) -> Text:
        """The text of a key in a language, or its English where no current translation is.

        `english_one` is the English singular of a text that counts; `parameters["count"]` decides.
        """
        entry = self._entries.get((language, key, english))
        if entry is None or entry.one != english_one:
            language = ENGLISH
            entry = self._english.get((english, english_one)) or self._keep(english, english_one)
        if entry.plain is not None:
            return entry.plain
        count = parameters.get("count")
        form = entry.rule(count) if isinstance(count, int) else len(entry.forms) - 1
        return Text(entry.forms[form].fill(parameters), language)

    def fill(self, language: str, words: str, parameters: Parameters = NOTHING) -> Text:
        """A text that is not from the catalogues, such as a tenant's own wording, filled alike."""
        return Text(compile_text(language, words).fill(parameters), language)

    def of_language(self, language: str) -> Mapping[str, tuple[str, ...]]:
        """Each key of a language with its translations, uncounted ones only: for typed answers."""
        found: dict[str, tuple[str, ...]] = {}
        for (spoken, key, _), entry in self._entries.items():
            if spoken == language and entry.plain is not None:
                found[key] = (*found.get(key, ()), entry.plain.text)
        return found

    def _keep(self, english: str, one: str | None) -> _Entry:
        forms = (english,) if one is None else (one, english)
        entry = _entry(ENGLISH, forms, one, _english_rule)
        # Bounded, because wording that a tenant edits while we run comes through here too.
        if len(self._english) < 8192:
            self._english[english, one] = entry
        return entry


def _read(language: str, file: Path) -> Iterator[tuple[tuple[str, str, str], _Entry]]:
    for text in read(file):
        entry = _entry(language, text.forms, text.one, text.rule)
        yield (language, text.key, text.english), entry


def _entry(language: str, forms: tuple[str, ...], one: str | None, rule: Rule) -> _Entry:
    templates = tuple(compile_text(language, form) for form in forms)
    alone = len(templates) == 1 and len(templates[0].pieces) == 1
    plain = Text(templates[0].pieces[0], language) if alone else None
    return _Entry(templates, one, rule if len(forms) > 1 else _only, plain)


def _english_rule(count: int) -> int:
    return int(count != 1)


def _only(_: int) -> int:
    return 0
