"""What processes believe of each other: the form of the news, and who is elsewhere."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.bus import topic
from storage.bus_news import News, NoNews, decode_news, encode_news, payload_of, tenant_of
from storage.elsewhere import BELIEVED_FOR, MOST_PROCESSES, Elsewhere
from tests.contracts.cast import HARBOUR, LANTERN

ONE, OTHER = "1" * 32, "2" * 32
NOOR, SECOND = topic(HARBOUR, "visitor-at", "noor"), topic(HARBOUR, "visitor-at", "second")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def here(number: int, *places: str, origin: str = ONE) -> News:
    return News(origin, number, here=frozenset(places))


def moved(number: int, place: str, *, is_here: bool, origin: str = ONE) -> News:
    return News(origin, number, moved={place: is_here})


def test_what_is_told_is_what_is_heard() -> None:
    news = News(ONE, 7, frozenset({NOOR}), {SECOND: False}, {topic(HARBOUR, "talk", "1"): "12"})
    assert decode_news(HARBOUR, encode_news(news)) == news
    with pytest.raises(NoNews):
        decode_news(LANTERN, encode_news(news))


@given(st.binary())
def test_no_bytes_at_all_break_the_reading(raw: bytes) -> None:
    with pytest.raises(NoNews):
        decode_news(HARBOUR, raw)


@given(JSON, JSON, JSON)
def test_what_is_heard_speaks_of_one_tenant_only(a: object, b: object, c: object) -> None:
    parts = {"from": ONE, "n": 1, "here": a, "moved": b, "nudges": c}
    try:
        raw = orjson.dumps(parts)
        news = decode_news(HARBOUR, raw)
    except (NoNews, TypeError):
        return
    named = {*(news.here or ()), *news.moved, *news.nudges}
    assert all(name.startswith(f"{HARBOUR}/") for name in named)


@pytest.mark.parametrize("raw", [None, 7, "text", [], b"x" * (5 * 1024 * 1024)])
def test_what_is_no_message_is_no_news(raw: object) -> None:
    with pytest.raises(NoNews):
        decode_news(HARBOUR, raw)


@given(st.text())
def test_only_ids_and_numbers_leave(text: str) -> None:
    assert payload_of(text) in ("", text)
    assert " " not in payload_of(text)


@pytest.mark.parametrize("name", ["", "a", "a/b", "/a/b", "a b/c/d", "a/b/c\n", "ą/b/c", "a/b/c d"])
def test_what_is_no_topic_belongs_to_nobody(name: str) -> None:
    assert tenant_of(name) is None


def test_a_going_that_was_overtaken_by_a_coming_changes_nothing() -> None:
    elsewhere = Elsewhere(Clock())
    elsewhere.hear(HARBOUR, moved(1, NOOR, is_here=True))
    elsewhere.hear(HARBOUR, moved(3, NOOR, is_here=True))
    elsewhere.hear(HARBOUR, moved(2, NOOR, is_here=False))
    assert elsewhere.is_there(NOOR)


def test_a_going_that_was_lost_is_made_good_by_the_next_whole_list() -> None:
    elsewhere = Elsewhere(Clock())
    elsewhere.hear(HARBOUR, here(1, NOOR, SECOND))
    elsewhere.hear(HARBOUR, here(2, SECOND))
    assert not elsewhere.is_there(NOOR)
    assert elsewhere.is_there(SECOND)


def test_of_two_processes_one_may_go() -> None:
    elsewhere = Elsewhere(Clock())
    elsewhere.hear(HARBOUR, here(1, NOOR))
    elsewhere.hear(HARBOUR, here(1, NOOR, origin=OTHER))
    elsewhere.hear(HARBOUR, here(2))
    assert elsewhere.is_there(NOOR)
    elsewhere.hear(HARBOUR, here(2, origin=OTHER))
    assert not elsewhere.is_there(NOOR)


def test_a_process_that_fell_silent_is_not_believed_for_longer() -> None:
    clock = Clock()
    elsewhere = Elsewhere(clock)
    elsewhere.hear(HARBOUR, here(1, NOOR))
    clock.now += BELIEVED_FOR - 0.1
    assert elsewhere.is_there(NOOR)
    assert not elsewhere.lapse()
    clock.now += 0.2
    assert not elsewhere.is_there(NOOR)
    assert elsewhere.lapse()
    assert not elsewhere.lapse()


def test_one_tenants_presence_is_not_the_others() -> None:
    elsewhere = Elsewhere(Clock())
    elsewhere.hear(HARBOUR, here(1, NOOR))
    assert not elsewhere.is_there(topic(LANTERN, "visitor-at", "noor"))


def test_no_number_of_invented_processes_fills_the_memory() -> None:
    elsewhere = Elsewhere(Clock())
    for n in range(MOST_PROCESSES * 3):
        elsewhere.hear(HARBOUR, here(1, NOOR, origin=f"{n:032x}"))
    assert len(elsewhere._said[HARBOUR]) == MOST_PROCESSES  # noqa: SLF001  It shows nowhere else.
