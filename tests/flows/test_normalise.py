"""Spellings that mean one word are one word; spellings that mean two stay two."""

import pytest

from flows.normalise import fold


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ધમકિ", "ધમકી"),
        ("ગળુ", "ગળું"),
        ("ખુન", "ખૂન"),
        ("ઉઠ", "ઊઠ"),
        ("બૉયફ્રેન્ડ", "બોયફ્રેન્ડ"),
        ("ਮੈਨੂ", "ਮੈਨੂੰ"),
        ("ਥਪੜ", "ਥੱਪੜ"),
        ("ਨਹੀ", "ਨਹੀਂ"),
        ("ਜ਼ਹਿਰ", "ਜਹਿਰ"),
    ],
)
def test_a_vowel_length_or_a_dot_left_out_hides_no_word(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


@pytest.mark.parametrize(("one", "other"), [("ਪਿਤਾ", "ਪੀਤਾ"), ("મારે", "મારો")])
def test_words_that_differ_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
