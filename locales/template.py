"""One text with its placeholders, compiled once and filled safely; numbers and dates by CLDR.

A placeholder is a name in braces and nothing else: no attribute, no index, no format. What is
filled in is never read again, and a reference or a telephone number is never localised.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, parse_pattern
from babel.numbers import format_decimal

from locales.languages import direction, locale_of

Parameter = str | int | datetime

LRI = "\u2066"
PDI = "\u2069"

LONDON = ZoneInfo("Europe/London")

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# What already stands in an isolate is left alone; else three digits or more are a telephone number.
_NUMBER = re.compile(
    f"{LRI}[^{PDI}]*{PDI}|"
    r"(?<!\w)\+?(?:[0-9][\xa0 ().-]?){2,}[0-9](?!\w)"
)
_RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def isolate(text: str) -> str:
    """The text kept left to right, whatever runs around it: for codes and telephone numbers."""
    return text if text.startswith(LRI) else f"{LRI}{text}{PDI}"


def isolate_numbers(text: str) -> str:
    """A right-to-left text with each telephone number in it kept in its own order."""
    return _NUMBER.sub(lambda match: isolate(match[0]), text)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in a text."""
    return frozenset(PLACEHOLDER.findall(text))


@dataclass(frozen=True, slots=True)
class Template:
    """A text in one language. `pieces` alternate: words, name, words, ... and end with words."""

    language: str
    pieces: tuple[str, ...]

    def fill(self, parameters: Mapping[str, Parameter]) -> str:
        """The text with its parameters in it. A name without a parameter stays as it is written."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        parts = list(self.pieces)
        for place in range(1, len(parts), 2):
            name = parts[place]
            parts[place] = (
                _written(self.language, parameters[name]) if name in parameters else f"{{{name}}}"
            )
        return "".join(parts)


@lru_cache(maxsize=8192)
def compile_text(language: str, text: str) -> Template:
    """The template of a text; the same one for the same text."""
    pieces = PLACEHOLDER.split(text)
    if direction(language) == "rtl":
        pieces[::2] = map(isolate_numbers, pieces[::2])
    return Template(language, tuple(pieces))


def _written(language: str, value: Parameter) -> str:
    if isinstance(value, datetime):
        return write_time(language, value)
    if isinstance(value, str):
        rtl = direction(language) == "rtl"
        return isolate(value) if rtl and not _RTL_LETTER.search(value) else value
    return format_decimal(value, locale=locale_of(language))


@lru_cache(maxsize=512)
def write_time(language: str, at: datetime) -> str:
    """A moment as a person says it: the day's name, the date and the time in London.

    The date stands beside the day's name because an opening may be more than a week away.
    """
    locale = locale_of(language)
    local = at.astimezone(LONDON)
    day = format_datetime(local, _day_pattern(language), locale=locale)
    hour = format_datetime(local, str(locale.time_formats["short"].pattern), locale=locale)
    # A plain space: a narrow or unbreakable one is a box in old fonts.
    hour = hour.replace("\u202f", " ").replace("\xa0", " ")
    if direction(language) == "rtl":
        hour = isolate(hour)
    return str(locale.datetime_formats["medium"]).replace("{1}", day).replace("{0}", hour)


@lru_cache(maxsize=256)
def _day_pattern(language: str) -> str:
    skeletons = locale_of(language).datetime_skeletons
    known = skeletons.get("MMMMEd") or skeletons["MMMEd"]
    pattern = str(parse_pattern(known).pattern)
    return re.sub("E+|c+", "EEEE", re.sub("M+|L+", "MMMM", pattern))
