"""The ladder: who is told, in what order, when somebody waits and nobody comes. Pure.

Holder, then supervisors on shift, then on-call, until a person has seen it; a rung where nobody
stands is passed over, but for the last. What is taken off this ladder was seen or has ended.

**To have something watched from another room**: commit ``watched(case, cause, spans, since=...)``
(with an ``id`` of your own where a case may have several), and ``unwatched(case, id)`` where it has
ended. The timer follows by itself, in the commit of that case (``bot.watching``); a closed case is
watched for nothing. A bare ``Timer`` of kind ``call-back-overdue`` or ``unconfirmed-transfer`` with
the case's reference is taken too: it is watched from when it is due, until a change of its case
sets or ends that timer anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.flow import Side
from handoff.case import Case
from handoff.intake import entered_by
from handoff.permissions import Permission, has_permission, may_see
from handoff.staff import Staff
from handoff.watch import Cause, Rung, Watch
from tenants.ladder import Spans

TOLD_TO_VISITOR = frozenset({Cause.UNCLAIMED, Cause.UNANSWERED})
"""What the visitor waits for at this moment; the others they know nothing of."""

FIRST_TRY = timedelta(seconds=15)
"""After how long a call that was not placed is tried again; twice as long each time."""

_ORDER = (Rung.HOLDER, Rung.SUPERVISOR, Rung.ON_CALL)


@dataclass(frozen=True, slots=True)
class Step:
    """What became due: the watch after it, the rung that is reached, and what is to be done.

    ``calls``: on-call is to be called now. ``tells``: the visitor is to hear the truth.
    """

    watch: Watch
    rung: Rung | None = None
    calls: bool = False
    tells: bool = False


def watch_id(case: Case, cause: Cause) -> str:
    """The id of a watch of which a case has one at a time; its timer has the same."""
    return f"{cause}:{case.reference}"


def find_watch(case: Case, id: str) -> Watch | None:
    """The watch with this id, where the case has it."""
    return next((watch for watch in case.watches if watch.id == id), None)


def watched(case: Case, cause: Cause, spans: Spans, *, since: datetime, id: str = "") -> Case:
    """The case watched for something that began at ``since``; what is watched already stays."""
    id = id or watch_id(case, cause)
    if find_watch(case, id) is not None:
        return case
    first = since + _first_span(cause, spans)
    tells_at = max(first, since + spans.truth) if cause in TOLD_TO_VISITOR else None
    return case.evolve(watches=(*case.watches, Watch(id, cause, since, first, tells_at=tells_at)))


def unwatched(case: Case, id: str) -> Case:
    """The case without this watch: what it was for has ended."""
    return case.evolve(watches=tuple(watch for watch in case.watches if watch.id != id))


def with_watch(case: Case, watch: Watch) -> Case:
    """The case with this watch in the place of the one with its id."""
    watches = tuple(watch if watch.id == each.id else each for each in case.watches)
    return case.evolve(watches=watches)


def keep_watch(case: Case, spans: Spans, now: datetime, *, is_assessed: bool) -> Case:
    """The case as it is now to be watched: for all that stands, and nothing that has ended.

    ``is_assessed``: its queue is one whose people are owed a risk assessment (R21).
    """
    watches = tuple(watch for watch in case.watches if _stands(watch.cause, case))
    if len(watches) != len(case.watches):
        case = case.evolve(watches=watches)
    for cause in (Cause.UNCLAIMED, Cause.UNANSWERED):
        if _stands(cause, case):
            case = watched(case, cause, spans, since=now)
    # Whoever wrote once and was gone before anybody answered is owed no form.
    if is_assessed and case.holder is not None and _stands(Cause.ASSESSMENT, case):
        case = watched(case, Cause.ASSESSMENT, spans, since=case.opened_at)
    return case


def lacks_watch(case: Case) -> bool:
    """Whether it is an emergency that nobody holds and that is not watched: an older one is so."""
    is_watched = find_watch(case, watch_id(case, Cause.UNCLAIMED)) is not None
    return _stands(Cause.UNCLAIMED, case) and not is_watched


def _stands(cause: Cause, case: Case) -> bool:
    """Whether what a watch is for still is. Of what other rooms begin, they say when it ends."""
    if case.closed_at is not None:
        return False
    match cause:
        case Cause.UNCLAIMED:
            return case.holder is None and case.urgency.is_emergency
        case Cause.UNANSWERED:
            return _waits_for_holder(case)
        case Cause.ASSESSMENT:
            return case.assessed_at is None and case.side == Side.VICTIM
    return True


def _waits_for_holder(case: Case) -> bool:
    # To somebody who has left, for whom it is not safe, or who has no page, nobody can write.
    if case.holder is None or case.ended is not None or case.is_silent or entered_by(case.intake):
        return False
    wrote_at, replied_at = case.last_visitor_at, case.replied_at
    return wrote_at is not None and (replied_at is None or wrote_at > replied_at)


def take_step(
    watch: Watch, case: Case, on_shift: Iterable[Staff], spans: Spans, now: datetime
) -> Step | None:
    """What is due of a watch at this time; None where nothing is.

    One rung at most, however long nobody looked: whoever stands on it is given their time.
    """
    if watch.due_at > now:
        return None
    reached = None
    if watch.climbs_at <= now:
        watch = _climb(watch, case, on_shift, spans, now)
        reached = watch.rung
    calls = watch.calls_at is not None and watch.calls_at <= now
    if calls:
        wait = FIRST_TRY * 2**watch.tries
        watch = watch.evolve(tries=watch.tries + 1, calls_at=now + wait)
    tells = watch.tells_at is not None and watch.tells_at <= now
    return Step(watch, reached, calls=calls, tells=tells)


def _climb(
    watch: Watch, case: Case, on_shift: Iterable[Staff], spans: Spans, now: datetime
) -> Watch:
    if watch.seen_at is not None:
        # Somebody saw it, and it still is: from the first rung again, as if nobody had.
        is_told = watch.is_told or watch.cause not in TOLD_TO_VISITOR
        tells_at = None if is_told else now + spans.truth
        watch = watch.evolve(rung=None, seen_by=None, seen_at=None, tells_at=tells_at)
    rung = _next_rung(watch.rung, case, tuple(on_shift))
    climbed = watch.evolve(rung=rung, reached_at=now, climbs_at=now + _span_of(rung, spans))
    if rung is not Rung.ON_CALL:
        return climbed
    return climbed.evolve(call=watch.call + 1, calls_at=now, tries=0)


def _next_rung(rung: Rung | None, case: Case, on_shift: Iterable[Staff]) -> Rung:
    above = _ORDER[_ORDER.index(rung) + 1 :] if rung else _ORDER
    for next_one in above:
        if people_on(next_one, case, on_shift):
            return next_one
    return Rung.ON_CALL


def people_on(rung: Rung, case: Case, on_shift: Iterable[Staff]) -> tuple[Staff, ...]:
    """Who at the desk stands on a rung now. Nobody hears of a case that they may not see (P6)."""
    return tuple(p for p in on_shift if may_see(p, case) and _stands_on(p, rung, case))


def _stands_on(person: Staff, rung: Rung, case: Case) -> bool:
    if rung is Rung.HOLDER:
        return person.id == case.holder
    return rung is Rung.SUPERVISOR and has_permission(person, Permission.SUPERVISE)


def is_told_to(watch: Watch, case: Case, staff: Staff) -> bool:
    """Whether this person's desk shows the alarm: their rung is reached, or one above it."""
    if not watch.is_alarming or watch.rung is None or not may_see(staff, case):
        return False
    if watch.rung is Rung.ON_CALL or watch.cause is Cause.UNCLAIMED:
        return True
    reached = _ORDER[: _ORDER.index(watch.rung) + 1]
    return any(_stands_on(staff, rung, case) for rung in reached)


def see(watch: Watch, by: Staff, spans: Spans, now: datetime) -> Watch:
    """The watch once somebody says that they have seen it: nobody else is told for a while."""
    return watch.evolve(
        seen_by=by.id, seen_at=now, climbs_at=now + spans.again, calls_at=None, tells_at=None
    )


def place_call(watch: Watch) -> Watch:
    """The watch once its call was placed. Whether anybody heard it, only they can say."""
    return watch.evolve(calls_at=None)


def tell_truth(watch: Watch, *, is_said: bool) -> Watch:
    """The watch once the visitor heard the truth; where it could not be said: again with a rung."""
    return watch.evolve(is_told=is_said, tells_at=None if is_said else watch.climbs_at)


def _first_span(cause: Cause, spans: Spans) -> timedelta:
    return {
        Cause.UNCLAIMED: spans.unclaimed,
        Cause.UNANSWERED: spans.unanswered,
        Cause.TRANSFER: spans.transfer,
        Cause.CALL_BACK: spans.call_back,
        Cause.ASSESSMENT: spans.assessment,
    }[cause]


def _span_of(rung: Rung, spans: Spans) -> timedelta:
    return {
        Rung.HOLDER: spans.holder,
        Rung.SUPERVISOR: spans.supervisor,
        Rung.ON_CALL: spans.on_call,
    }[rung]
