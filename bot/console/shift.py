"""Being on shift: it begins by signing in or by a press, and lives by signs of an open console."""

from datetime import timedelta

from bot.capacity import held_by_each
from bot.console.visit import Guest, Visit
from bot.presence import desk_topic
from handoff.may_pass import is_unsupervised
from handoff.permissions import Permission, has_permission
from handoff.refusals import LastSupervisor

TOUCHED_EVERY = timedelta(seconds=30)


async def touch(visit: Visit) -> None:
    """A sign of this person's console, if they are on shift. It begins no shift."""
    seen_at = visit.staff.shift_seen_at
    if seen_at is not None and visit.now - seen_at >= TOUCHED_EVERY:
        await visit.tenancy.touch_shift(visit.staff.id, visit.now)


async def begin_shift(visit: Visit) -> None:
    """From now on this person is here."""
    await visit.tenancy.touch_shift(visit.staff.id, visit.now)
    _nudge_desk(visit)


async def end_shift(visit: Visit, action: str) -> None:
    """This person is here no longer, whatever pages they leave open. Recorded as ``action``.

    Raises ``LastSupervisor`` where that left volunteers with chats and nobody who supervises (R49).
    """
    # One after the other: of two who go at once, the second must see that the first has gone.
    async with visit.console.leaving:
        await _require_supervision(visit)
        await visit.record(action)
        await visit.tenancy.touch_shift(visit.staff.id, None)
    _nudge_desk(visit)


async def _require_supervision(visit: Visit) -> None:
    tenancy, me = visit.tenancy, visit.staff
    if not me.is_on_shift(visit.now) or not has_permission(me, Permission.SUPERVISE):
        return
    others = [person for person in await tenancy.on_shift(visit.now) if person.id != me.id]
    for holder in await held_by_each(tenancy):
        if is_unsupervised(holder, others):
            raise LastSupervisor


def _nudge_desk(guest: Guest) -> None:
    guest.house.bus.publish(desk_topic(guest.tenancy.tenant.id))
