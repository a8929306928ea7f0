"""One request to the console: to which tenant, by whom, at what time, and the row it leaves.

Refuses to show anything whose reading could not be recorded first (R16, I11).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from aiohttp import web
from jinja2 import Environment

from bot.console.attendance import Attendance
from bot.console.pages import Asset, answer_page
from bot.console.slow_down import SlowDown
from bot.house import HOUSE, House
from bot.passwords import Passwords
from bot.tenancy import Tenancy
from handoff.permissions import Permission
from handoff.refusals import Refusal, SaysWhy
from handoff.staff import Staff, StaffSession
from storage.store import AuditEntry, Change, Committed
from tenants.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Console:
    """What the console keeps for as long as the process lives."""

    environment: Environment
    assets: Mapping[str, Asset]
    passwords: Passwords
    slow_down: SlowDown
    attendance: Attendance
    leaving: asyncio.Lock = field(default_factory=asyncio.Lock)
    forms: Mapping[str, "GivesBack"] = field(default_factory=lambda: MappingProxyType({}))


CONSOLE = web.AppKey("console", Console)


Again = Callable[["Visit", str, Refusal], Awaitable[web.Response]]
"""Draws a case's form again over what was posted (``visit.form``), and why it was not taken."""


@dataclass(frozen=True, slots=True)
class GivesBack:
    """How a form comes back unlost, to whoever may file it."""

    permission: Permission
    again: Again


class NotRecorded(SaysWhy):
    """The reading could not be recorded, so nothing is shown. Please try again."""

    code = "not-recorded"


class NoSuchDesk(SaysWhy):
    """There is no such page here."""

    code = "not-found"


@dataclass(frozen=True, slots=True)
class Guest:
    """A request to one tenant's console, by nobody yet."""

    request: web.Request
    house: House
    console: Console
    tenancy: Tenancy
    now: datetime

    @property
    def home(self) -> str:
        """The path of this tenant's console, to which the cookie is bound too."""
        return f"/staff/{self.tenancy.tenant.id}"

    @property
    def wants_json(self) -> bool:
        """Whether our own script asks, which shows a refusal in its place."""
        return self.request.headers.get("Accept", "").startswith("application/json")

    def page(
        self, template: str, context: Mapping[str, object], *, status: int = 200
    ) -> web.Response:
        """A page of this console; every template may name the tenant's path and the time."""
        whole = {"home": self.home, "tenant": self.tenancy.tenant, "now": self.now} | dict(context)
        return answer_page(self.console.environment, template, whole, status=status)

    def go(self, path: str = "") -> web.Response:
        """To another page of this console, by a plain reading of it."""
        return web.Response(status=303, headers={"Location": f"{self.home}{path}"})

    def problem(self, text: str, code: str, *, status: int) -> web.Response:
        """Say plainly what is the matter; ``code`` is for whoever is asked about it."""
        return self.page("problem.html", {"problem": text, "code": code}, status=status)


@dataclass(frozen=True, slots=True)
class Visit(Guest):
    """A request by somebody who is signed in. ``form`` is what they posted."""

    staff: Staff
    session: StaffSession
    form: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    async def record(self, action: str, subject: str = "", detail: str = "") -> None:
        """Commit one audit row. Raises ``NotRecorded``: then nothing may be shown."""
        await self.record_each(action, (subject,), detail)

    async def record_each(self, action: str, subjects: Iterable[str], detail: str = "") -> None:
        """Commit one audit row for each subject, all or none. Raises ``NotRecorded``."""
        staff, now = self.staff.id, self.now
        rows = tuple(AuditEntry(staff, action, now, subject, detail) for subject in subjects)
        outcome = await self.tenancy.store.commit(Change(audit=rows))
        if not isinstance(outcome, Committed):
            raise NotRecorded


def guest_of(request: web.Request) -> Guest:
    """Whose console is asked for. Raises ``NoSuchDesk`` for an unknown tenant."""
    house = request.app[HOUSE]
    tenancy = house.tenancies.get(TenantId(request.match_info["tenant"]))
    if tenancy is None:
        raise NoSuchDesk
    return Guest(request, house, request.app[CONSOLE], tenancy, house.clock())
