import pytest

from locales.languages import direction, negotiate, own_name

OFFERED = ("en", "pl", "ur")


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("pl", "pl"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("ur-Latn, en;q=0.5", "ur"),
        ("en;q=0.3, pl;q=0.9", "pl"),
        ("de, ur;q=0.2", "ur"),
        ("pl;q=0, ur", "ur"),
        ("pl;q=0", "en"),
        ("PL", "pl"),
        ("", "en"),
        ("*", "en"),
        (";;;q=1,,=,\x00", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_header_chooses_among_what_is_offered(header: str, chosen: str) -> None:
    assert negotiate(header, OFFERED, "en") == chosen


def test_a_header_that_likes_nothing_on_offer_gets_the_tenants_default() -> None:
    assert negotiate("de, fr", OFFERED, "pl") == "pl"


@pytest.mark.parametrize(
    ("language", "name", "runs"),
    [
        ("en", "English", "ltr"),
        ("pl", "polski", "ltr"),
        ("ur", "اردو", "rtl"),
        ("ar", "العربية", "rtl"),
        ("pt-PT", "português", "ltr"),
        ("zz", "zz", "ltr"),
        ("", "", "ltr"),
    ],
)
def test_a_language_knows_its_own_name_and_direction(language: str, name: str, runs: str) -> None:
    assert (own_name(language), direction(language)) == (name, runs)
