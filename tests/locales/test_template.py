from datetime import UTC, datetime

import pytest

from locales.template import compile_text, isolate, isolate_numbers, placeholders, write_time


@pytest.mark.parametrize(
    "number", ["999", "0808 2000 247", "+44 808 500 2222", "116 123", "85258", "020-7008-0151"]
)
def test_a_telephone_number_is_isolated_in_right_to_left_text(number: str) -> None:
    assert isolate_numbers(f"کال کریں {number}۔") == f"کال کریں \u2066{number}\u2069۔"


@pytest.mark.parametrize("words", ["18 سال سے کم", "24/7", "A1B2C3", "2 لوگ"])
def test_what_is_no_telephone_number_is_left_alone(words: str) -> None:
    assert isolate_numbers(words) == words


def test_nothing_is_isolated_twice() -> None:
    once = isolate_numbers("کال 0808 2000 247")
    assert isolate_numbers(once) == once
    assert isolate(isolate("999")) == isolate("999")


def test_a_name_in_the_languages_own_letters_is_not_isolated() -> None:
    assert compile_text("ur", "{x}").fill({"x": "لیسٹر"}) == "لیسٹر"


def test_counts_are_written_by_cldr_and_codes_never() -> None:
    assert compile_text("pl", "{count}").fill({"count": 12345}) == "12\u00a0345"
    assert compile_text("pl", "{reference}").fill({"reference": "12345"}) == "12345"


def test_placeholders_are_names_in_braces_and_nothing_else() -> None:
    assert placeholders("{opening} {x.y} {Count} {a b} {reference}") == {"opening", "reference"}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Thursday 1 January, 09:30"),
        ("pl", "czwartek, 1 stycznia, 09:30"),
        ("ur", "جمعرات، 1 جنوری \u20669:30 AM\u2069"),
        ("pt", "quinta-feira, 1 de janeiro, 09:30"),
    ],
)
def test_a_moment_is_written_as_the_language_does(language: str, written: str) -> None:
    assert write_time(language, datetime(2026, 1, 1, 9, 30, tzinfo=UTC)) == written
