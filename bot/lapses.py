"""Takes a case back from whoever holds it and is here no longer: nobody waits for a closed laptop.

The case goes to its old place in the queue, the visitor is told, and the desk shows that it came
back (I7, R49). Whoever is here again in time keeps it.
"""

import structlog

from bot.house import House
from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.desk import Lapse, Move
from handoff.may_pass import is_unsupervised
from handoff.passing import Leave
from handoff.refusals import Refusal
from handoff.staff import Staff, StaffId

log = structlog.get_logger()

MOST = 200
"""Held cases of a tenant that are looked at in one look."""


async def take_back_from_the_gone(house: House, tenancy: Tenancy) -> None:
    """Let every hold lapse whose holder is not on shift, or is a volunteer whom nobody supervises.

    Whoever joined or listens and has gone leaves the talk. Raises StorageError for what it reads.
    """
    on_shift = await tenancy.on_shift(house.clock())
    here = {person.id for person in on_shift}
    for case in await tenancy.store.held(tenancy.queues, limit=MOST):
        is_alone = is_unsupervised(case.holder, on_shift)
        if case.holder is not None and (is_alone or case.holder not in here):
            await _move(house, tenancy, case, case.holder, Lapse(is_unsupervised=is_alone))
            continue
        for person in (*case.joined, *case.listening):
            if person not in here:
                await _move(house, tenancy, case, person, Leave())


async def _move(
    house: House, tenancy: Tenancy, case: Case, who: StaffId, step: Lapse | Leave
) -> None:
    # Only the id matters: of somebody whose account is gone there is nothing else.
    nobody = Staff(who, "", "", frozenset())
    # The version makes it one lapse of one hold, whichever processes look at once (I2).
    kind = type(step).__name__.lower()
    move = Move(f"{kind}:{case.version}:{who}", case.reference, nobody, step)
    try:
        await house.door.move(tenancy.tenant.id, move)
    except Refusal as refusal:
        log.info("not-lapsed", case=case.reference, code=refusal.code)
    except Exception as error:
        # One case that cannot be moved must not keep all others with people who have gone.
        log.error("lapse-failed", case=case.reference, error=type(error).__name__)
    else:
        log.warning("case-came-back", tenant=tenancy.tenant.id, case=case.reference, kind=kind)
