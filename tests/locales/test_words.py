import pytest

from locales.lookup import Catalogues
from locales.words import COMMANDS, Synonyms, plain

YES_NO = ("choices.yes", "choices.no", "choices.not-sure")
BRINGS = tuple(f"entry.brings-you.choose.{v}" for v in ("me", "someone", "my-behaviour"))
CONTACT = tuple(f"victim.contact.choose.{v}" for v in ("call", "text", "no"))
OWN_LIFE = tuple(f"victim.own-life.choose.{v}" for v in ("taken", "now", "at-times", "no"))


@pytest.fixture(scope="module")
def synonyms() -> Synonyms:
    return Synonyms(Catalogues.load())


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("  Yes!! ", "yes"),
        ("don't", "dont"),
        ("don’t", "dont"),
        ("ŁÓŻKO, żółć", "lozko zolc"),
        ("\u200fہاں\u200f، جی۔", "ہاں جی"),
        ("\u2066ok\u2069\u200b", "ok"),
        ("هاں", "ہاں"),  # an Arabic keyboard's h
        ("ｙｅｓ", "yes"),  # full width
        ("नहीं", "नहीं"),  # a vowel sign is no accent
        ("İyi", "iyi"),
        ("...", ""),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_spelling_is_compared_without_what_typists_leave_out(typed: str, compared: str) -> None:
    assert plain(typed) == compared


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Yes", "choices.yes"),
        ("yh", "choices.yes"),
        ("TAK", "choices.yes"),
        ("ہاں", "choices.yes"),
        ("ji haan", "choices.yes"),
        ("Nope.", "choices.no"),
        ("nie", "choices.no"),
        ("no", "choices.no"),  # also in Polish, where it is a casual yes: the safer reading
        ("no tak", "choices.yes"),
        ("nahi", "choices.no"),
        ("idk", "choices.not-sure"),
        ("Nie mam pewności", "choices.not-sure"),
        ("raczej tak", "choices.not-sure"),
        ("پتہ نہیں", "choices.not-sure"),
        ("yes but he is coming back", None),
        ("yes " * 1000, None),
        ("\x00\u202e", None),
    ],
)
def test_a_typed_answer_is_understood_in_any_language(
    synonyms: Synonyms, typed: str, named: str | None
) -> None:
    assert synonyms.named(typed, YES_NO) == named


@pytest.mark.parametrize("typed", ["ok", "Okay", "sure", "dobrze", "theek hai", "ٹھیک ہے"])
def test_a_word_that_may_mean_read_this_never_says_that_it_is_safe(
    synonyms: Synonyms, typed: str
) -> None:
    assert synonyms.named(typed, YES_NO, step="entry.safe-to-talk", careful=True) is None
    assert synonyms.named("yes", YES_NO, step="entry.safe-to-talk", careful=True) == "choices.yes"


def test_a_shared_choice_has_words_of_its_own_at_one_step(synonyms: Synonyms) -> None:
    asked = {"step": "entry.safe-to-talk"}
    assert synonyms.named("he is here", YES_NO, **asked) == "choices.no"  # type: ignore[arg-type]
    assert synonyms.named("he is here", YES_NO) is None


@pytest.mark.parametrize(
    ("typed", "keys", "value"),
    [
        ("me", BRINGS, "me"),
        ("my sister", BRINGS, "someone"),
        ("moje zachowanie", BRINGS, "my-behaviour"),
        ("Martwię się o kogoś", BRINGS, "someone"),
        ("میرے ساتھ کچھ ہو رہا ہے", BRINGS, "me"),
        ("sms", CONTACT, "text"),
        ("zadzwoń", CONTACT, "call"),
        ("fon kar", CONTACT, None),
        ("no", CONTACT, "no"),
        ("yes", OWN_LIFE, "at-times"),
        ("haan", OWN_LIFE, "at-times"),
        ("now", OWN_LIFE, "now"),
        ("nie", OWN_LIFE, "no"),
    ],
)
def test_a_short_answer_names_a_choice_with_a_long_label(
    synonyms: Synonyms, typed: str, keys: tuple[str, ...], value: str | None
) -> None:
    found = synonyms.named(typed, keys)
    assert (found and found.rpartition(".")[2]) == value


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("Exit this page", "exit"),
        ("Wyjdź z tej strony", "exit"),
        ("باہر نکلیں", "exit"),
        ("STOP", "stop"),
        ("talk to a person", "person"),
        ("Can I talk to someone?", "person"),
        ("pomocy", "person"),
        ("kisi se baat karni hai", "person"),
        ("999", "numbers"),
        ("Numery alarmowe", "numbers"),
        ("rather not say", "skip"),
        ("pomiń", "skip"),
        ("go back", "back"),
        ("پیچھے جائیں", "back"),
        ("I want to leave him", None),
        ("he told me to stop", None),
        ("", None),
    ],
)
def test_what_works_everywhere_can_be_typed_in_any_language(
    synonyms: Synonyms, typed: str, command: str | None
) -> None:
    assert synonyms.command(typed) == command


def test_a_word_that_could_name_two_choices_names_none(synonyms: Synonyms) -> None:
    keys = ("entry.who-types.choose.helper", "third-party.relation.choose.friend")
    assert synonyms.named("friend", keys) is None


def test_no_word_means_two_things_that_are_asked_for_everywhere(synonyms: Synonyms) -> None:
    names = ("yes", "no", "not-sure", *COMMANDS)
    known = [(name, word) for name in names for word in synonyms.of(f"typed.{name}")]
    assert {name for name, _ in known} == set(names)
    words = [word for _, word in known]
    assert [pair for pair in known if words.count(pair[1]) > 1] == []
