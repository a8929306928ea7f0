"""Being on shift: it begins by signing in or by a press, and lives by signs of an open console."""

from datetime import timedelta

from bot.console.visit import Guest, Visit
from bot.presence import desk_topic

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


async def end_shift(visit: Visit) -> None:
    """This person is here no longer, whatever pages they leave open."""
    await visit.tenancy.touch_shift(visit.staff.id, None)
    _nudge_desk(visit)


def _nudge_desk(guest: Guest) -> None:
    guest.house.bus.publish(desk_topic(guest.tenancy.tenant.id))
