"""Ends an offer that nobody has answered: the case stays with its holder, and the offer is gone."""

from dataclasses import replace

from bot.house import House
from bot.tenancy import Tenancy
from handoff.desk import Move
from handoff.passing import LapseOffer
from handoff.refusals import Refusal
from handoff.staff import Staff, StaffId
from storage.store import Change, Timer

THE_HOUSE = Staff(StaffId(""), "", "", frozenset())
"""By nobody of the staff."""


async def end_offer(house: House, tenancy: Tenancy, timer: Timer) -> None:
    """Let the offer of this timer lapse, once, whichever processes look at once (I2).

    Raises StorageError for what it reads.
    """
    if timer.reference is not None:
        # The timer's id is that of one offer, so two processes make one move.
        move = Move(timer.id, timer.reference, THE_HOUSE, LapseOffer(timer.id))
        try:
            await house.door.move(tenancy.tenant.id, move)
        except Refusal:
            pass  # It was answered before: only the timer is left.
        else:
            return
    await tenancy.store.commit(Change(timers=(replace(timer, is_done=True),)))
