"""How many cases somebody holds, and how many they may: read from the registers and the queue."""

from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.refusals import Full
from handoff.skills import OWN_LIMITS, REGISTER, OwnLimit, Skills, capacity_of
from handoff.staff import Staff, StaffId

MOST = 1000
"""Held cases of a tenant that are counted."""


async def require_room(tenancy: Tenancy, by: Staff, case: Case) -> None:
    """Raise ``Full`` where this person holds all they can take; an emergency is always taken."""
    if case.urgency.is_emergency:
        return
    if (await held_by_each(tenancy)).get(by.id, 0) >= await capacity(tenancy, by.id):
        raise Full


async def held_by_each(tenancy: Tenancy) -> dict[StaffId, int]:
    """How many open cases each person holds; nobody who holds none is named."""
    count: dict[StaffId, int] = {}
    for case in await tenancy.store.held(tenancy.queues, limit=MOST):
        if case.holder is not None:
            count[case.holder] = count.get(case.holder, 0) + 1
    return count


async def capacity(tenancy: Tenancy, staff: StaffId) -> int:
    """How many cases at once this person takes now."""
    skills, own = (await skills_of(tenancy)).get(staff), (await own_limits(tenancy)).get(staff)
    return capacity_of(tenancy.tenant.settings.capacity, skills or Skills(), own or OwnLimit())


async def skills_of(tenancy: Tenancy) -> dict[StaffId, Skills]:
    """The skills register, by person."""
    rows = await tenancy.store.registered(REGISTER)
    return {StaffId(row.id): Skills.model_validate(dict(row.content)) for row in rows}


async def own_limits(tenancy: Tenancy) -> dict[StaffId, OwnLimit]:
    """The limits that people set for themselves, by person."""
    rows = await tenancy.store.registered(OWN_LIMITS)
    return {StaffId(row.id): OwnLimit.model_validate(dict(row.content)) for row in rows}
