"""What every turn counts and times, kept as plain numbers and told to Prometheus when it asks.

Its own counters take a lock and a dozen calls for each; a turn counts several.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily


class Timing:
    """How long something took, so often: seconds, sorted into buckets by their upper bounds."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """``bounds`` in order; whatever is longer than all of them is counted behind the last."""
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def note(self, seconds: float) -> None:
        """It took so long this time."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def family(self, name: str, about: str) -> Metric:
        """As Prometheus takes it: each bucket with all before it."""
        bounds = [*map(str, map(float, self._bounds)), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self._counts)), strict=True))
        return HistogramMetricFamily(name, about, buckets=buckets, sum_value=self._sum)


class Tallies:
    """A collector (``prometheus_client``) of turns by tenant and kind, nudges and commit times."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """``bounds`` of the commit times' buckets, in seconds."""
        self.turns: Counter[tuple[str, str]] = Counter()
        self.nudges = 0
        self.commits = Timing(bounds)

    def collect(self) -> Iterator[Metric]:
        """All as it stands. Asked from a thread, while the loop goes on counting."""
        turns = CounterMetricFamily("frontdoor_turns", "Turns committed", labels=("tenant", "kind"))
        for (tenant, kind), count in list(self.turns.items()):
            turns.add_metric((tenant, kind), count)
        yield turns
        yield CounterMetricFamily("frontdoor_nudges", "Nudges to whoever waits", value=self.nudges)
        yield self.commits.family("frontdoor_commit_seconds", "Seconds to a commit's outcome")
