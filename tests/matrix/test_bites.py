"""The matrix bites: each wall that is taken away is missed, by the kind of break that it is."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import bot.middleware
from bot.channels.webchat import browser, forms, socket
from bot.console import desk, live, moves, waiting
from bot.console.visit import Visit
from handoff import desk as handoff_desk
from handoff.case import Case
from handoff.permissions import may_see
from handoff.reference import read_reference
from handoff.refusals import AlreadyHeld, NotFound
from storage.keyring import Keyring
from storage.store import Sender
from tenants.tenant import TenantId
from tests.matrix.asking import Matrix
from tests.matrix.house import MatrixHouse
from tests.matrix.sockets import SocketMatrix

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE = ("GET", "/staff/{tenant}/cases/{reference}")
QUEUE = ("GET", "/staff/{tenant}/queue")
CONTACT = ("POST", "/staff/{tenant}/cases/{reference}/contact")


@pytest.fixture
def matrix(both: MatrixHouse) -> Iterator[Matrix]:
    """Counts anew, on the house of this module."""
    for store in both.stores.values():
        store.hashes.clear()
    yield Matrix(both)
    for store in both.stores.values():
        store.hashes.clear()


async def found(matrix: Matrix, *keys: tuple[str, str]) -> str:
    """What the matrix says after these rows."""
    await matrix.run(rows=frozenset(keys))
    return "\n".join(matrix.broken)


async def test_nothing_is_found_where_nothing_is_broken(matrix: Matrix) -> None:
    assert await found(matrix, CASE, QUEUE) == ""


async def test_a_case_lookup_that_forgets_the_tenant_is_caught(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find_anywhere(visit: Visit, reference: str) -> Case:
        read = read_reference(reference)
        for tenancy in visit.house.tenancies.values():
            case = await tenancy.store.case(read) if read else None
            if case is not None and may_see(visit.staff, case):
                return case
        raise NotFound

    for room in (desk, moves, live):
        monkeypatch.setattr(room, "find_case", find_anywhere)
    said = await found(matrix, CASE)
    assert "not alike" in said
    # No word leaks by it: a stored case holds none, and whose talk it is was asked apart.
    assert "another tenant's reference in the path" in said


async def test_a_sender_hashed_without_its_tenant_is_caught(
    both: MatrixHouse, matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sender_of_any(keyring: Keyring, tenant: TenantId, token: str, cookie: str) -> Sender:
        return Sender("web", keyring.keyed_hash("sender", TenantId(""), token + cookie))

    visitors = [person for person in both.people if person.told is not None]
    with monkeypatch.context() as patched:
        for room in (browser, forms, socket):
            patched.setattr(room, "sender_of", sender_of_any)
        for visitor in visitors:
            await both.settle(visitor)
            await SocketMatrix(matrix, visitor).run()
        matrix.compare_hashes()
    for visitor in visitors:
        await both.revive(visitor)
    assert "one keyed hash in two tenants" in matrix.broken


async def test_a_wall_that_everybody_may_see_through_is_caught(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (desk, waiting, handoff_desk):
        monkeypatch.setattr(room, "may_see", lambda _staff, _case: True)
    said = await found(matrix, CASE, QUEUE)
    assert "leak of a visitor's words" in said
    assert "a hidden reference in the path" in said


async def test_a_hidden_case_that_is_refused_by_another_word_is_caught(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = desk.know_case

    async def find_and_tell(visit: Visit, reference: str) -> Case:
        read = read_reference(reference)
        try:
            return await find(visit, reference)
        except NotFound:
            if read and await visit.tenancy.store.case(read):
                raise AlreadyHeld from None
            raise

    monkeypatch.setattr(moves, "know_case", find_and_tell)
    assert "not alike" in await found(matrix, ("POST", f"{CASE[1]}/claim"))


async def test_a_log_that_quotes_an_error_is_caught(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Talkative:
        def __init__(self, log: Any) -> None:
            self.log = log

        def error(self, event: str, **more: Any) -> None:
            self.log.error(event, why=str(sys.exc_info()[1]), **more)

    monkeypatch.setattr(bot.middleware, "log", Talkative(bot.middleware.log))
    assert "the logs" in await found(matrix, CASE)


async def test_a_contact_that_is_shown_unasked_is_caught(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = desk.draw_case

    async def draw_all(visit: Visit, case: Case, **more: Any) -> Any:
        return await draw(visit, case, **(more | {"is_shown": True}))

    monkeypatch.setattr(desk, "draw_case", draw_all)
    assert "leak of a contact" in await found(matrix, CASE)
