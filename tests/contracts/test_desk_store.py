"""What every store must do for the desk: accounts, sessions, codes, audit and editions."""

from dataclasses import replace

import pytest

from flows.conversation import EditionId
from storage.audit import verify
from storage.errors import NameTaken, StorageError
from storage.store import Change, EditionRecord, Store
from tests.contracts.cast import (
    AMIRA,
    BEN,
    HOUR,
    NOW,
    REFERENCE,
    account,
    keep,
    read_by,
    signed_in,
)


class TestAccounts:
    async def test_an_account_is_found_by_name_and_by_id(self, harbour: Store) -> None:
        await harbour.save_account(account())
        assert await harbour.account("amira@harbour") == account()
        assert await harbour.staff(AMIRA) == account().staff
        assert await harbour.account("ben@harbour") is None
        assert await harbour.staff(BEN) is None

    async def test_an_account_is_replaced_by_its_id(self, harbour: Store) -> None:
        await harbour.save_account(account())
        renamed = account(name="a.khan@harbour", totp_secret="GEZDGNBVGY3TQOJQ")
        await harbour.save_account(renamed)
        assert await harbour.account("amira@harbour") is None
        assert await harbour.account("a.khan@harbour") == renamed

    async def test_two_accounts_cannot_have_one_name(self, harbour: Store) -> None:
        await harbour.save_account(account())
        with pytest.raises(NameTaken):
            await harbour.save_account(account(BEN, "amira@harbour"))
        assert await harbour.staff(BEN) is None

    async def test_an_account_that_is_off_can_neither_sign_in_nor_go_on(
        self, harbour: Store
    ) -> None:
        await harbour.save_account(account())
        await harbour.save_staff_session(signed_in())
        await harbour.save_account(account(is_active=False))
        assert await harbour.account("amira@harbour") is None
        assert await harbour.staff_session(b"token-of-amira", NOW) is None
        assert not await harbour.use_totp(AMIRA, 5)
        assert list(await harbour.everyone()) == []
        # What she wrote stays signed with her alias.
        assert await harbour.staff(AMIRA) == account().staff

    async def test_a_shift_is_seen_and_ended(self, harbour: Store) -> None:
        await harbour.save_account(account(BEN, "ben@harbour"))
        await harbour.save_account(account())
        await harbour.touch_shift(BEN, NOW)
        amira, ben = await harbour.everyone()
        assert (amira.shift_seen_at, ben.shift_seen_at) == (None, NOW)
        await harbour.touch_shift(BEN, None)
        ended = await harbour.staff(BEN)
        assert ended is not None
        assert ended.shift_seen_at is None

    async def test_a_one_time_code_is_spent_once(self, harbour: Store) -> None:
        await harbour.save_account(account())
        assert await harbour.use_totp(AMIRA, 100)
        assert not await harbour.use_totp(AMIRA, 100)
        assert not await harbour.use_totp(AMIRA, 99)
        assert await harbour.use_totp(AMIRA, 101)
        assert not await harbour.use_totp(BEN, 101)

    async def test_saving_an_older_account_gives_no_spent_code_back(self, harbour: Store) -> None:
        await harbour.save_account(account())
        await harbour.use_totp(AMIRA, 100)
        await harbour.save_account(account(last_totp_step=3))
        assert not await harbour.use_totp(AMIRA, 100)


class TestStaffSessions:
    async def test_a_session_lives_until_its_end(self, harbour: Store) -> None:
        await harbour.save_account(account())
        await harbour.save_staff_session(signed_in())
        assert await harbour.staff_session(b"token-of-amira", NOW) == signed_in()
        assert await harbour.staff_session(b"token-of-amira", NOW + HOUR) is None
        assert await harbour.staff_session(b"another", NOW) is None

    async def test_a_session_is_prolonged(self, harbour: Store) -> None:
        await harbour.save_account(account())
        await harbour.save_staff_session(signed_in())
        longer = replace(signed_in(), seen_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
        await harbour.save_staff_session(longer)
        assert await harbour.staff_session(b"token-of-amira", NOW + HOUR) == longer

    async def test_one_session_or_all_of_a_person_can_be_ended(self, harbour: Store) -> None:
        await harbour.save_account(account())
        await harbour.save_account(account(BEN, "ben@harbour"))
        for staff, token in ((AMIRA, b"a1"), (AMIRA, b"a2"), (BEN, b"b1")):
            await harbour.save_staff_session(signed_in(staff, token))
        await harbour.end_staff_sessions(AMIRA, token_hash=b"b1")
        await harbour.end_staff_sessions(AMIRA, token_hash=b"a1")
        live = [await harbour.staff_session(t, NOW) is not None for t in (b"a1", b"a2", b"b1")]
        assert live == [False, True, True]
        await harbour.end_staff_sessions(AMIRA)
        assert await harbour.staff_session(b"a2", NOW) is None
        assert await harbour.staff_session(b"b1", NOW) is not None

    async def test_nobody_has_no_session(self, harbour: Store) -> None:
        with pytest.raises(StorageError):
            await harbour.save_staff_session(signed_in())


class TestAudit:
    async def test_the_latest_entry_of_a_case_comes_first(self, harbour: Store) -> None:
        early, late = read_by(at=NOW), read_by(BEN, NOW + HOUR)
        same = read_by(BEN, NOW, "again")
        await keep(harbour, Change(audit=(early, same)))
        await keep(harbour, Change(audit=(late,)))
        assert list(await harbour.audit_of(REFERENCE, limit=9)) == [late, same, early]
        assert list(await harbour.audit_of(REFERENCE, limit=1)) == [late]
        assert list(await harbour.audit_of("another", limit=9)) == []

    async def test_the_chain_holds_over_many_commits(self, harbour: Store) -> None:
        for n in range(5):
            await keep(harbour, Change(audit=(read_by(detail=str(n)), read_by(BEN))))
        _, links = await harbour.audit_chain()  # type: ignore[attr-defined]
        assert [link.seq for link in links] == list(range(1, 11))
        assert await verify(harbour) is None  # type: ignore[arg-type]


class TestEditions:
    async def test_an_edition_comes_back_and_the_same_hash_twice_is_one(
        self, harbour: Store
    ) -> None:
        id = EditionId("edition-1")
        first = EditionRecord(id, {"victim.yaml": "ask: Is anyone in danger?"}, NOW)
        await harbour.publish(first)
        again = replace(first, published_at=NOW + HOUR)
        await harbour.publish(again)
        await harbour.publish(replace(first, published_at=NOW - HOUR))
        assert await harbour.edition(id) == again
        assert await harbour.edition(EditionId("edition-2")) is None

    async def test_the_last_edition_is_the_one_published_last(self, harbour: Store) -> None:
        assert await harbour.last_edition() is None
        later = EditionRecord(EditionId("edition-1"), {"a.yaml": "later"}, NOW + HOUR)
        await harbour.publish(later)
        await harbour.publish(EditionRecord(EditionId("edition-2"), {"a.yaml": "sooner"}, NOW))
        assert await harbour.last_edition() == later
        again = EditionRecord(EditionId("edition-2"), {"a.yaml": "sooner"}, NOW + 2 * HOUR)
        await harbour.publish(again)
        assert await harbour.last_edition() == again
