"""The same matrix over the socket: every kind of frame, and every id that a frame carries."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import orjson
from aiohttp import WSServerHandshakeError

from tenants.tenant import TenantId
from tests.house import Chat
from tests.matrix.asking import Matrix
from tests.matrix.canaries import Person
from tests.matrix.house import TENANTS, other_than
from tests.matrix.probes import Asked
from tests.matrix.rows import FRAME_ROWS

CURSORS = (0, 1, 3, 10**12, -1, "1", None, True)


@dataclass(frozen=True, slots=True)
class Line:
    """A socket's address and the browser that opens it. ``origin`` is empty for no browser."""

    tenant: TenantId | str
    cookie: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SocketMatrix:
    """Speaks every frame as one principal, and hands all that comes back to the matrix."""

    matrix: Matrix
    person: Person

    async def run(self) -> None:
        """Ways back, cursors, origins; then two whole talks under known and unknown ids."""
        await self._ways_back()
        await self._cursors()
        await self._origins()
        await self._whole_talks(self.matrix.house.chance.choice(("exit", "stop")))

    @property
    def _cookie(self) -> str:
        return self.person.cookies.get("n", "")

    async def _ways_back(self) -> None:
        """Another's way back, alone and with its cookie; one's own in the other tenant."""
        house, here = self.matrix.house, self.person.tenant
        there = other_than(here)
        foreign = house.chance.choice(house.cases_of(there))
        hidden = house.chance.choice(house.cases_of(here))
        for told in (foreign, hidden):
            await self._alike("a known way back", Line(here, self._cookie), told.way_back)
        both = Line(here, foreign.cookie), Line(here, secrets.token_urlsafe(32))
        await self._alike("a known way back and cookie", both[0], foreign.way_back, other=both[1])
        if self.person.told is not None:
            own = Line(there, self._cookie), Line(there, secrets.token_urlsafe(32))
            way_back = self.person.told.way_back
            await self._alike("own way back elsewhere", own[0], way_back, other=own[1])
        for tenant in ("nowhere", f"{here}%2f..%2f{there}"):
            await self._say("unknown tenant", Line(tenant, self._cookie), [hello(foreign.way_back)])

    async def _alike(
        self, kind: str, line: Line, way_back: str, *, other: Line | None = None
    ) -> None:
        """A known way back that is not this browser's is answered like one that never was."""
        strange, twin = secrets.token_urlsafe(32), other or line
        after = {"type": "text", "id": str(self._new_id()), "text": "hello"}
        one = await self._say(kind, line, [hello(way_back), after])
        two = await self._say(kind, twin, [hello(strange), after])
        where = f"socket as {self.person.name}: {kind}"
        self.matrix.compare(where, (one, (way_back, line.cookie)), (two, (strange, twin.cookie)))

    async def _cursors(self) -> None:
        """From any sequence, a page is told its own talk, or that it has none."""
        told = self.person.told
        way_back = told.way_back if told else secrets.token_urlsafe(32)
        cursor = self.matrix.house.chance.choice(CURSORS)
        frames = [hello(way_back, after=cursor), hello(way_back)]
        await self._say("cursor", Line(self.person.tenant, self._cookie), frames)

    async def _origins(self) -> None:
        """A page of another site, with a known cookie and with a new one, is turned away alike."""
        told = self.matrix.house.chance.choice(self.matrix.house.cases)
        lines = [
            Line(self.person.tenant, cookie, "https://elsewhere.example")
            for cookie in (told.cookie, secrets.token_urlsafe(32))
        ]
        one, two = [await self._say("origin", line, [hello()]) for line in lines]
        where = f"socket as {self.person.name}: origin"
        self.matrix.compare(where, (one, (lines[0].cookie,)), (two, (lines[1].cookie,)))

    async def _whole_talks(self, last: str) -> None:
        """Every kind of frame, under ids that the other tenant knows, and under new ones."""
        theirs = self.matrix.house.cases_of(other_than(self.person.tenant))
        root = UUID(self.matrix.house.chance.choice(theirs).used_id)
        said = []
        for first in (root, self._new_id()):
            frames, ids = frames_of(first, last)
            # A browser of its own, so that leaving ends this talk and no other.
            cookie = secrets.token_urlsafe(32)
            line = Line(self.person.tenant, cookie)
            answer = await self._say("a known id", line, frames)
            said.append((answer, (cookie, *ids)))
        # A case has a reference of its own, and nothing else in the two talks may differ.
        self.matrix.compare(f"socket as {self.person.name}: a known id", *said)

    async def _say(self, kind: str, line: Line, frames: Sequence[Mapping[str, Any]]) -> str:
        """Send frames on one socket; all that came back, judged."""
        matrix, said = self.matrix, orjson.dumps(frames).decode()
        matrix.kinds[f"socket: {kind}"] += 1
        matrix.requests += 1
        asked = Asked(
            "GET", f"/ws/chat/{line.tenant}", query={"": said}, cookies={"n": line.cookie}
        )
        answer = ""
        try:
            async with self._line(line) as chat:
                for frame in frames:
                    if chat.socket.closed:
                        break
                    matrix.requests += 1
                    await chat.put(dict(frame))
                    await chat.settled()
                answer = "\n".join(orjson.dumps(frame).decode() for frame in chat.seen)
        except WSServerHandshakeError as refused:
            headers = "\n".join(f"{k.lower()}: {v}" for k, v in (refused.headers or {}).items())
            answer = f"{refused.status}\n{headers}"
        matrix.judge(f"socket as {self.person.name}: {kind}", self.person, asked, answer)
        return answer

    @asynccontextmanager
    async def _line(self, line: Line) -> AsyncIterator[Chat]:
        cookies = {"n": line.cookie, **self.person.cookies} | {"n": line.cookie}
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items() if v)}
        if line.origin:
            headers["Origin"] = line.origin
        url = f"/ws/chat/{line.tenant}"
        client = self.matrix.house.client
        socket = await client.ws_connect(url, autoping=False, headers=headers)
        try:
            yield Chat(socket)
        finally:
            await socket.close()

    def _new_id(self) -> UUID:
        return UUID(bytes=self.matrix.house.chance.randbytes(16))


async def run_sockets(matrix: Matrix) -> None:
    """The socket for everybody; then what the logs and the counters hold."""
    for tenant in TENANTS:
        async with matrix.keeps_apart(tenant, "socket"):
            for person in matrix.people_of(tenant):
                await SocketMatrix(matrix, person).run()
    await matrix.look_behind()
    matrix.compare_hashes()


def hello(way_back: str = "", **more: Any) -> dict[str, Any]:
    """The first frame."""
    return {"type": "hello", **({"resume": way_back} if way_back else {}), **more}


def frames_of(first: UUID, last: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """A talk that says every kind of frame, ``first`` being its first id; and all its ids."""
    frames: list[Mapping[str, Any]] = [{"type": "hello", **FRAME_ROWS["hello"]}]
    ids = []
    endings = {"exit", "stop"} - {last}
    for n, kind in enumerate(k for k in FRAME_ROWS if k not in {"hello", *endings}):
        ids.append(str(uuid5(first, str(n)) if n else first))
        frames.append({"type": kind, "id": ids[-1], **FRAME_ROWS[kind]})
    return frames, ids
