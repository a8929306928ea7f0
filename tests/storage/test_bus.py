"""What the local bus keeps for itself; what every bus does is tried in ``tests/contracts``."""

from storage.bus import LocalBus, topic
from tests.contracts.cast import HARBOUR


def test_who_has_left_costs_nothing() -> None:
    bus = LocalBus()
    with bus.subscribe(topic(HARBOUR, "talk", "1")):
        assert bus._listening  # noqa: SLF001  There is no other way to see a leak.
    assert not bus._listening  # noqa: SLF001
