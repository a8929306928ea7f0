"""A sheet of the case file -> the content-free facts that it makes (R19 to R22, R38 to R48).

Codes, dates and counts alone: never a word that somebody wrote.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from handoff.case import Case
from handoff.contact_facts import count_contact_sheet
from handoff.decisions import KIND_OF as DECISION_KINDS
from handoff.decisions import Decision
from handoff.duty import KIND as DUTY
from handoff.duty import DutyDecision
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.marac import Referral
from handoff.risk_assessment import Mark, read_assessment
from handoff.risk_register import Review
from handoff.safety_plan import KIND_OF as PLAN_KINDS
from handoff.safety_plan import SafetyPlan

ASSESSED_WITHIN = timedelta(hours=24)
"""From the first contact to the risk assessment (R21)."""

Values = tuple[str, Mapping[str, str]]


def count_sheet(entry: Entry, case: Case, before: Iterable[Entry]) -> Iterator[Fact]:
    """The facts of one sheet; ``before`` are those that were filed before it."""
    before = tuple(before)
    counted = _COUNTS.get(entry.kind)
    if counted is not None:
        kind, values = counted(entry, case, before)
        yield Fact(kind, entry.at, case.conversation, case.reference, values)
    yield from count_contact_sheet(entry, case, before)


def _assessed(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = read_assessment(entry.content)
    return "risk-assessed", {
        "form": made.form,
        "area": made.area,
        "pathway": made.pathway.name.lower().replace("_", "-"),
        "yes": str(made.count()),
        "not-gone-through": str(made.not_gone_through),
        "declined": str(made.count(Mark.DECLINED)),
        "raised": _word(is_so=made.is_raised),
        "first": _word(is_so=not _any(before, "risk-assessment")),
        "within-24h": _word(is_so=_is_within(case.opened_at, entry.at)),
    }


def _referred(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = Referral.model_validate(entry.content)
    return "marac-referred", {
        "criteria": " ".join(sorted(made.criteria)),
        "repeat": _word(is_so=made.is_repeat),
        "agreed": made.agreed,
    }


def _planned(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = SafetyPlan.model_validate(entry.content)
    return "safety-plan-made", {
        "whose": made.whose,
        "first": _word(is_so=not _any(before, entry.kind)),
    }


def _decided(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = Decision.model_validate(entry.content)
    return "decided", {"concern": made.concern, "decided": made.decided, "told": made.told}


def _on_duty(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = DutyDecision.model_validate(entry.content)
    return "duty-decided", {"decided": made.decided, "ended": case.ended or ""}


def _reviewed(entry: Entry, case: Case, before: tuple[Entry, ...]) -> Values:
    made = Review.model_validate(entry.content)
    by = made.review_by.isoformat() if made.review_by else ""
    return "register-reviewed", {"outcome": made.outcome, "review-by": by}


_COUNTS: Mapping[str, Callable[[Entry, Case, tuple[Entry, ...]], Values]] = {
    "risk-assessment": _assessed,
    "marac-referral": _referred,
    "register-review": _reviewed,
    DUTY: _on_duty,
    **dict.fromkeys(PLAN_KINDS.values(), _planned),
    **dict.fromkeys(DECISION_KINDS.values(), _decided),
}


def _any(entries: Iterable[Entry], kind: str) -> bool:
    return any(entry.kind == kind for entry in entries)


def _is_within(first: datetime, at: datetime) -> bool:
    return at - first <= ASSESSED_WITHIN


def _word(*, is_so: bool) -> str:
    return "yes" if is_so else "no"
