"""A language's catalogue as it is written, read once for everybody who asks.

What is fuzzy, empty or obsolete is not there. It chooses no form, falls back to nothing, and never
writes a file.
"""

import gettext
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from locales.review import read_review

FOLDER = Path(__file__).parent

Rule = Callable[[int], int]
"""A count -> which of a text's forms to say."""


@dataclass(frozen=True, slots=True)
class Translated:
    """One text in one language: its key, the English it was made from, and all its forms.

    ``one`` is the English singular where the text counts; ``rule`` is the catalogue's own plural
    rule; ``is_reviewed`` says that a person has read the translation of this English (P8).
    """

    key: str
    english: str
    one: str | None
    forms: tuple[str, ...]
    rule: Rule
    line: int
    is_reviewed: bool


def files_in(folder: Path = FOLDER) -> Mapping[str, Path]:
    """Language -> the catalogue that lies there for it, in the languages' order."""
    files = sorted(folder.glob("*/LC_MESSAGES/messages.po"))
    return {file.parent.parent.name: file for file in files}


def read(path: Path) -> Iterator[Translated]:
    """Every current translation of a catalogue. Raises Babel's ``PoFileError``."""
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=None, ignore_obsolete=True, abort_invalid=True)
    # The header's own rule: gettext's expressions of CLDR's.
    rule: Rule = gettext.c2py(catalogue.plural_expr)
    for message in catalogue:
        if message.id and message.context and not message.fuzzy and (forms := _forms(message)):
            yield _translated(message, forms, rule)


def _translated(message: Message, forms: tuple[str, ...], rule: Rule) -> Translated:
    one, english = _english_of(message)
    review = read_review(message.user_comments)
    return Translated(
        key=str(message.context),
        english=english,
        one=one,
        forms=forms,
        rule=rule,
        line=message.lineno or 1,
        is_reviewed=review is not None and review.holds_for(english, one),
    )


def _english_of(message: Message) -> tuple[str | None, str]:
    if isinstance(message.id, str):
        return None, message.id
    return message.id[0], message.id[1]


def _forms(message: Message) -> tuple[str, ...]:
    """The translation's forms; none when any of them is still empty."""
    said = message.string
    forms = (said,) if isinstance(said, str) else tuple(said or ())
    return forms if all(forms) else ()
