"""The page of who is on call: the rota, its tests, and the alarms that went so far.

Whoever keeps it need not see a case: an alarm is here a count and a time, and nothing of it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.calling import NotPlaced
from bot.console.visit import Visit
from bot.on_call import call_as_test, keep_duty, rota
from handoff.case import Case
from handoff.desk import Move
from handoff.ladder_moves import Seen
from handoff.on_call import Duty, make_duty
from handoff.refusals import Refusal, SaysWhy, WrittenSince
from handoff.watch import Rung, Watch
from tenants.hours import LONDON

TEST_HOLDS = timedelta(hours=12)
"""How long a test that was answered counts for the shift."""

MOST = 200
"""Open cases that are looked at for alarms; the most urgent come first."""


class NotCalled(Refusal):
    """The call could not be placed. Check the number, and the provider's settings."""

    code = "not-called"


class NoDuty(Refusal):
    """That is no longer on the rota."""

    code = "no-duty"


@dataclass(frozen=True, slots=True)
class Row:
    """One duty as it is drawn: of its number the last two digits alone."""

    id: str
    who: str
    ending: str
    begins_at: datetime
    ends_at: datetime
    is_on: bool
    test: str
    waits_for_answer: bool


async def show(visit: Visit) -> web.Response:
    """The rota, and what waits for somebody on it."""
    return await _page(visit)


async def add(visit: Visit) -> web.Response:
    """Put somebody on the rota."""
    form = visit.form
    span = (_read_time(form.get("from", "")), _read_time(form.get("until", "")))
    try:
        id = secrets.token_hex(8)
        duty = make_duty(id, form.get("who", ""), form.get("number", ""), span, visit.now)
    except Refusal as refusal:
        return await _page(visit, refusal=refusal, draft=form)
    return await _keep(visit, duty, "on-call-added")


async def withdraw(visit: Visit) -> web.Response:
    """Take somebody off the rota; that they were on it stays known."""
    return await _on_duty(visit, "on-call-withdrawn")


async def answer(visit: Visit) -> web.Response:
    """Record that the test was answered."""
    return await _on_duty(visit, "on-call-answered")


async def test(visit: Visit) -> web.Response:
    """Send a test, and record that it was sent. Nobody has answered it by that."""
    duty = await _find(visit)
    if duty is None:
        return await _page(visit, refusal=NoDuty())
    try:
        id = visit.form.get("id", "") or secrets.token_hex(8)
        await call_as_test(visit.house, visit.tenancy, duty, id)
    except NotPlaced:
        return await _page(visit, refusal=NotCalled())
    sent = replace(duty, tested_at=visit.now, answered_at=None)
    return await _keep(visit, sent, "on-call-tested")


async def see(visit: Visit) -> web.Response:
    """Say of every alarm that went to on-call: I have seen it. Of what it is, the desk knows."""
    tenant = visit.tenancy.tenant.id
    for case, watch in await _alarms(visit):
        id = f"{visit.staff.id}:{watch.id}:{watch.call}"
        move = Move(id, case.reference, visit.staff, Seen(watch.id))
        await visit.house.door.move(tenant, move)
    return visit.go("/on-call")


async def _on_duty(visit: Visit, action: str) -> web.Response:
    duty = await _find(visit)
    if duty is None:
        return await _page(visit, refusal=NoDuty())
    if action == "on-call-withdrawn":
        return await _keep(visit, replace(duty, is_withdrawn=True), action)
    return await _keep(visit, replace(duty, answered_at=visit.now), action)


async def _find(visit: Visit) -> Duty | None:
    id = visit.form.get("duty", "")
    known = (duty for duty in await rota(visit.tenancy) if not duty.is_withdrawn)
    return next((duty for duty in known if duty.id == id), None)


async def _keep(visit: Visit, duty: Duty, action: str) -> web.Response:
    await visit.record(action, detail=duty.id)
    if not await keep_duty(visit.tenancy, duty):
        return await _page(visit, refusal=WrittenSince())
    return visit.go("/on-call")


async def _alarms(visit: Visit) -> Sequence[tuple[Case, Watch]]:
    cases = await visit.tenancy.store.cases(visit.tenancy.queues, limit=MOST)
    return [
        (case, watch)
        for case in cases
        for watch in case.watches
        if watch.is_alarming and watch.rung is Rung.ON_CALL
    ]


async def _page(
    visit: Visit, *, refusal: SaysWhy | None = None, draft: Mapping[str, str] | None = None
) -> web.Response:
    duties = [duty for duty in await rota(visit.tenancy) if not duty.is_withdrawn]
    coming = sorted((d for d in duties if d.ends_at > visit.now), key=lambda d: d.begins_at)
    alarms = await _alarms(visit)
    context = {
        "csrf": visit.session.csrf,
        "rows": [_row(duty, visit.now) for duty in coming],
        "alarms": sorted(watch.since for _, watch in alarms),
        "is_real": visit.house.caller.is_real,
        "draft": draft or {},
        "refusal": refusal,
        "new_id": secrets.token_hex,
    }
    return visit.page("on_call.html", context, status=409 if refusal else 200)


def _row(duty: Duty, now: datetime) -> Row:
    is_fresh = duty.answered_at is not None and now - duty.answered_at <= TEST_HOLDS
    waits = duty.tested_at is not None and duty.answered_at is None
    test = "Tested, and answered" if is_fresh else "Test sent, not answered yet"
    if not is_fresh and not waits:
        test = "Not tested this shift"
    return Row(
        id=duty.id,
        who=duty.who,
        ending=duty.number[-2:],
        begins_at=duty.begins_at,
        ends_at=duty.ends_at,
        is_on=duty.is_on(now),
        test=test,
        waits_for_answer=waits,
    )


def _read_time(text: str) -> datetime | None:
    """A time of this country, as a form's field writes it."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)
    except ValueError:
        return None
