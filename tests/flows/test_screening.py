"""Danger in free text is found, explained, lowered but never hidden (P3, P12, R54)."""

import pytest

from flows.screening import Level, Screener, as_json


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener.load()


def names(screener: Screener, text: str, *, door: str | None = None) -> set[str]:
    return {marker.name for marker in screener.screen(text, door=door).markers}


def test_levels_are_ordered_by_how_soon_a_person_must_look() -> None:
    assert Level.NONE < Level.HIGH < Level.EMERGENCY


def test_a_marker_says_which_words_and_which_rule(screener: Screener) -> None:
    screening = screener.screen("Please. My husband Threatened to KILL me", "en")
    marker = next(m for m in screening.markers if m.name == "threat-to-kill")
    assert screening.level is Level.EMERGENCY
    assert "KILL me" in marker.words
    assert marker.rule.startswith("en: ")
    assert not marker.lowered


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("he has never strangled me", "strangulation", Level.HIGH),
        ("he strangled me years ago", "strangulation", Level.HIGH),
        ("i am not suicidal", "suicide", Level.NONE),
        ("he has never hit me", "immediate-danger", Level.NONE),
        ("he used to hit me", "immediate-danger", Level.NONE),
        ("on mnie nie bije", "immediate-danger", Level.NONE),
        ("usne kabhi mera gala nahi dabaya", "strangulation", Level.HIGH),
    ],
)
def test_not_and_long_ago_lower_a_marker_and_never_hide_it(
    screener: Screener, text: str, name: str, level: Level
) -> None:
    screening = screener.screen(text)
    marker = next(m for m in screening.markers if m.name == name)
    assert marker.lowered
    assert (marker.level, screening.level) == (level, level)


@pytest.mark.parametrize(
    "text",
    [
        "i didnt listen so he hit me",
        "if i dont do it he will kill me",
        "he used to hit me and last night he strangled me",
        "no one believes me but he is going to kill me",
        "i dont know if he will kill me",
        "we watched a film and then he strangled me and hit me",
    ],
)
def test_a_not_about_something_else_does_not_silence(screener: Screener, text: str) -> None:
    assert screener.screen(text).level > Level.NONE


@pytest.mark.parametrize(
    "text",
    ["my phone died", "you're killing me", "this traffic is killing me", "dying to see my sister"],
)
def test_a_saying_is_not_danger(screener: Screener, text: str) -> None:
    screening = screener.screen(text)
    assert (screening.level, screening.markers) == (Level.NONE, ())


def test_a_saying_does_not_cover_the_danger_beside_it(screener: Screener) -> None:
    assert "weapon" in names(screener, "my phone died and he has a knife")


@pytest.mark.parametrize(
    "text",
    [
        "he will k\u200bi\u200bll me",
        "he will \u202ekill\u202c me",
        "he will kiiiill me",
        "he will k1ll me",
        "HE WILL KILL ME",
        "he will k i l l me",
        "he will k*ll me",
        "he will \uff4b\uff49\uff4c\uff4c me",
        "he will kíll me",
    ],
)
def test_what_hides_a_word_is_taken_away_for_matching(screener: Screener, text: str) -> None:
    assert "threat-to-kill" in names(screener, text)


@pytest.mark.parametrize(
    "text", ["he stragled me", "he strangeled me", "i feel suicidl", "he strangeld me"]
)
def test_a_letter_too_few_or_wrong_is_still_heard(screener: Screener, text: str) -> None:
    assert screener.screen(text).level > Level.NONE


@pytest.mark.parametrize(
    ("spelled", "also"),
    [("मैं मरना चाहती हूँ", "मै मरना चाहति हु"), ("সে আমার গলা টিপে ধরেছিল", "সে আমার গলা টীপে ধরেছিল")],
)
def test_vowels_and_dots_are_heard_as_people_type_them(
    screener: Screener, spelled: str, also: str
) -> None:
    heard = names(screener, spelled)
    assert heard
    assert names(screener, also) == heard


def test_languages_are_mixed_freely_whatever_language_is_named(screener: Screener) -> None:
    assert "weapon" in names(screener, "please help uske paas chaku hai")
    assert screener.screen("mąż mnie bije", "en").level is Level.HIGH
    assert screener.screen("mąż mnie bije", "en").language == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i need some help with my children", "en"),
        ("potrzebuję pomocy z mieszkaniem", "pl"),
        ("مجھے مدد چاہیے", "ur"),
        ("mujhe aap se baat karni hai", "ur"),
        ("07700 900123", "und"),
        ("", "und"),
        ("😀", "und"),
    ],
)
def test_the_language_is_told_by_script_and_everyday_words(
    screener: Screener, text: str, language: str
) -> None:
    assert screener.screen(text).language == language


@pytest.mark.parametrize("text", ["هجم بالسكين علي", "والسكين في يده علي", "خايفة وبيضربني"])
def test_what_arabic_joins_to_a_word_does_not_hide_it(screener: Screener, text: str) -> None:
    assert screener.screen(text).level > Level.NONE


@pytest.mark.parametrize("text", ["هيتعقبني", "غيطاردني", "تترصدني"])
def test_arabic_is_heard_in_every_regions_now_and_will(screener: Screener, text: str) -> None:
    assert screener.screen(text).level > Level.NONE


def test_a_marker_that_was_lowered_first_is_raised_by_what_follows(screener: Screener) -> None:
    told = screener.screen("he never hit me before. he hit me and he hit the kids tonight")
    heard = {marker.name: marker for marker in told.markers}
    assert told.level is Level.EMERGENCY
    assert not heard["immediate-danger"].lowered


def test_a_marker_that_was_heard_first_is_not_lowered_by_what_follows(screener: Screener) -> None:
    told = screener.screen("he hit me tonight. he never hit me before")
    assert not {marker.name: marker for marker in told.markers}["immediate-danger"].lowered


def test_intent_to_harm_is_heard_in_its_own_door_and_in_the_first_person(
    screener: Screener,
) -> None:
    tells = "i grabbed her by the hair"
    assert "intent-to-harm" in names(screener, tells, door="using-abuse")
    assert "intent-to-harm" not in names(screener, tells)
    assert "intent-to-harm" in names(screener, "i am going to kill him")


def test_a_word_of_now_makes_an_emergency(screener: Screener) -> None:
    assert screener.screen("i was raped").level is Level.HIGH
    assert screener.screen("i was raped last night").level is Level.EMERGENCY


def test_json_carries_the_text_as_it_came(screener: Screener) -> None:
    text = "he has a kn\u200bife"
    assert as_json(text, screener.screen(text)) == {
        "text": text,
        "level": "emergency",
        "markers": ["weapon"],
        "language": "en",
    }
