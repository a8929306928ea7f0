"""What of a case is not open to everybody who may open it: contacts, some answers, safety facts.

A contact and a trans history show when somebody gives a reason; the names that a person who uses
abuse gave for others' safety show to safety workers alone (R29, R31, R33).
"""

from handoff.case import Case
from handoff.permissions import Permission, has_permission
from handoff.staff import Staff

WITH_A_REASON = frozenset(
    {"contact.address", "contact.word", "agency.their-contact", "equality.trans-history"}
)
FOR_SAFETY = "safety."

PRESS_SHOW = "Hidden; press Show at the top"
SAFETY_ONLY = "Kept for safety workers"


def hidden_word(place: str, staff: Staff, *, is_shown: bool) -> str:
    """Why a place of the intake is hidden from this person now; empty where it is not."""
    if place.startswith(FOR_SAFETY):
        return "" if has_permission(staff, Permission.READ_SAFETY_FACTS) else SAFETY_ONLY
    return PRESS_SHOW if place in WITH_A_REASON and not is_shown else ""


def hidden_questions(case: Case, staff: Staff, *, is_shown: bool) -> frozenset[str]:
    """The answer keys whose lines are hidden in the transcript too."""
    fields = case.intake.get("fields", {})
    return frozenset(
        raw["question"]
        for place, raw in fields.items()
        if hidden_word(place, staff, is_shown=is_shown)
    )
