"""Takes a case back from whoever holds it and is here no longer: nobody waits for a closed laptop.

The case goes to its old place in the queue, the visitor is told, and the desk shows that it came
back (I7, R49). Whoever is here again in time keeps it.
"""

import structlog

from bot.house import House
from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.desk import Lapse, Move
from handoff.refusals import Refusal
from handoff.staff import Staff, StaffId

log = structlog.get_logger()

MOST = 200
"""Held cases of a tenant that are looked at in one look."""


async def take_back_from_the_gone(house: House, tenancy: Tenancy) -> None:
    """Let every hold lapse whose holder is not on shift. Raises StorageError for what it reads."""
    here = {person.id for person in await tenancy.on_shift(house.clock())}
    for case in await tenancy.store.held(tenancy.queues, limit=MOST):
        if case.holder is not None and case.holder not in here:
            await _take_back(house, tenancy, case, case.holder)


async def _take_back(house: House, tenancy: Tenancy, case: Case, holder: StaffId) -> None:
    # Only the id matters: of somebody whose account is gone there is nothing else.
    nobody = Staff(holder, "", "", frozenset())
    # The version makes it one lapse of one hold, whichever processes look at once (I2).
    move = Move(f"lapse:{case.version}", case.reference, nobody, Lapse())
    try:
        await house.door.move(tenancy.tenant.id, move)
    except Refusal as refusal:
        log.info("not-lapsed", case=case.reference, code=refusal.code)
    except Exception as error:
        # One case that cannot be moved must not keep all others with people who have gone.
        log.error("lapse-failed", case=case.reference, error=type(error).__name__)
    else:
        log.warning("case-came-back", tenant=tenancy.tenant.id, case=case.reference)
