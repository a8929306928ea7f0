"""Every case watched in every commit of its own, and the timers that follow from it (I7).

The watches stand in the case (``handoff.watch``); each has one timer, which says when it is due.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.ladder import find_watch, keep_watch, unwatched
from handoff.watch import Watch
from storage.store import Change, Timer


def keep_watched(tenancy: Tenancy, case: Case, now: datetime) -> Case:
    """The case watched for what stands in it, by this tenant's spans."""
    is_assessed = case.queue == tenancy.tenant.doors["victim"]
    return keep_watch(case, tenancy.tenant.settings.ladder, now, is_assessed=is_assessed)


def with_watches(tenancy: Tenancy, before: Case | None, change: Change, now: datetime) -> Change:
    """The change with its case watched, and with the timers that are set and cancelled by that."""
    if change.case is None:
        return change
    case = change.case
    for timer in change.timers:
        # Another room says anew what is due, or that nothing is: what climbed for it has ended.
        case = unwatched(case, timer.id) if find_watch(case, timer.id) else case
    case = keep_watched(tenancy, case, now)
    own = tuple(_timers(before, case))
    pending, bare = {t.id for t in own if not t.is_done}, {timer.id for timer in change.timers}
    timers = (
        *(timer for timer in change.timers if timer.id not in pending),
        *(timer for timer in own if timer.id in pending or timer.id not in bare),
    )
    return replace(change, case=case, timers=timers)


def _timers(before: Case | None, after: Case) -> Iterator[Timer]:
    for watch in after.watches:
        was = find_watch(before, watch.id) if before else None
        if was is None or was.due_at != watch.due_at:
            yield _timer_of(watch, after)
    for watch in before.watches if before else ():
        if find_watch(after, watch.id) is None:
            yield _timer_of(watch, after, is_done=True)


def _timer_of(watch: Watch, case: Case, *, is_done: bool = False) -> Timer:
    return Timer(
        watch.id, watch.cause, watch.due_at, case.conversation, case.reference, is_done=is_done
    )
