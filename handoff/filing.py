"""What may be filed in a case's file: each kind once, with who may file it and who may read it.

Pure. A sheet is filed by a move of the desk (``handoff.desk.File``), whoever holds the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handoff.entry import Entry
from handoff.permissions import Permission, has_permission
from handoff.refusals import NotFound, WrittenSince
from handoff.staff import Staff


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet. ``is_form``: the latest stands, so nobody may overwrite what they have not
    seen. ``files`` is None for what the house alone files.
    """

    files: Permission | None
    reads: Permission
    is_form: bool = False


_ASSESS, _TAKE = Permission.ASSESS_RISK, Permission.TAKE_CASES

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "note": Kind(_TAKE, _TAKE),
        "entered": Kind(_TAKE, _TAKE),
        "risk-assessment": Kind(_ASSESS, _TAKE, is_form=True),
        "register-review": Kind(Permission.KEEP_RISK_REGISTER, _TAKE, is_form=True),
        "marac-referral": Kind(_ASSESS, _ASSESS, is_form=True),
        "safety-plan-adult": Kind(_ASSESS, _TAKE, is_form=True),
        "safety-plan-child": Kind(_ASSESS, _TAKE, is_form=True),
        "child-decision": Kind(_ASSESS, _TAKE, is_form=True),
        "adult-decision": Kind(_ASSESS, _TAKE, is_form=True),
        "suicide-decision": Kind(_ASSESS, _TAKE, is_form=True),
        # Forms all of them, so that of two at once only one is right about what stood.
        "call-back": Kind(_TAKE, _TAKE, is_form=True),
        "word-check": Kind(_TAKE, _TAKE, is_form=True),
        "joined": Kind(_TAKE, _TAKE),
        "referral": Kind(_TAKE, _TAKE, is_form=True),
        "boundary": Kind(_TAKE, _TAKE, is_form=True),
        "boundary-decision": Kind(Permission.SUPERVISE, _TAKE, is_form=True),
        "passing": Kind(_TAKE, _TAKE),
        "whisper": Kind(_TAKE, _TAKE),
        "opening": Kind(_TAKE, Permission.REVIEW_OPENINGS),
        "conflict": Kind(_TAKE, Permission.SUPERVISE),
        "alarm": Kind(None, _TAKE),
        "duty-decision": Kind(_TAKE, _TAKE, is_form=True),
    }
)


def may_read(staff: Staff, entry: Entry) -> bool:
    """Whether this person may read this sheet of a case that they may see."""
    return has_permission(staff, KINDS[entry.kind].reads)


def latest(entries: Iterable[Entry], kind: str) -> Entry | None:
    """The sheet of this kind that stands: the last that was filed."""
    return max((e for e in entries if e.kind == kind), key=lambda e: e.number, default=None)


def check_filing(by: Staff, kind: str, entries: Iterable[Entry], based_on: int) -> None:
    """Raise the refusal that stands against filing it, if one does.

    ``based_on`` is the number of the sheet that the form was filled in over, 0 for none.
    """
    known = KINDS.get(kind)
    if known is None or known.files is None or not has_permission(by, known.files):
        raise NotFound
    stands = latest(entries, kind)
    if known.is_form and (stands.number if stands else 0) != based_on:
        raise WrittenSince
