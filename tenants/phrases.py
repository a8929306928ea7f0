"""Phrases that a worker may put into a reply: a tenant's own, by name and language.

None is ever sent by itself: a person reads it, changes it, and sends it or not.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from tenants.reading import Entry

FILE = "phrases.yaml"

LONGEST = 400
"""Characters of one phrase: it is read on a telephone, by somebody who is afraid."""

Phrases = Mapping[str, Mapping[str, str]]
"""Name of a phrase -> language -> text, in the file's order."""


def read_phrases(document: Entry, languages: Collection[str]) -> Phrases:
    """`phrases.yaml`: name, then language. English names each one, and may not be missing."""
    return MappingProxyType(
        {name: _read_phrase(entry, languages) for name, entry in document.named().items()}
    )


def _read_phrase(entry: Entry, languages: Collection[str]) -> Mapping[str, str]:
    texts = {}
    for language, text in entry.entries():
        if len(text.text()) > LONGEST:
            raise text.error(f"it has more than {LONGEST} characters", "Make two of it")
        texts[language.one_of(languages)] = text.text()
    if "en" not in texts:
        raise entry.error("there is no English", "Write it too: the desk names the phrase by it")
    return MappingProxyType(texts)
