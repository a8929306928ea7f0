"""Colleagues as a form names them: by a mark that only this tenant's own desk can read back.

An id of an account stands on no page.
"""

from collections.abc import Sequence

from bot.console.visit import Visit
from handoff.staff import Staff, StaffId


def mark_of(visit: Visit, id: StaffId) -> str:
    """What stands for this person in a form; none of another tenant's is the same."""
    keyring, tenant = visit.house.keyring, visit.tenancy.tenant.id
    return keyring.keyed_hash("staff-mark", tenant, id).hex()[:16]


def find_marked(visit: Visit, people: Sequence[Staff], mark: str) -> Staff | None:
    """Whom of these a posted mark stands for."""
    return next((person for person in people if mark_of(visit, person.id) == mark), None)
