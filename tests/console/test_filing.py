"""A sheet of the case file goes through the one door: filed once, by whoever may, and audited."""

import asyncio

import pytest

from flows.conversation import Owner
from handoff.desk import Claim, File, Move
from handoff.entry import Entry
from handoff.filing import KINDS, Kind, check_filing
from handoff.permissions import Permission
from handoff.refusals import NotFound, WrittenSince
from tests.console.conftest import HARBOUR, Harbour, Visitor

NOTE = File("note", {"text": "she rings from work"})


async def file(
    harbour: Harbour, waiting: Visitor, *, id: str = "move-1", step: File = NOTE
) -> None:
    move = Move(id, waiting.reference, harbour.account("amira").staff, step)
    await harbour.house.door.move(HARBOUR, move)


async def test_a_sheet_is_kept_with_who_filed_it_and_the_case_stays_as_it_is(
    harbour: Harbour, waiting: Visitor
) -> None:
    before = await harbour.case(waiting.reference)
    await file(harbour, waiting)
    case, entries = (
        await harbour.case(waiting.reference),
        await harbour.store.entries(waiting.reference),
    )
    [entry] = entries
    assert (entry.kind, entry.content) == ("note", {"text": "she rings from work"})
    assert entry.by == harbour.account("amira").staff.id
    assert case == before.evolve(filed=1, version=case.version)
    assert (await harbour.actions(waiting.reference))[-1] == "filed"


async def test_a_move_that_is_made_twice_files_one_sheet(
    harbour: Harbour, waiting: Visitor
) -> None:
    await asyncio.gather(*(file(harbour, waiting) for _ in range(3)))
    assert len(await harbour.store.entries(waiting.reference)) == 1
    await file(harbour, waiting, id="move-2")
    assert [e.number for e in await harbour.store.entries(waiting.reference)] == [1, 2]


async def test_filing_does_not_disturb_a_talk_or_a_claim(
    harbour: Harbour, waiting: Visitor
) -> None:
    by = harbour.account("farah").staff
    claim = Move("claim", waiting.reference, by, Claim())
    await asyncio.gather(harbour.house.door.move(HARBOUR, claim), file(harbour, waiting))
    case = await harbour.case(waiting.reference)
    assert (case.owner, case.holder, case.filed) == (Owner.WORKER, by.id, 1)


@pytest.mark.parametrize("kind", ["unknown", ""])
async def test_what_is_no_kind_of_sheet_is_not_filed(
    harbour: Harbour, waiting: Visitor, kind: str
) -> None:
    with pytest.raises(NotFound):
        await file(harbour, waiting, step=File(kind, {}))
    assert not await harbour.store.entries(waiting.reference)


def test_a_form_that_somebody_else_filled_in_since_is_not_overwritten(
    harbour: Harbour, waiting: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Kind(Permission.TAKE_CASES, Permission.TAKE_CASES, is_form=True)
    monkeypatch.setattr("handoff.filing.KINDS", {**KINDS, "form": form})
    amira = harbour.account("amira").staff
    stands = Entry(waiting.reference, 3, "move-3", "form", harbour.clock(), amira.id)
    check_filing(amira, "form", [stands], based_on=3)
    for based_on in (0, 2):
        with pytest.raises(WrittenSince):
            check_filing(amira, "form", [stands], based_on=based_on)
