"""Every method of every store keeps Lantern out of Harbour, though all ids are the same (I10)."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from flows.conversation import EditionId, Owner
from storage.store import Change, EditionRecord, Registered, Store
from tests.contracts.cast import (
    AMIRA,
    DEVICE,
    HOUR,
    NOOR,
    NOW,
    REFERENCE,
    SENDER,
    VICTIM,
    account,
    begin,
    case_of,
    entry,
    fact,
    heard,
    keep,
    read_by,
    session,
    signed_in,
    talk,
    timer,
)

SKILLS = Registered("skills", AMIRA, {"languages": ["so"]})
EDITION = EditionRecord(EditionId("edition-1"), {"a.yaml": "text"}, NOW)

READS: dict[str, Callable[[Store], Awaitable[Any]]] = {
    "conversation": lambda store: store.conversation(NOOR),
    "conversation_of": lambda store: store.conversation_of(SENDER, NOW),
    "conversations_on": lambda store: store.conversations_on(DEVICE),
    "case": lambda store: store.case(REFERENCE),
    "cases": lambda store: store.cases([VICTIM], limit=9),
    "held": lambda store: store.held([VICTIM], limit=9),
    "waiting": lambda store: store.waiting([VICTIM], limit=9),
    "lines": lambda store: store.lines(NOOR),
    "entries": lambda store: store.entries(REFERENCE),
    "latest_entries": lambda store: store.latest_entries("note", limit=9),
    "line_of": lambda store: store.line_of(NOOR, b"id"),
    "next_waiting": lambda store: store.next_waiting([VICTIM]),
    "count_waiting": lambda store: store.count_waiting(VICTIM, before=NOW + HOUR),
    "due_timers": lambda store: store.due_timers(NOW, limit=9),
    "facts": lambda store: store.facts(since=NOW, until=NOW + HOUR),
    "audit_of": lambda store: store.audit_of(REFERENCE, limit=9),
    "account": lambda store: store.account("amira@harbour"),
    "staff": lambda store: store.staff(AMIRA),
    "everyone": lambda store: store.everyone(),
    "staff_session": lambda store: store.staff_session(b"token-of-amira", NOW),
    "edition": lambda store: store.edition(EDITION.id),
    "last_edition": lambda store: store.last_edition(),
    "registered": lambda store: store.registered("skills"),
}

WRITES: dict[str, Callable[[Store], Awaitable[Any]]] = {
    "commit": lambda store: store.commit(everything(store)),
    "save_account": lambda store: store.save_account(account(password_hash="other")),
    "touch_shift": lambda store: store.touch_shift(AMIRA, NOW),
    "save_staff_session": lambda store: store.save_staff_session(signed_in(token=b"other")),
    "end_staff_sessions": lambda store: store.end_staff_sessions(AMIRA),
    "use_totp": lambda store: store.use_totp(AMIRA, 9),
    "publish": lambda store: store.publish(EDITION),
    "register": lambda store: store.register(SKILLS),
}


def everything(store: Store) -> Change:
    return Change(
        conversation=talk(store.tenant, last_seq=1),
        lines=(heard(1, inbox=b"id"),),
        case=case_of(filed=1),
        entries=(entry(),),
        session=session(),
        timers=(timer(),),
        facts=(fact(),),
        audit=(read_by(),),
    )


async def fill(store: Store) -> None:
    await keep(store, everything(store))
    held = case_of("held", "H-1", owner=Owner.WORKER, holder=AMIRA)
    await begin(store, "held", case=held)
    await store.save_account(account())
    await store.save_staff_session(signed_in())
    await store.publish(EDITION)
    await store.register(SKILLS)


async def all_of(store: Store) -> dict[str, Any]:
    return {name: await read(store) for name, read in READS.items()}


def test_every_method_of_the_store_is_tried() -> None:
    methods = {name for name, _ in inspect.getmembers(Store, inspect.iscoroutinefunction)}
    assert methods == set(READS) | set(WRITES)


@pytest.mark.parametrize("name", READS)
async def test_a_read_of_lantern_finds_nothing_of_harbour(
    name: str, harbour: Store, lantern: Store
) -> None:
    await fill(harbour)
    assert await READS[name](harbour)
    assert not await READS[name](lantern)


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_of_lantern_changes_nothing_of_harbour(
    name: str, harbour: Store, lantern: Store
) -> None:
    await fill(harbour)
    if name != "commit":
        await fill(lantern)
    before = await all_of(harbour)
    await WRITES[name](lantern)
    assert await all_of(harbour) == before


async def test_both_tenants_keep_their_own_under_the_same_ids(
    harbour: Store, lantern: Store
) -> None:
    await fill(harbour)
    await fill(lantern)
    ours, theirs = await harbour.conversation(NOOR), await lantern.conversation(NOOR)
    assert ours is not None
    assert theirs is not None
    assert (ours.tenant, theirs.tenant) == ("harbour", "lantern")
