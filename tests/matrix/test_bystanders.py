"""Whoever only listens hears what is theirs: an open page is sent nothing of another talk (I10)."""

from contextlib import AsyncExitStack

import pytest

from handoff.desk import Claim, Move, Reply, Step
from handoff.reference import Reference
from handoff.staff import StaffId
from tests.house import Chat
from tests.matrix.asking import Matrix
from tests.matrix.canaries import Person, What, new_word
from tests.matrix.house import TENANTS, MatrixHouse
from tests.matrix.probes import Asked

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLAIM = ("POST", "/staff/{tenant}/cases/{reference}/claim")


async def listening(both: MatrixHouse, stack: AsyncExitStack, person: Person) -> Chat:
    """One page, open on its own talk."""
    assert person.told is not None
    headers = {"Cookie": f"n={person.told.cookie}"}
    url = f"/ws/chat/{person.tenant}"
    socket = await both.client.ws_connect(url, autoping=False, headers=headers)
    stack.push_async_callback(socket.close)
    chat = Chat(socket)
    await chat.hello(resume=person.told.way_back)
    return chat


async def reply_to(both: MatrixHouse, person: Person) -> str:
    """A worker of the same tenant takes this talk and writes a canary into it."""
    assert person.told is not None
    worker = next(p for p in both.people if p.role == "worker" and p.tenant == person.tenant)
    staff = await both.store(person.tenant).staff(StaffId(worker.staff_id))
    assert staff is not None
    words = both.mark(new_word(), person.tenant, What.REPLY, told=person.told)
    steps: tuple[Step, ...] = (Claim(), Reply(words))
    for n, step in enumerate(steps):
        move = Move(f"bystander-{n}", Reference(person.told.reference), staff, step)
        await both.house.door.move(person.tenant, move)
    return words


async def test_an_open_page_hears_its_own_worker_and_nobody_else(both: MatrixHouse) -> None:
    matrix = Matrix(both, share=0)
    pages: list[tuple[Person, Chat, str]] = []
    async with AsyncExitStack() as stack:
        for tenant in TENANTS:
            for n in range(2):
                told = await both.tell(tenant, "waiting")
                person = Person(f"bystander {n}", tenant, told=told)
                pages.append((person, await listening(both, stack, person), ""))
        pages = [(person, chat, await reply_to(both, person)) for person, chat, _ in pages]
        await matrix.run(rows=frozenset({CLAIM}))
        for person, chat, reply in pages:
            await chat.until("message", text=reply)
            await chat.settled()
            asked = Asked("GET", f"/ws/chat/{person.tenant}")
            heard = "\n".join(str(frame) for frame in chat.seen)
            matrix.judge(person.name, person, asked, heard)
            assert matrix.held[person.name, What.REPLY] > 0
    assert not matrix.broken, "\n".join(matrix.broken)
