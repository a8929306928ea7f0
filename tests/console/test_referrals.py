"""Who is eligible, permission first, sent once and signed, and what came of it (R15, R46)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.inbound import Typed
from bot.partner import NotHttps, Partner, check_address, post, sign
from bot.referring import GIVES_UP, Referring
from flows.events import ChoiceMade, ChoicesMade, StopSaid
from handoff.package import HIDDEN
from handoff.referral import DUE, Did, read_referrals
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor
from tests.handoff.cast import NOW

CITY, URL, NUMBER = "da-locality-city", "https://partner.example/in", "07700 900123"
STORY = "he takes my wages"


@dataclass
class System:
    """A partner's system: what it was sent, and what it answers."""

    status: int = 200
    sent: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append((url, body, headers))
        if self.status == 0:
            raise OSError
        return self.status

    @property
    def package(self) -> dict[str, Any]:
        package: dict[str, Any] = orjson.loads(self.sent[-1][1])
        return package


@pytest.fixture
async def noor(waiting: Visitor) -> Visitor:
    """Noor is grown up, lives in the city, wants to talk, and may be called this week."""
    await waiting.answers("18-or-over", "no", "no", "no", "skip")
    await waiting.does(Typed(f"{STORY} and reads {NUMBER}"), ChoicesMade(("talk",)))
    await waiting.answers("skip", "leicester", "call")
    await waiting.does(Typed(NUMBER), ChoicesMade(("mornings",)))
    await waiting.does(ChoiceMade("no"), Typed("a shop"), Typed("marmalade"), ChoiceMade("week"))
    return waiting


@pytest.fixture
async def amira(harbour: Harbour, noor: Visitor) -> Desk:
    return await harbour.sign_in("amira")


async def number(harbour: Harbour, visitor: Visitor) -> int:
    entries = await harbour.store.entries(visitor.reference)
    return max((e.number for e in entries if e.kind == "referral"), default=0)


async def refer(
    harbour: Harbour, desk: Desk, visitor: Visitor, do: str, reason: str = "", **more: str
) -> str:
    on = str(await number(harbour, visitor))
    form = {"service": CITY, "do": do, "reason": reason, "on": on, **more}
    answer = await desk.post(f"/cases/{visitor.reference}/referrals", form)
    return "" if answer.status == 303 else await answer.text()


async def did(harbour: Harbour, visitor: Visitor) -> Did:
    return read_referrals(await harbour.store.entries(visitor.reference))[CITY].did


async def set_partner(harbour: Harbour, url: str = URL) -> str:
    dev = await harbour.sign_in("dev")
    return await (await dev.post("/partners", {"service": CITY, "url": url})).text()


async def send(harbour: Harbour, system: System) -> int:
    """Take what is due; how many were."""
    tenancy = harbour.house.tenancies[HARBOUR]
    due = [t for t in await tenancy.store.due_timers(harbour.clock(), limit=9) if t.kind == DUE]
    for timer in due:
        await Referring(harbour.house, post=system.post).send(tenancy, timer)
    return len(due)


async def test_the_page_says_who_is_eligible_and_why_and_who_is_not(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    page = await amira.read(f"/cases/{noor.reference}/referrals")
    fits, _, out = page.partition("Does not fit what they said")
    assert "Domestic abuse service, Leicester City" in fits
    assert "t serves Leicester" in fits
    assert "Domestic abuse service, Leicestershire and Rutland" in out
    assert "Behaviour change" in out


async def test_nothing_goes_before_permission_and_the_ground_is_asked(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    assert "no-permission" in await refer(harbour, amira, noor, "sent")
    assert "no-reason-given" in await refer(harbour, amira, noor, "permitted")
    await refer(harbour, amira, noor, "not-permitted")
    assert "no-permission" in await refer(harbour, amira, noor, "sent")
    path = f"/cases/{noor.reference}/referrals/file"
    assert (await amira.post(path, {"service": CITY})).status == 409


async def test_the_file_carries_the_answers_and_the_safe_contact_and_its_taking_is_recorded(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    await refer(harbour, amira, noor, "permitted", "said-yes")
    await refer(harbour, amira, noor, "sent")
    path = f"/cases/{noor.reference}/referrals/file"
    package = await (await amira.post(path, {"service": CITY})).json()
    assert package["answers"]["story.most-afraid"]["words"] == f"{STORY} and reads {HIDDEN}"
    assert package["safe_contact"]["address"] == NUMBER
    assert package["safe_contact"]["times"] == ["mornings"]
    assert not [place for place in package["answers"] if place.startswith("contact.")]
    assert (await harbour.actions(noor.reference))[-1] == "exported-referral"
    harbour.clock.move(days=8)
    amira = await harbour.sign_in("amira")
    late = await (await amira.post(path, {"service": CITY})).json()
    assert late["safe_contact"]["say"] == "Do not contact"
    assert NUMBER not in str(late)


async def test_it_is_sent_to_the_partner_once_signed_and_with_an_id(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    page = await set_partner(harbour)
    secret = page.split("<code>")[1].split("</code>")[0]
    await refer(harbour, amira, noor, "permitted", "said-yes")
    await refer(harbour, amira, noor, "sent")
    system = System()
    assert await send(harbour, system) == 1
    [(url, body, headers)] = system.sent
    assert url == URL
    signed = f"{headers['Front-Door-Time']}.".encode() + body
    expected = hmac.new(secret.encode(), signed, sha256).hexdigest()
    assert headers["Front-Door-Signature"] == f"v1={expected}"
    assert headers["Idempotency-Key"]
    assert (system.package["ground"], system.package["service"]) == ("said-yes", CITY)
    assert await did(harbour, noor) is Did.ARRIVED
    harbour.clock.move(hours=3)
    assert await send(harbour, system) == 0


@pytest.mark.parametrize("status", [0, 302, 500])
async def test_what_does_not_arrive_is_tried_again_under_the_same_id_and_then_told(
    harbour: Harbour, noor: Visitor, amira: Desk, status: int
) -> None:
    await set_partner(harbour)
    await refer(harbour, amira, noor, "permitted", "said-yes")
    await refer(harbour, amira, noor, "sent")
    system = System(status)
    assert await send(harbour, system) == 1
    assert await send(harbour, system) == 0
    harbour.clock.move(minutes=2)
    assert await send(harbour, system) == 1
    assert len({headers["Idempotency-Key"] for _, _, headers in system.sent}) == 1
    assert await did(harbour, noor) is Did.SENT
    harbour.clock.move(seconds=GIVES_UP.total_seconds())
    await send(harbour, system)
    assert await did(harbour, noor) is Did.NOT_ARRIVED
    harbour.clock.move(hours=3)
    assert await send(harbour, system) == 0


async def test_what_they_ended_before_it_was_sent_is_not_in_it(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    await set_partner(harbour)
    await refer(harbour, amira, noor, "permitted", "said-yes")
    await refer(harbour, amira, noor, "sent")
    await noor.does(StopSaid())
    system = System()
    await send(harbour, system)
    assert system.package["safe_contact"] == {
        "may_contact": False, "why": "contact-ended", "say": "Do not contact"
    }  # fmt: skip
    assert NUMBER not in str(system.sent)


async def test_a_no_that_comes_before_the_sending_stops_it(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    await set_partner(harbour)
    await refer(harbour, amira, noor, "permitted", "said-yes")
    await refer(harbour, amira, noor, "sent")
    assert not await refer(harbour, amira, noor, "not-permitted")
    system = System()
    await send(harbour, system)
    assert system.sent == []
    assert await send(harbour, system) == 0


async def test_answers_and_unmet_needs_are_counted(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    for do, reason in (("permitted", "said-yes"), ("sent", ""), ("waiting", "")):
        assert not await refer(harbour, amira, noor, do, reason)
    assert "no-reason-given" in await refer(harbour, amira, noor, "declined", "no-space", unmet="x")
    assert not await refer(harbour, amira, noor, "declined", "no-space", unmet="language")
    now, day = harbour.clock(), timedelta(days=1)
    facts = await harbour.store.facts(since=now - day, until=now + day)
    told = [f.values["did"] for f in facts if f.kind == "referral"]
    assert told == ["permitted", "sent", "waiting", "declined"]
    [unmet] = [f for f in facts if f.kind == "unmet-need"]
    assert unmet.values == {"need": "language", "service": CITY}


async def test_only_a_supervisor_sets_an_address_and_none_without_https(
    harbour: Harbour, noor: Visitor, amira: Desk
) -> None:
    assert (await amira.get("/partners")).status == 403
    assert "not-https" in await set_partner(harbour, "http://partner.example/in")
    dev = await harbour.sign_in("dev")
    assert "not-found" in await (await dev.post("/partners", {"service": "x", "url": URL})).text()


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "ftp://a.example",
        "https://",
        "https://me:pw@a.example",
        "x",
        "https://[a",
    ],
)
def test_no_other_address_is_taken(url: str) -> None:
    with pytest.raises(NotHttps):
        check_address(url)
    assert "secret" not in repr(Partner(URL, "secret"))


async def test_a_real_post_carries_the_body_and_follows_no_redirection() -> None:
    seen: list[tuple[bytes, str]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((await request.read(), request.headers["Front-Door-Signature"]))
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/in", take)
    async with TestServer(app) as server:
        headers = sign("secret", NOW, b"{}")
        assert await post(str(server.make_url("/in")), b"{}", headers) == 302
    assert seen == [(b"{}", headers["Front-Door-Signature"])]
