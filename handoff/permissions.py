"""Who may do what: each permission named once, each role a set of them.

The wall between the two sides stands here (P6, R29, R31): who works with people who use abuse sees
no victim's case, and the reverse, but for emergencies, which alarm those who answer for safety.
"""

from collections.abc import Iterable
from enum import StrEnum

from flows.flow import Side
from handoff.case import Case
from handoff.staff import Role, Staff


class Permission(StrEnum):
    """One thing that somebody at the desk may do."""

    SEE_VICTIM_SIDE = "see-victim-side"
    SEE_USING_ABUSE_SIDE = "see-using-abuse-side"
    ANSWER_ANY_EMERGENCY = "answer-any-emergency"
    TAKE_CASES = "take-cases"
    TAKE_CASES_UNSUPERVISED = "take-cases-unsupervised"
    SUPERVISE = "supervise"
    READ_AUDIT = "read-audit"
    REVIEW_OPENINGS = "review-openings"
    READ_SAFETY_FACTS = "read-safety-facts"
    ASSESS_RISK = "assess-risk"
    KEEP_RISK_REGISTER = "keep-risk-register"
    KEEP_ON_CALL = "keep-on-call"


_WORKER = frozenset(
    {
        Permission.SEE_VICTIM_SIDE,
        Permission.TAKE_CASES,
        Permission.TAKE_CASES_UNSUPERVISED,
        Permission.ASSESS_RISK,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VOLUNTEER: frozenset({Permission.SEE_VICTIM_SIDE, Permission.TAKE_CASES}),
    Role.WORKER: _WORKER,
    Role.USING_ABUSE_WORKER: frozenset(
        {
            Permission.SEE_USING_ABUSE_SIDE,
            Permission.TAKE_CASES,
            Permission.TAKE_CASES_UNSUPERVISED,
            Permission.ASSESS_RISK,
        }
    ),
    Role.SAFETY_WORKER: _WORKER
    | {
        Permission.ANSWER_ANY_EMERGENCY,
        Permission.READ_SAFETY_FACTS,
        Permission.KEEP_RISK_REGISTER,
    },
    Role.SUPERVISOR: _WORKER
    | {
        Permission.ANSWER_ANY_EMERGENCY,
        Permission.SUPERVISE,
        Permission.READ_AUDIT,
        Permission.KEEP_RISK_REGISTER,
        Permission.KEEP_ON_CALL,
    },
    Role.MANAGER: frozenset(
        {Permission.READ_AUDIT, Permission.REVIEW_OPENINGS, Permission.KEEP_ON_CALL}
    ),
    Role.ADMINISTRATOR: frozenset(),
}

SIDES = {
    Side.VICTIM: Permission.SEE_VICTIM_SIDE,
    Side.SHARED: Permission.SEE_VICTIM_SIDE,
    Side.USING_ABUSE: Permission.SEE_USING_ABUSE_SIDE,
}
"""What somebody must hold to see the cases of a side. What is shared waits on the victim side."""


def permissions_of(staff: Staff) -> frozenset[Permission]:
    """Everything that this person's roles allow."""
    return frozenset().union(*(GRANTS[role] for role in staff.roles))


def has_permission(staff: Staff, permission: Permission) -> bool:
    """Whether one of this person's roles allows this."""
    return permission in permissions_of(staff)


def may_see(staff: Staff, case: Case) -> bool:
    """Whether this person may know of the case at all. Who knows the visitor may not (R17)."""
    if staff.id in case.barred:
        return False
    held = permissions_of(staff)
    if SIDES[Side(case.side)] in held:
        return True
    return case.urgency.is_emergency and Permission.ANSWER_ANY_EMERGENCY in held


def may_take(staff: Staff, on_shift: Iterable[Staff]) -> bool:
    """Whether this person may take cases now; volunteers need a supervisor on shift (R49)."""
    held = permissions_of(staff)
    if Permission.TAKE_CASES_UNSUPERVISED in held:
        return True
    return Permission.TAKE_CASES in held and any(
        has_permission(other, Permission.SUPERVISE) for other in on_shift
    )
