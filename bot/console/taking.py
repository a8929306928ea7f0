"""*Take the next*: the case that this person should have now, claimed for them; how many at once.

Under one id one case, however often it is sent: what was claimed by it is found again (I2).
"""

from collections.abc import Sequence
from contextlib import suppress

from aiohttp import web

from bot.capacity import capacity, held_by_each, own_limits, skills_of
from bot.console.desk import Desk, refusal_status, show_desk
from bot.console.posted import move_id
from bot.console.shift import begin_shift
from bot.console.visit import Visit
from bot.console.waiting import own_queues, waiting
from flows.conversation import Owner
from handoff.case import Case
from handoff.desk import Claim, Move
from handoff.matching import Free, in_turn
from handoff.permissions import Permission, has_permission, may_see, may_take
from handoff.refusals import (
    AlreadyHeld,
    Full,
    IsClosed,
    KeptForOthers,
    NobodyWaits,
    NotFound,
    Refusal,
)
from handoff.skills import MOST_AT_ONCE, OWN_LIMITS, OwnLimit, Skills, as_content, capacity_of
from storage.store import Registered

LOOKED_AT = 50
"""Cases of the queue's order that are matched."""

TRIES = 5
"""How often a colleague may be quicker before this person is told that nobody waits."""


async def take_next(visit: Visit) -> web.Response:
    """Claim the next case for this person, and open it."""
    if not visit.staff.is_on_shift(visit.now):
        await begin_shift(visit)
    try:
        reference = await _take(visit)
    except Refusal as refusal:
        return await _refuse(visit, refusal)
    return visit.go(f"/cases/{reference}")


async def _refuse(visit: Visit, refusal: Refusal) -> web.Response:
    status = refusal_status(refusal)
    return show_desk(Desk(visit, await waiting(visit)), refusal=refusal, status=status)


async def _take(visit: Visit) -> str:
    """Raises the refusal that stands against it."""
    id = move_id(visit)
    for _ in range(TRIES):
        if (before := await _claimed_before(visit, id)) is not None:
            return before.reference
        case = await _next(visit)
        # Somebody was quicker: the next one, then.
        with suppress(AlreadyHeld, IsClosed, NotFound):
            claim = Move(id, case.reference, visit.staff, Claim())
            await visit.house.door.move(visit.tenancy.tenant.id, claim)
            return case.reference
    raise NobodyWaits


async def _claimed_before(visit: Visit, id: str) -> Case | None:
    tenancy = visit.tenancy
    held = await tenancy.store.held(tenancy.queues, limit=1000)
    mine = (case for case in held if case.holder == visit.staff.id)
    return next((case for case in mine if case.claimed_by == id), None)


async def _next(visit: Visit) -> Case:
    tenancy, me = visit.tenancy, visit.staff
    held = await held_by_each(tenancy)
    if held.get(me.id, 0) >= await capacity(tenancy, me.id):
        raise Full
    cases = await _waiting(visit)
    if not cases:
        raise NobodyWaits
    skills, limits = await skills_of(tenancy), await own_limits(tenancy)
    here = await tenancy.on_shift(visit.now)
    others = [
        skills.get(person.id, Skills())
        for person in here
        if person.id != me.id and may_take(person, here) and may_see(person, cases[0])
        if held.get(person.id, 0)
        < capacity_of(
            tenancy.tenant.settings.capacity,
            skills.get(person.id, Skills()),
            limits.get(person.id, OwnLimit()),
        )
    ]
    free = Free(skills.get(me.id, Skills()), others, visit.now, tenancy.tenant.language)
    for case in in_turn(cases, free):
        return case
    raise KeptForOthers


async def _waiting(visit: Visit) -> Sequence[Case]:
    """Who waits, of what this person may take: their own queues, and danger in the others."""
    tenancy, own = visit.tenancy, own_queues(visit.tenancy, visit.staff)
    cases = list(await tenancy.store.waiting(own, limit=LOOKED_AT)) if own else []
    if has_permission(visit.staff, Permission.ANSWER_ANY_EMERGENCY):
        other = [queue for queue in tenancy.queues if queue not in own]
        cases += await tenancy.store.waiting(other, limit=LOOKED_AT)
    cases.sort(key=lambda case: (case.owner is Owner.BOT, case.rank_at))
    return [case for case in cases if may_see(visit.staff, case)]


async def set_limit(visit: Visit) -> web.Response:
    """How many cases at once this person takes today: lower than they may, never higher (R58)."""
    given = visit.form.get("at-once", "")
    at_once = int(given) if given.isdecimal() and int(given) <= MOST_AT_ONCE else None
    rows = await visit.tenancy.store.registered(OWN_LIMITS)
    version = next((row.version for row in rows if row.id == visit.staff.id), 0)
    content = as_content(OwnLimit(at_once=at_once))
    await visit.record("own-limit", visit.staff.id, given[:2])
    await visit.tenancy.store.register(Registered(OWN_LIMITS, visit.staff.id, content, version))
    return visit.go()
