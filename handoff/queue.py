"""The order in which people are answered: urgency, then waiting time, with ageing.

One number carries it, ``rank_at``, so that the store needs one index. Nobody waits for ever: a
bonus is a head start, and time overtakes it; only an emergency is never overtaken.
"""

from datetime import datetime, timedelta

from flows.urgency import Level

HEAD_START = {
    Level.USUAL: timedelta(0),
    Level.HIGH: timedelta(minutes=30),
    Level.EMERGENCY: timedelta(days=3650),
}
"""How much longer than they have waited, a case of this level counts as having waited."""


def rank(waiting_since: datetime, level: Level) -> datetime:
    """Where a case stands in its queue: the earlier, the sooner."""
    return waiting_since - HEAD_START[level]
