"""What is printed of a case, before it has a form: titled sections of labelled rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``is_words``: somebody's own words, in any language and script."""

    label: str
    text: str
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading. ``is_first_of_all``: in a frame, so that nobody overlooks it."""

    title: str
    rows: tuple[Row, ...]
    is_first_of_all: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One print. ``foot`` stands on every page: who printed it, and when."""

    title: str
    reference: str
    sections: tuple[Section, ...]
    foot: str
