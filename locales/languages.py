"""What a language is called, which way it runs, and which one a browser's header asks for.

A language is its code as the tenants write it (`en`, `pl`, `pt-PT`). Nothing here refuses a
visitor: an unknown or malformed code is answered as English would be.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError, negotiate_locale

Direction = Literal["rtl", "ltr"]

ENGLISH = "en"

# The services are in England, and these are the forms of its people: of the date above all.
_REGIONS = {"en": "en_GB", "pt": "pt_PT"}
_HEADER_LIMIT = 500
_RANGE = re.compile(
    r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:;q=([01](?:\.[0-9]{0,3})?))?", re.IGNORECASE
)


_FULL_STOPS = {"ur": "۔", "hi": "।", "bn": "।", "pa": "।"}


def full_stop(language: str) -> str:
    """What ends a sentence in a language."""
    return _FULL_STOPS.get(language.partition("-")[0], ".")


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """The CLDR locale of a language's code; that of British English when there is none."""
    code = language.replace("-", "_")
    base = code.partition("_")[0]
    for name in (_REGIONS.get(code, code), _REGIONS.get(base, base)):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_REGIONS[ENGLISH])


@lru_cache(maxsize=256)
def direction(language: str) -> Direction:
    """Which way the language is written."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


@lru_cache(maxsize=256)
def own_name(language: str) -> str:
    """What the language calls itself, such as *polski*; its code where CLDR does not know."""
    locale = locale_of(language)
    if locale.language != language.replace("-", "_").partition("_")[0].lower():
        return language
    return str(locale.languages.get(locale.language, language))


def negotiate(accept_language: str, offered: Sequence[str], default: str) -> str:
    """The offered language that an `Accept-Language` header likes best, else the default.

    A malformed header, or one that likes nothing on offer, is no mistake: it is the default.
    """
    liked = _liked(accept_language[:_HEADER_LIMIT])
    found = negotiate_locale(liked, list(offered), sep="-")
    # What comes back is the header's own spelling; only what was offered may leave here.
    return {code.lower(): code for code in offered}.get((found or "").lower(), default)


def _liked(header: str) -> list[str]:
    found: list[tuple[float, str]] = []
    for part in header.split(","):
        match = _RANGE.fullmatch(part.replace(" ", ""))
        if match is not None:
            found.append((float(match[2] or 1), match[1]))
    # The order of the header decides between equals, which a stable sort keeps.
    return [code for quality, code in sorted(found, key=lambda pair: -pair[0]) if quality > 0]
