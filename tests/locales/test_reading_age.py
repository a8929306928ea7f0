"""Every English text to a visitor can be read by a child of nine, as far as counting tells."""

import pytest

from locales.extraction import Source, collect
from locales.reading_age import FEWEST, GLOSSARY, OLDEST, reading_age, syllables_of, words_of

NOT_SENTENCES = ("typed.", "services.", "areas.", "numbers.")

HARD = (
    "Notwithstanding confidentiality considerations, information disclosed during this "
    "conversation may be communicated to appropriate statutory agencies."
)


def spoken() -> list[Source]:
    """All that is said to a visitor in sentences."""
    sources = [s for s in collect() if not s.key.startswith(NOT_SENTENCES)]
    return [s for s in sources if len(words_of(s.english)) >= FEWEST]


def test_no_text_asks_for_a_reader_above_nine() -> None:
    ages = {source.key: reading_age(source.english, GLOSSARY) for source in spoken()}
    assert len(ages) > 140
    assert {key: round(age, 1) for key, age in ages.items() if age > OLDEST} == {}


def test_the_house_as_a_whole_reads_at_seven() -> None:
    ages = [reading_age(source.english, GLOSSARY) for source in spoken()]
    assert sum(ages) / len(ages) < 7


def test_a_hard_text_is_caught() -> None:
    assert reading_age(HARD, GLOSSARY) > 20


@pytest.mark.parametrize(
    ("text", "age"),
    [("", 0.0), ("The cat sat on the mat.", 4), ("{opening}", 0.0)],
)
def test_a_plain_text_is_for_the_young(text: str, age: float) -> None:
    assert reading_age(text) <= age


@pytest.mark.parametrize(
    ("word", "syllables"), [("code", 1), ("closed", 1), ("wanted", 2), ("grown", 1), ("area", 2)]
)
def test_syllables_are_counted_by_their_vowels(word: str, syllables: int) -> None:
    assert syllables_of(word) == syllables


def test_every_word_of_the_glossary_is_used() -> None:
    used = {word for source in collect() for word in words_of(source.english)}
    assert used >= GLOSSARY
