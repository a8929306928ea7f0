"""How long somebody may wait before the next person is told: the `ladder` of `tenant.yaml`.

What is left out has the usual span. No span may be nothing: a ladder without time tells everybody
at once, and nobody in particular.
"""

import datetime as dt
from dataclasses import dataclass, fields

from tenants.reading import Entry


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of one tenant's ladder.

    From what begins it to its first rung: `unclaimed` (an emergency that nobody takes),
    `unanswered` (somebody waits for whoever holds their case), `transfer`, `call_back` (after its
    time), `assessment` (after first contact, R21). From a rung to the next: `holder`, `supervisor`,
    and `on_call` from one call to the next. `truth`: after how long without a person the visitor
    hears so. `again`: how long after somebody has seen it the ladder begins anew where nothing was
    done.
    """

    unclaimed: dt.timedelta = dt.timedelta(seconds=60)
    unanswered: dt.timedelta = dt.timedelta(minutes=3)
    transfer: dt.timedelta = dt.timedelta(minutes=2)
    call_back: dt.timedelta = dt.timedelta(minutes=10)
    assessment: dt.timedelta = dt.timedelta(hours=24)
    holder: dt.timedelta = dt.timedelta(minutes=2)
    supervisor: dt.timedelta = dt.timedelta(minutes=2)
    on_call: dt.timedelta = dt.timedelta(minutes=5)
    truth: dt.timedelta = dt.timedelta(minutes=5)
    again: dt.timedelta = dt.timedelta(minutes=10)


NAMES = tuple(field.name for field in fields(Spans))


def read_spans(item: Entry) -> Spans:
    """The `ladder` of the settings. Raises the file's own mistake, with line and cure."""
    written = item.fields(optional=" ".join(NAMES))
    spans = {name: _span(name, entry) for name, entry in written.items()}
    return Spans(**spans)


def _span(name: str, entry: Entry) -> dt.timedelta:
    span = entry.duration()
    if not span:
        raise entry.error(f"{name!r} may not be nothing", "Write a time such as 60s or 5m")
    return span
