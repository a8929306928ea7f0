"""Words are tried few times, permission comes before a referral, and boundaries take two people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from handoff import boundary, joining, referral, word_check
from handoff.contact_facts import COUNTS
from handoff.entry import Entry
from handoff.filing import KINDS
from handoff.reference import make_reference
from handoff.refusals import Refusal
from handoff.sheet_facts import count_sheet
from handoff.staff import StaffId
from tests.handoff.cast import AMIRA, BEN, NOW, SUPERVISOR, case

NOOR = make_reference(7)
REFUGE = "accommodation-city-refuge"


def sheet(
    kind: str, content: Mapping[str, Any], number: int = 1, by: StaffId = AMIRA.id,
    at: datetime = NOW,
) -> Entry:  # fmt: skip
    return Entry(NOOR, number, f"m{number}", kind, at, by, content)


def checks(*found: word_check.Found, by: StaffId = AMIRA.id) -> list[Entry]:
    return [
        sheet(word_check.KIND, word_check.sheet(f), n, by) for n, f in enumerate(found, start=1)
    ]


def test_after_five_wrong_words_no_more_is_taken_for_an_hour() -> None:
    word_check.check_guesses(checks("no", "no", "no", "no", "word"), NOW)
    wrong = checks("no", "no", "no", "no", "no", "word")
    with pytest.raises(word_check.TooManyGuesses):
        word_check.check_guesses(wrong, NOW)
    word_check.check_guesses(wrong, NOW + word_check.PAUSE)


def test_a_right_word_counts_for_whoever_heard_it_and_not_for_ever() -> None:
    right = checks("no", "word")
    assert word_check.is_verified(right, AMIRA.id, NOW)
    assert not word_check.is_verified(right, BEN.id, NOW)
    assert not word_check.is_verified(right, AMIRA.id, NOW + word_check.LASTS)
    assert not word_check.is_verified(checks("word", "no"), AMIRA.id, NOW)
    assert not word_check.is_verified(checks("other"), AMIRA.id, NOW)


def refer(*steps: tuple[referral.Did, str]) -> list[Entry]:
    entries: list[Entry] = []
    for number, (did, reason) in enumerate(steps, start=1):
        standing = referral.read_referrals(entries).get(REFUGE)
        content = referral.step(standing, REFUGE, did, reason)
        entries.append(sheet(referral.KIND, content, number))
    return entries


YES = (referral.Did.PERMITTED, "said-yes")
SENT = (referral.Did.SENT, "")


def test_a_referral_goes_its_way_and_what_stands_is_the_last() -> None:
    entries = refer(YES, SENT, (referral.Did.WAITING, ""), (referral.Did.DECLINED, "no-space"))
    stands = referral.read_referrals(entries)[REFUGE]
    assert (stands.did, stands.reason, stands.sent) == (referral.Did.DECLINED, "no-space", "m2")


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([SENT], referral.NoPermission),
        ([(referral.Did.NOT_PERMITTED, ""), SENT], referral.NoPermission),
        ([YES, (referral.Did.NOT_PERMITTED, ""), SENT], referral.NoPermission),
        ([YES, SENT, (referral.Did.ACCEPTED, ""), SENT], referral.NoPermission),
        ([(referral.Did.ACCEPTED, "")], referral.NotNext),
        ([YES, (referral.Did.ACCEPTED, "")], referral.NotNext),
        ([(referral.Did.PERMITTED, "")], referral.NoReasonGiven),
        ([YES, SENT, (referral.Did.DECLINED, "")], referral.NoReasonGiven),
    ],
)
def test_nothing_goes_without_permission_or_out_of_its_order(
    steps: list[tuple[referral.Did, str]], why: type[Refusal]
) -> None:
    with pytest.raises(why):
        refer(*steps)


def test_every_step_may_be_followed_by_something() -> None:
    assert set(referral._NEXT) == {None, *referral.Did}  # noqa: SLF001 - the real table.


def test_a_boundary_is_approved_by_somebody_else_and_ends_by_itself() -> None:
    asked = [sheet(boundary.ASKED, boundary.ask("short-contacts"))]
    with pytest.raises(boundary.NotByTheSame):
        boundary.decide(boundary.read_boundary(asked), AMIRA.id, is_approved=True)
    yes = boundary.decide(boundary.read_boundary(asked), SUPERVISOR.id, is_approved=True)
    stands = boundary.read_boundary([*asked, sheet(boundary.DECIDED, yes, 2, SUPERVISOR.id)])
    assert stands is not None
    assert stands.stands(NOW)
    assert not stands.stands(NOW + boundary.LONGEST)
    assert not (known := boundary.read_boundary(asked)) or not known.stands(NOW)
    with pytest.raises(boundary.NothingAsked):
        boundary.decide(stands, SUPERVISOR.id, is_approved=True)
    over = boundary.decide(stands, AMIRA.id, is_approved=False)
    assert over == {"number": 1, "is_approved": False}


def test_nothing_that_may_be_agreed_with_an_abusive_caller_is_silence() -> None:
    assert not {"block", "silence", "ban"} & set(boundary.WHATS)
    with pytest.raises(boundary.NoSuchBoundary):
        boundary.ask("block")


def test_joined_references_stand_once_each() -> None:
    other = make_reference(8)
    entries = [sheet(joining.KIND, joining.sheet(other), n) for n in (1, 2)]
    assert joining.joined_with(entries) == (other,)


def test_facts_hold_codes_alone() -> None:
    entries = refer(YES, SENT)
    facts = list(count_sheet(entries[1], case(), entries[:1]))
    assert [(f.kind, f.values["did"], f.reference) for f in facts] == [("referral", "sent", NOOR)]
    unmet = sheet(referral.KIND, {**entries[1].content, "unmet": "language"})
    assert [f.kind for f in count_sheet(unmet, case(), [])] == ["referral", "unmet-need"]
    assert set(COUNTS) < set(KINDS)


def test_the_facts_of_a_word_check_and_a_note_say_nothing_of_what_was_said() -> None:
    [fact] = count_sheet(checks("other")[0], case(), [])
    assert (fact.kind, fact.values) == ("word-checked", {"found": "other"})
    assert list(count_sheet(sheet("note", {"text": "x"}), case(), [])) == []
