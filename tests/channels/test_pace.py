"""How fast a bot sends, by a clock that stands still."""

from collections import Counter
from itertools import pairwise

import pytest

from bot.channels.messenger.pace import Pace


class TestPace:
    def test_thirty_a_second_a_bot_and_one_a_second_a_chat(self) -> None:
        now = [100.0]
        pace = Pace(clock=lambda: now[0])
        times = [now[0] + pace.take(f"chat {n}", most=60) for n in range(90)]
        assert max(Counter(int(at) for at in times).values()) <= 31
        assert times == sorted(times)
        again = [now[0] + pace.take("chat 0", most=60) for _ in range(3)]
        assert all(b - a >= 1.0 for a, b in pairwise(again))

    def test_a_wait_is_the_bot_s_own(self) -> None:
        slow, other = Pace(clock=lambda: 0.0), Pace(clock=lambda: 0.0)
        slow.wait(30)
        assert slow.take("chat", most=5) == pytest.approx(30)
        assert other.take("chat", most=5) == 0

    def test_what_waits_too_long_takes_no_place(self) -> None:
        pace = Pace(clock=lambda: 0.0)
        pace.wait(30)
        assert [pace.take("chat", most=5) for _ in range(3)] == [30, 30, 30]
