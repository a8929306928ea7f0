"""A pseudo-language, `en-XA`: English with accents, a third longer, in brackets.

Shown in a page it betrays every text that does not come from the catalogues, and every place that
has no room for a longer language. It is made when asked for and never committed.
"""

import re

import polib

from locales.extraction import Source
from locales.template import PLACEHOLDER

LANGUAGE = "en-XA"
_ACCENTED = str.maketrans(
    "abcdefghijklnoprstuvwyzABCDEFGHIJKLNOPRSTUVWYZ",
    "åƀçðéƒĝĥîĵķļñöþŕšţûṽŵýžÅƁÇÐÉƑĜĤÎĴĶĻÑÖÞŔŠŢÛṼŴÝŽ",
)
_WHOLE = re.compile(f"({PLACEHOLDER.pattern})")


def pseudo(english: str) -> str:
    """The text as the pseudo-language writes it; placeholders and digits stay as they are."""
    parts = _WHOLE.split(english)
    # The pattern's inner group comes back too: words, whole placeholder, its name, words, ...
    words = "".join(
        part if place % 3 else part.translate(_ACCENTED)
        for place, part in enumerate(parts)
        if place % 3 != 2
    )
    return f"[{words}{'·' * max(1, len(english) // 3)}]"


def make_pseudo(sources: list[Source]) -> polib.POFile:
    """The whole catalogue of the pseudo-language. Lists of typed words are left in English."""
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for source in sources:
        if source.key.startswith("typed."):
            continue
        counted = source.one is not None
        catalogue.append(
            polib.POEntry(
                msgctxt=source.key,
                msgid=source.one if counted else source.english,
                msgid_plural=source.english if counted else "",
                msgstr="" if counted else pseudo(source.english),
                msgstr_plural=(
                    {0: pseudo(source.one or ""), 1: pseudo(source.english)} if counted else {}
                ),
            )
        )
    return catalogue
