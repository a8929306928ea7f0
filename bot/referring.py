"""Takes referrals to the partners' own systems when their timers are due, again until they arrive.

What is sent is made when it is sent: whatever they ended meanwhile is ended there too (P19).
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import orjson
import structlog
from aiohttp import ClientError

from bot.house import House
from bot.partner import NotHttps, Partner, Post, check_address, post, read_partners, sign
from bot.tenancy import Tenancy
from handoff.case import Case
from handoff.desk import File, Move
from handoff.entry import Entry
from handoff.filing import latest
from handoff.intake import with_intake_of
from handoff.package import make_package
from handoff.referral import KIND, Did, read_referrals, step
from handoff.refusals import Refusal
from handoff.staff import Role, Staff, StaffId
from storage.store import Change, Timer

log = structlog.get_logger()

GIVES_UP = timedelta(hours=24)
"""After this the case says that it did not arrive, and a person sees to it."""

AGAIN = timedelta(minutes=1)
LONGEST = timedelta(hours=2)

_HOUSE = Staff(StaffId(""), "", "", frozenset({Role.WORKER, Role.USING_ABUSE_WORKER}))
"""Signs what came of a sending. Nobody can sign in as it."""


@dataclass(slots=True)
class Referring:
    """The sendings of this process that are under way: a slow partner keeps nobody waiting."""

    house: House
    post: Post = post
    under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def take(self, tenancy: Tenancy, timer: Timer) -> None:
        """Begin to send what is due, unless it is under way."""
        place = f"{tenancy.tenant.id}/{timer.id}"
        if place not in self.under_way:
            task = asyncio.create_task(self._take(tenancy, timer), name="referral")
            self.under_way[place] = task
            task.add_done_callback(lambda _: self.under_way.pop(place, None))

    async def stop(self) -> None:
        """Break off what is under way; its timers are due still."""
        tasks = list(self.under_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _take(self, tenancy: Tenancy, timer: Timer) -> None:
        try:
            await self.send(tenancy, timer)
        except Exception as error:
            # The class alone: a message might quote what was sent. The timer is due still.
            log.error("referral-failed", tenant=tenancy.tenant.id, error=type(error).__name__)

    async def send(self, tenancy: Tenancy, timer: Timer) -> None:
        """Send one referral, and keep what came of it. Raises StorageError."""
        case, sheet = await _find(tenancy, timer)
        if case is None or sheet is None:
            await tenancy.store.commit(Change(timers=(replace(timer, is_done=True),)))
            return
        partner = (await read_partners(tenancy.store)).get(sheet.content["service"])
        if partner is not None and await self._arrives(tenancy, case, sheet, partner):
            await self._keep(tenancy, case, sheet, Did.ARRIVED)
        elif partner is None or self.house.clock() - sheet.at >= GIVES_UP:
            await self._keep(tenancy, case, sheet, Did.NOT_ARRIVED)
        else:
            await self._later(tenancy, timer, sheet)

    async def _arrives(self, tenancy: Tenancy, case: Case, sheet: Entry, partner: Partner) -> bool:
        now, said = self.house.clock(), sheet.content
        talk = await tenancy.store.conversation(case.conversation)
        if talk is not None:
            case = with_intake_of(await tenancy.edition_of(talk.edition), talk, case)
        body = orjson.dumps(make_package(case, said["service"], said["ground"], now))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{tenancy.tenant.id}-{case.reference}-{sheet.number}",
            **sign(partner.secret, now, body),
        }
        try:
            status = await self.post(check_address(partner.url), body, headers)
        except (OSError, TimeoutError, ClientError, NotHttps) as error:
            log.warning("referral-unsent", tenant=tenancy.tenant.id, error=type(error).__name__)
            return False
        log.info("referral-sent", tenant=tenancy.tenant.id, status=status)
        return 200 <= status < 300

    async def _keep(self, tenancy: Tenancy, case: Case, sheet: Entry, did: Did) -> None:
        entries = await tenancy.store.entries(case.reference)
        service, number = sheet.content["service"], str(sheet.number)
        stands = latest(entries, KIND)
        try:
            content = step(read_referrals(entries).get(service), service, did, "", sent=number)
            filed = File(KIND, content, stands.number if stands else 0)
            move = Move(f"referral:{did}:{number}", case.reference, _HOUSE, filed)
            await self.house.door.move(tenancy.tenant.id, move)
        except Refusal as refusal:
            # Somebody has just filed something else: the timer is due still, and asks again.
            log.info("referral-not-kept", case=case.reference, code=refusal.code)

    async def _later(self, tenancy: Tenancy, timer: Timer, sheet: Entry) -> None:
        now = self.house.clock()
        wait = min(max(AGAIN, now - sheet.at), LONGEST)
        await tenancy.store.commit(Change(timers=(replace(timer, due_at=now + wait),)))


async def _find(tenancy: Tenancy, timer: Timer) -> tuple[Case | None, Entry | None]:
    """The case and the sheet that a timer is about, if that still waits to be sent."""
    case = await tenancy.store.case(timer.reference) if timer.reference else None
    if case is None:
        return None, None
    entries = await tenancy.store.entries(case.reference)
    number = timer.id.rpartition(":")[2]
    sheet = next((e for e in entries if e.kind == KIND and str(e.number) == number), None)
    if sheet is None:
        return case, None
    stands = read_referrals(entries)[sheet.content["service"]]
    is_waiting = stands.sent == sheet.id and stands.did is Did.SENT
    return case, sheet if is_waiting else None
