"""What every store must do with the case file and a tenant's registers (I1, I4, I6, I10)."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import UnfitChange
from storage.store import Change, Conflict, Registered, Store
from tests.contracts.cast import AMIRA, BEN, HOUR, NOW, REFERENCE, begin, case_of, entry, keep

SKILLS = Registered("skills", AMIRA, {"languages": ["so", "ur"]})


async def test_sheets_come_back_in_order_and_exactly(harbour: Store) -> None:
    await begin(harbour, case=case_of(filed=2), entries=(entry(1), entry(2, "plan")))
    case = await harbour.case(REFERENCE)
    assert case is not None
    await keep(harbour, Change(case=case.evolve(filed=3), entries=(entry(3, by=BEN),)))
    assert list(await harbour.entries(REFERENCE)) == [entry(1), entry(2, "plan"), entry(3, by=BEN)]


async def test_the_latest_of_a_kind_are_found_over_all_cases(harbour: Store) -> None:
    sheets = (entry(1), entry(2, "plan"), entry(3, at=NOW + HOUR))
    await begin(harbour, case=case_of(filed=3), entries=sheets)
    other = replace(entry(1), reference=case_of("other", "H-2").reference, at=NOW + HOUR / 2)
    await begin(harbour, "other", case=case_of("other", "H-2", filed=1), entries=(other,))
    assert list(await harbour.latest_entries("note", limit=9)) == [sheets[2], other, sheets[0]]
    assert list(await harbour.latest_entries("note", limit=1)) == [sheets[2]]
    assert list(await harbour.latest_entries("risk", limit=9)) == []


async def test_two_who_file_at_once_cannot_both_have_the_same_place(harbour: Store) -> None:
    await begin(harbour, case=case_of())
    case = await harbour.case(REFERENCE)
    assert case is not None
    await keep(harbour, Change(case=case.evolve(filed=1), entries=(entry(1),)))
    late = Change(case=case.evolve(filed=1), entries=(entry(1, by=BEN),))
    assert await harbour.commit(late) == Conflict()
    assert list(await harbour.entries(REFERENCE)) == [entry(1)]


@pytest.mark.parametrize(
    "change",
    [
        Change(entries=(entry(1),)),
        Change(case=case_of(filed=2), entries=(entry(1),)),
        Change(case=case_of(filed=2), entries=(entry(2), entry(1))),
        Change(case=case_of(filed=0), entries=(entry(0),)),
        Change(case=case_of(reference="H-2", filed=1), entries=(entry(1),)),
    ],
    ids=["no case", "not the last", "out of order", "before the first", "another's"],
)
async def test_a_sheet_out_of_its_place_is_refused(harbour: Store, change: Change) -> None:
    await begin(harbour)
    with pytest.raises(UnfitChange):
        await harbour.commit(change)


async def test_a_register_keeps_the_latest_of_each_row(harbour: Store) -> None:
    ben = replace(SKILLS, id=BEN)
    assert [await harbour.register(ben), await harbour.register(SKILLS)] == [True, True]
    assert list(await harbour.registered("skills")) == [
        replace(SKILLS, version=1),
        replace(ben, version=1),
    ]
    assert await harbour.register(replace(SKILLS, content={"languages": []}, version=1))
    assert (await harbour.registered("skills"))[0].content == {"languages": []}
    assert list(await harbour.registered("plans")) == []


async def test_of_two_who_change_a_row_at_once_one_is_told(harbour: Store) -> None:
    assert sorted(await asyncio.gather(*(harbour.register(SKILLS) for _ in range(5)))) == [
        *([False] * 4),
        True,
    ]
    again = replace(SKILLS, version=1)
    assert sorted(await asyncio.gather(*(harbour.register(again) for _ in range(5)))) == [
        *([False] * 4),
        True,
    ]
    assert not await harbour.register(replace(SKILLS, version=9))
