"""Recall and precision on the half of the corpus that the rules were not tuned on, and speed.

One hand wrote corpus and rules, and four held-out English lines were seen when they failed, so
these figures flatter. ``*_last`` was written after the last round of the rules, which were never
tuned on it: its figures are what somebody new may expect.
"""

import sys

import pytest

from flows.lexicon import MARKERS
from flows.screening import Level, Screener
from tests.flows.screening_lines import measure, read_corpus, screen_line

OTHERS = ("pl", "ur", "hi", "bn", "so", "ar", "gu", "pa", "ro", "pt", "tr")
FLOORS = {"en": (0.97, 0.90)} | dict.fromkeys(OTHERS, (0.90, 0.85))
"""Recall and precision (the screening part of the issue of the three doors)."""
LAST = {
    "en": (0.80, 0.95), "pl": (0.73, 1.0), "ur": (0.53, 0.88), "hi": (0.66, 0.83),
    "bn": (0.58, 0.77), "so": (0.75, 0.90), "ar": (0.73, 0.91), "gu": (0.58, 0.87),
    "pa": (0.58, 0.87), "ro": (0.66, 1.0), "pt": (0.66, 0.90), "tr": (0.66, 1.0),
}  # fmt: skip
"""The same on messages that no rule was made for, as it was found: short of the aim in recall. Only
rules that were made for other messages may raise it.
"""
GROUPS = ("men", "same-sex", "family", "carer", "third-party", "young", "using-abuse")
SIZES = {"en": 300} | dict.fromkeys(OTHERS, 150) | dict.fromkeys(("pl", "ur"), 120)


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener.load()


@pytest.mark.parametrize("language", FLOORS)
def test_the_corpus_is_large_and_a_third_of_it_harmless(language: str) -> None:
    lines = list(read_corpus(language))
    harmless = [line for line in lines if line.level is Level.NONE]
    assert len(lines) >= SIZES[language]
    assert len(harmless) * 3 >= len(lines) * 0.97
    assert {name for line in lines for name in line.markers} == set(MARKERS)


@pytest.mark.parametrize("language", FLOORS)
def test_danger_is_found_in_the_held_out_half(screener: Screener, language: str) -> None:
    held_out = [line for line in read_corpus(language) if line.is_held_out]
    figures = measure(screener, held_out)
    show(f"{language}: recall {figures.recall:.3f}, precision {figures.precision:.3f}")
    recall, precision = FLOORS[language]
    assert figures.recall >= recall
    assert figures.precision >= precision


@pytest.mark.parametrize("group", GROUPS)
def test_no_group_of_people_is_heard_less(screener: Screener, group: str) -> None:
    lines = [x for name in FLOORS for x in read_corpus(name) if x.group == group]
    figures = measure(screener, lines)
    show(f"{group}: recall {figures.recall:.3f} of {figures.found + len(figures.missed)}")
    assert figures.recall >= 0.95, figures.missed


@pytest.mark.parametrize("language", FLOORS)
def test_emergencies_are_called_emergencies(screener: Screener, language: str) -> None:
    lines = [x for x in read_corpus(language) if x.level is Level.EMERGENCY]
    called = sum(screen_line(screener, x).level is Level.EMERGENCY for x in lines)
    show(f"{language}: {called} of {len(lines)} emergencies")
    assert called / len(lines) >= 0.95


@pytest.mark.parametrize("language", FLOORS)
def test_what_was_once_learned_is_not_forgotten(screener: Screener, language: str) -> None:
    figures = measure(screener, list(read_corpus(f"{language}_later")))
    assert figures.recall >= 0.97, figures.missed
    assert figures.precision >= 0.90, figures.false


@pytest.mark.parametrize("language", FLOORS)
def test_what_no_rule_was_made_for_is_found_as_often_as_it_was(
    screener: Screener, language: str
) -> None:
    figures = measure(screener, list(read_corpus(f"{language}_last")))
    show(f"{language}, last: recall {figures.recall:.3f}, precision {figures.precision:.3f}")
    recall, precision = LAST[language]
    assert figures.recall >= recall
    assert figures.precision >= precision


@pytest.mark.parametrize("language", FLOORS)
def test_the_last_list_is_of_no_other_and_half_of_it_harmless(language: str) -> None:
    last = list(read_corpus(f"{language}_last"))
    learned = {x.text for name in (language, f"{language}_later") for x in read_corpus(name)}
    assert learned.isdisjoint(x.text for x in last)
    assert sum(x.level is Level.NONE for x in last) * 2 >= len(last) - 1


@pytest.mark.parametrize(
    "piece",
    [
        "kill me he ",
        "a",
        "hit ",
        "he will kill me if ",
        "مار ",
        "x y z ",
        "not ",
        "* ",
        "k*",
        "a.b.",
    ],
)
def test_ten_thousand_characters_do_not_blow_up(screener: Screener, piece: str) -> None:
    # What blows up never comes back within the time that any test has; speed itself is a benchmark.
    assert screener.screen((piece * 10_000)[:10_000]).language


def show(text: str) -> None:
    sys.stdout.write(text + "\n")
