"""What was opened: cases that somebody opened though another held them, for a manager's eyes.

It shows who, when, why and which reference; nothing of any case, which a manager may not read. A
conflict of interest stands here too, for the supervisor may be the one who knows the visitor (R17).
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.visit import Visit
from bot.console.words import REASONS_TO_OPEN
from handoff.entry import Entry

MOST = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """One row."""

    at: datetime
    who: str
    reference: str
    what: str


async def show(visit: Visit) -> web.Response:
    """The latest, first. That somebody looked is recorded as well."""
    await visit.record("reviewed-openings")
    store = visit.tenancy.store
    entries = [
        *await store.latest_entries("opening", limit=MOST),
        *await store.latest_entries("conflict", limit=MOST),
    ]
    aliases = {person.id: person.alias for person in await store.everyone()}
    entries.sort(key=lambda entry: entry.at, reverse=True)
    rows = [
        Opened(e.at, aliases.get(e.by, "Somebody who has left"), e.reference, _what(e))
        for e in entries[:MOST]
    ]
    return visit.page("openings.html", {"rows": rows, "csrf": visit.session.csrf})


def _what(entry: Entry) -> str:
    if entry.kind == "opening":
        reason = str(entry.content.get("reason", ""))
        return f"Opened it: {REASONS_TO_OPEN.get(reason, reason).lower()}"
    declared = entry.content.get("did") == "conflict-declared"
    return "Knows the person; it is closed to them" if declared else "Has seen that somebody does"
