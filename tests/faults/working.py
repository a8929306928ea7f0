"""Amira's and Ben's consoles without a browser: forms over HTTP, sent again under the same id."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from tests.faults.history import Frame, History
from tests.faults.line import Address, bounded
from tests.faults.warm import csrf_of, token_of

AGAIN_IN = 0.02
ANSWERS_WITHIN = 5.0
_REFERENCE = re.compile(r"/cases/([A-Z0-9-]+)")
PAGE_IS_GONE = "no-duty-decision"
"""No case of danger closes behind a page that has gone; here it comes back, so it can wait."""

_DECIDED = ("closed", "not-yours", "already-held")
"""Refusals that an earlier attempt of one's own may have caused: then nobody knows."""


@dataclass(slots=True)
class Worker:
    """One member of staff. ``id`` leads the key of every move, as the console makes it."""

    name: str
    id: str
    history: History
    address: Address
    session: aiohttp.ClientSession
    door: int = 0

    async def find(self) -> str:
        """The reference of the first case on the desk, as soon as there is one."""
        async with bounded(f"{self.name} looks for a case"):
            while True:
                status, body = await self._ask("GET", "")
                found = _REFERENCE.search(str(body)) if status == 200 else None
                if found:
                    return found.group(1)
                await asyncio.sleep(AGAIN_IN)

    async def read(self, reference: str) -> str:
        """Open the case. Each attempt is a reading of its own, with a row of its own."""
        async with bounded(f"{self.name} reads"):
            while True:
                key = str(uuid4())
                self.history.invoke(self.name, "read", key, subject=reference)
                status, body = await self._ask("GET", f"/cases/{reference}")
                if status == 200:
                    self.history.ok(self.name, "read", key, subject=reference)
                    return str(body)
                self.history.info(self.name, "read", key, subject=reference, code=str(status))
                await asyncio.sleep(AGAIN_IN)

    async def claim(self, reference: str) -> str:
        return await self.move("claim", reference)

    async def reply(self, reference: str, text: str) -> str:
        return await self.move("reply", reference, text=text)

    async def give_back(self, reference: str) -> str:
        return await self.move("give-back", reference)

    async def close(self, reference: str) -> str:
        return await self.move("close", reference, outcome="supported")

    async def move(self, kind: str, reference: str, **form: str) -> str:
        """Make a move until it is answered; ``done``, or the code of the refusal."""
        form_id = uuid4().hex
        key = f"{self.id}:{form_id}"
        whole = {"csrf": csrf_of(self.name), "id": form_id, **form}
        is_unsure = False
        async with bounded(f"{self.name} makes a move"):
            while True:
                self.history.invoke(self.name, kind, key, subject=reference, sent=dict(form))
                status, body = await self._ask("POST", f"/cases/{reference}/{kind}", whole)
                is_answer = status in (200, 404, 409) and isinstance(body, dict)
                if is_answer and body.get("code") != PAGE_IS_GONE:
                    return self._decide(kind, key, reference, body, is_unsure=is_unsure)
                is_unsure = True
                self.history.info(self.name, kind, key, subject=reference, code=str(status))
                await asyncio.sleep(AGAIN_IN)

    def _decide(self, kind: str, key: str, reference: str, body: Frame, *, is_unsure: bool) -> str:
        code = str(body.get("code"))
        if code == "done":
            self.history.ok(self.name, kind, key, subject=reference)
        elif is_unsure and code in _DECIDED:
            self.history.info(self.name, kind, key, subject=reference, code=code)
        else:
            self.history.fail(self.name, kind, key, subject=reference, code=code)
        return code

    async def _ask(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and body; 0 when the line broke or nothing came."""
        accepts = "application/json" if method == "POST" else "text/html"
        headers = {"Cookie": f"staff={token_of(self.name)}", "Accept": accepts}
        try:
            async with (
                asyncio.timeout(ANSWERS_WITHIN),
                self.session.request(
                    method,
                    f"{self.address.url(self.door)}/staff/llr{path}",
                    data=form,
                    headers=headers,
                    allow_redirects=False,
                ) as answer,
            ):
                is_json = answer.content_type == "application/json"
                return answer.status, await (answer.json() if is_json else answer.text())
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0, ""
