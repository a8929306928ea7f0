"""What a referral carries to a partner: the answers as they were given, and the safe contact (R15).

Refuses to carry a contact that may not be used: absent or past its time, it says *do not contact*
(P19). A trans history and what is kept for safety workers stay here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from handoff.case import Case
from handoff.intake import words_of
from handoff.may_contact import check_safe
from handoff.refusals import Refusal

VERSION = 1

HIDDEN = "[a contact, hidden]"

STAYS = ("contact.", "safety.", "equality.", "agency.their-contact")
"""How the places begin that no referral carries as answers."""


def make_package(case: Case, service: str, ground: str, now: datetime) -> dict[str, Any]:
    """JSON-able: which case, to whom, on what ground, how urgent, and each answer as it came."""
    return {
        "version": VERSION,
        "reference": case.reference,
        "service": service,
        "ground": ground,
        "made_at": now.isoformat(),
        "language": case.language,
        "door": case.intake.get("door", ""),
        "urgency": case.urgency.level.name.lower(),
        "answers": dict(_answers(case)),
        "safe_contact": safe_contact_of(case, now),
    }


def _answers(case: Case) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # The number goes along in the safe contact alone, wherever else they wrote it.
    address = words_of(case.intake, "contact.address").strip()
    for place, field in case.intake.get("fields", {}).items():
        if not place.startswith(STAYS):
            words = str(field.get("words", ""))
            hidden = words.replace(address, HIDDEN) if address else words
            yield place, {**field, "words": hidden} if words else dict(field)


def safe_contact_of(case: Case, now: datetime) -> dict[str, Any]:
    """The safe contact with everything that it asks for, or *do not contact* and why."""
    try:
        agreed = check_safe(case.intake, now)
    except Refusal as refusal:
        return {"may_contact": False, "why": refusal.code, "say": "Do not contact"}
    return {
        "may_contact": True,
        **agreed.as_content(),
        "say": "Only as written here. After ends_at: do not contact",
    }
