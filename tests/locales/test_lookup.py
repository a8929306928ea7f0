from datetime import UTC, datetime
from pathlib import Path

import pytest

from locales.lookup import Catalogues, Text

POLISH = """\
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgctxt "entry.danger-now.ask"
msgid "Is anyone in danger?"
msgstr "Czy ktoś jest w niebezpieczeństwie?"

msgctxt "replies.ahead"
msgid "{count} person is before you."
msgid_plural "{count} people are before you."
msgstr[0] "Przed tobą czeka {count} osoba."
msgstr[1] "Przed tobą czekają {count} osoby."
msgstr[2] "Przed tobą czeka {count} osób."

#, fuzzy
msgctxt "entry.stay.say"
msgid "That is all right."
msgstr "To było co innego."

msgctxt "entry.where.ask"
msgid "Where are you?"
msgstr ""

msgctxt "services.care.title"
msgid "Care in the city"
msgstr "Opieka w mieście"

msgctxt "services.care.title"
msgid "Care in the county"
msgstr "Opieka w hrabstwie"
"""  # noqa: E501 - a catalogue's header stands on one line

URDU = """\
msgid ""
msgstr ""
"Language: ur\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgctxt "replies.code"
msgid "Call 0808 2000 247 or 999 and say {reference}."
msgstr "0808 2000 247 یا 999 پر کال کریں اور کہیں {reference}۔"

msgctxt "replies.opening"
msgid "We are next here {opening}."
msgstr "ہم پھر یہاں ہوں گے: {opening}۔"
"""

ONE, OTHER = "{count} person is before you.", "{count} people are before you."


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    for language, source in (("pl", POLISH), ("ur", URDU)):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(source, encoding="utf-8")
    return Catalogues.load(tmp_path)


def test_a_text_is_found_in_the_visitors_language(catalogues: Catalogues) -> None:
    found = catalogues.text("pl", "entry.danger-now.ask", "Is anyone in danger?")
    assert found == Text("Czy ktoś jest w niebezpieczeństwie?", "pl")


@pytest.mark.parametrize(
    ("key", "english"),
    [
        ("entry.danger-now.ask", "Is anyone in danger right now?"),  # made from another English
        ("entry.stay.say", "That is all right."),  # fuzzy
        ("entry.where.ask", "Where are you?"),  # not translated
        ("entry.nowhere", "Never extracted."),
    ],
)
def test_a_stale_or_missing_translation_falls_back_to_english_and_says_so(
    catalogues: Catalogues, key: str, english: str
) -> None:
    assert catalogues.text("pl", key, english) == Text(english, "en")


def test_a_language_without_a_catalogue_is_answered_in_english(catalogues: Catalogues) -> None:
    assert catalogues.text("xx", "a.b", "Hello {reference}", {"reference": "K7"}).text == "Hello K7"


def test_two_tenants_may_call_one_key_differently(catalogues: Catalogues) -> None:
    key = "services.care.title"
    assert catalogues.text("pl", key, "Care in the city").text == "Opieka w mieście"
    assert catalogues.text("pl", key, "Care in the county").text == "Opieka w hrabstwie"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 osoba"), (2, "2 osoby"), (5, "5 osób"), (12, "12 osób"), (22, "22 osoby")],
)
def test_polish_counts_people_in_its_own_forms(
    catalogues: Catalogues, count: int, said: str
) -> None:
    found = catalogues.text("pl", "replies.ahead", OTHER, {"count": count}, english_one=ONE)
    assert said in found.text
    assert found.language == "pl"


def test_english_counts_one_apart(catalogues: Catalogues) -> None:
    one = catalogues.text("en", "replies.ahead", OTHER, {"count": 1}, english_one=ONE)
    many = catalogues.text("en", "replies.ahead", OTHER, {"count": 3}, english_one=ONE)
    assert (one.text, many.text) == ("1 person is before you.", "3 people are before you.")


def test_a_changed_singular_makes_the_whole_plural_stale(catalogues: Catalogues) -> None:
    found = catalogues.text(
        "pl", "replies.ahead", OTHER, {"count": 1}, english_one="One is before you."
    )
    assert found == Text("One is before you.", "en")


def test_numbers_and_codes_keep_their_order_in_right_to_left_text(catalogues: Catalogues) -> None:
    found = catalogues.text(
        "ur",
        "replies.code",
        "Call 0808 2000 247 or 999 and say {reference}.",
        {"reference": "K7M-4QX"},
    )
    for number in ("0808 2000 247", "999", "K7M-4QX"):
        assert f"\u2066{number}\u2069" in found.text
    assert found.text.count("\u2066") == found.text.count("\u2069") == 3


def test_the_opening_is_told_in_the_visitors_language_and_in_london_time(
    catalogues: Catalogues,
) -> None:
    english = "We are next here {opening}."
    summer = datetime(2026, 6, 29, 8, 0, tzinfo=UTC)
    said = catalogues.text("ur", "replies.opening", english, {"opening": summer})
    assert said.text == "ہم پھر یہاں ہوں گے: پیر، 29 جون \u20669:00 AM\u2069۔"
    plain = catalogues.text("en", "replies.opening", english, {"opening": summer})
    assert plain.text == "We are next here Monday 29 June, 09:00."


def test_malicious_parameters_do_nothing(catalogues: Catalogues) -> None:
    english = "{x.__class__} {x!r} {0} {x[0]} {reference:>99999999}"
    assert catalogues.text("en", "a.b", english, {"x": "x", "reference": "K7"}).text == english


def test_what_is_filled_in_is_not_read_again(catalogues: Catalogues) -> None:
    found = catalogues.text("en", "a.b", "{one} {two}", {"one": "{two}", "two": "2"})
    assert found.text == "{two} 2"


def test_a_missing_parameter_breaks_no_turn(catalogues: Catalogues) -> None:
    assert catalogues.text("en", "a.b", "Here {opening}.").text == "Here {opening}."


def test_a_tenants_own_wording_is_filled_like_any_other(catalogues: Catalogues) -> None:
    found = catalogues.fill("ur", "کوڈ {reference}", {"reference": "K7M-4QX"})
    assert found == Text("کوڈ \u2066K7M-4QX\u2069", "ur")
