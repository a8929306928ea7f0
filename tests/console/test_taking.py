"""Who takes a case, and who gets it next: by the real door and pages, each once and audited."""

import asyncio
from datetime import timedelta

import pytest

from bot.ladder import Ladder
from bot.lapses import take_back_from_the_gone
from bot.referring import Referring
from bot.working import _look
from flows.conversation import Owner
from handoff.staff import StaffId
from handoff.transcript import Speaker
from storage.store import Registered
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

JSON = {"Accept": "application/json"}


def id_of(harbour: Harbour, name: str) -> StaffId:
    return harbour.account(name).staff.id


async def holder(harbour: Harbour, visitor: Visitor) -> StaffId | None:
    return (await harbour.case(visitor.reference)).holder


async def lines(harbour: Harbour, visitor: Visitor) -> list[str]:
    assert visitor.talk is not None
    return [line.text + line.key for line in await harbour.store.lines(visitor.talk.id)]


async def look(harbour: Harbour) -> None:
    tenancy = harbour.house.tenancies[HARBOUR]
    await _look(tenancy, Referring(harbour.house), Ladder(harbour.house), set())
    await take_back_from_the_gone(harbour.house, tenancy)


async def marks(desk: Desk, visitor: Visitor) -> dict[str, str]:
    """To whom the case can be offered: word -> what the form sends."""
    page = await desk.read(f"/cases/{visitor.reference}")
    options = page.split('<select id="to"')[1].split("</select>")[0].split("<option value=")[2:]
    return {o.split(">")[1].split("<")[0]: o.split('"')[1] for o in options}


async def offer(desk: Desk, visitor: Visitor, to: str, **form: str) -> int:
    mark = (await marks(desk, visitor))[to]
    answer = await desk.post(f"/cases/{visitor.reference}/offer", {"to": mark, **form})
    return answer.status


async def facts(harbour: Harbour) -> list[str]:
    now = harbour.clock.now
    found = await harbour.store.facts(since=now - timedelta(days=1), until=now + timedelta(days=1))
    return [fact.kind for fact in found]


@pytest.fixture
async def amira(harbour: Harbour, waiting: Visitor) -> Desk:
    """Amira is here and holds Noor's case; Ben is here too."""
    desk = await harbour.sign_in("amira")
    await desk.claim(waiting.reference)
    return desk


# --- Taking the next ------------------------------------------------------------------------


async def test_the_next_is_the_most_urgent_and_then_whoever_has_waited_longest(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    harbour.clock.move(minutes=1)
    danger = await (await harbour.visitor("mina")).answers("yes", "me", "yes")
    for expected in (danger, waiting):
        answer = await staffed.post("/next")
        assert answer.headers["Location"].endswith(f"/cases/{expected.reference}")
        assert await holder(harbour, expected) == id_of(harbour, "ben")
    refused = await staffed.post("/next")
    assert (refused.status, "nobody-waits" in await refused.text()) == (409, True)


async def test_the_same_press_twice_takes_one_case(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    other = await (await harbour.visitor("mina")).answers("yes", "me", "no", "me")
    sent = [await staffed.post("/next", {"id": "the-same-press"}) for _ in range(2)]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    held = [await holder(harbour, v) for v in (waiting, other)]
    assert held.count(id_of(harbour, "ben")) == 1


async def test_two_who_press_at_once_take_two_cases(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    other = await (await harbour.visitor("mina")).answers("yes", "me", "no", "me")
    amira = await harbour.sign_in("amira")
    await asyncio.gather(staffed.post("/next"), amira.post("/next"))
    held = {await holder(harbour, v) for v in (waiting, other)}
    assert held == {id_of(harbour, "ben"), id_of(harbour, "amira")}


async def test_who_holds_all_they_can_takes_an_emergency_and_nothing_else(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    await staffed.post("/limit", {"at-once": "0"})
    for path in ("/next", f"/cases/{waiting.reference}/claim"):
        answer = await staffed.post(path)
        assert (answer.status, "<code>full</code>" in await answer.text()) == (409, True)
    danger = await (await harbour.visitor("mina")).answers("yes", "me", "yes")
    assert (await staffed.claim(danger.reference)).status == 303
    await staffed.post("/limit", {"at-once": ""})
    assert (await staffed.claim(waiting.reference)).status == 303


async def test_a_case_is_kept_for_the_colleague_who_speaks_its_language(
    harbour: Harbour, staffed: Desk
) -> None:
    dev, amira = await harbour.sign_in("dev"), await harbour.sign_in("amira")
    polish = await (await harbour.visitor("ola", "pl")).answers("yes", "me", "no", "me")
    row = Registered("skills", id_of(harbour, "amira"), {"languages": ["pl"]})
    assert await harbour.store.register(row)
    refused = await staffed.post("/next")
    assert "kept-for-others" in await refused.text()
    assert "Polish" in await dev.read("/skills")
    assert (await amira.post("/next")).headers["Location"].endswith(polish.reference)


# --- Passing on -----------------------------------------------------------------------------


async def test_an_offer_is_accepted_once_and_the_visitor_hears_of_a_person(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    assert await offer(amira, waiting, "Ben") == 303
    assert "Amira offers you a case" in await staffed.read()
    assert await holder(harbour, waiting) == id_of(harbour, "amira")
    page = await staffed.read(f"/cases/{waiting.reference}")
    assert "They hold it until you accept" in page
    accept = f"/cases/{waiting.reference}/accept"
    await asyncio.gather(*(staffed.post(accept, {"id": "one-press"}) for _ in range(3)))
    assert await holder(harbour, waiting) == id_of(harbour, "ben")
    told = [line for line in await lines(harbour, waiting) if "replies.worker-here" in line]
    assert len(told) == 2
    assert (await harbour.actions(waiting.reference)).count("offer-accepted") == 1
    assert (await facts(harbour)).count("offer-accepted") == 1


async def test_a_refused_offer_stays_with_its_holder_who_sees_why(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    await offer(amira, waiting, "Ben")
    path = f"/cases/{waiting.reference}/say-no"
    assert "no-reason-chosen" in await (await staffed.post(path)).text()
    await staffed.post(path, {"reason": "busy"})
    page = await amira.read(f"/cases/{waiting.reference}")
    assert "Ben said no: i have my hands full" in page
    assert await holder(harbour, waiting) == id_of(harbour, "amira")


async def test_an_offer_that_nobody_answers_ends_by_its_timer_once(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    await offer(amira, waiting, "Ben")
    await look(harbour)
    assert (await harbour.case(waiting.reference)).offer is not None
    harbour.clock.move(minutes=2)
    await asyncio.gather(amira.read(), staffed.read(), look(harbour), look(harbour))
    case = await harbour.case(waiting.reference)
    assert (case.offer, case.holder) == (None, id_of(harbour, "amira"))
    assert (await harbour.actions(waiting.reference)).count("offer-lapsed") == 1
    assert await harbour.store.due_timers(harbour.clock.now, limit=9) == []
    late = await staffed.post(f"/cases/{waiting.reference}/accept")
    assert (late.status, await holder(harbour, waiting)) == (409, id_of(harbour, "amira"))


async def test_an_offer_to_a_queue_goes_to_whoever_takes_it_and_never_across_the_wall(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    path = f"/cases/{waiting.reference}/offer"
    across = await amira.post(path, {"to": "queue:using-abuse"})
    assert "not-there" in await across.text()
    await amira.post(path, {"to": "queue:third-party"})
    await staffed.post(f"/cases/{waiting.reference}/accept")
    case = await harbour.case(waiting.reference)
    assert (case.holder, case.queue) == (id_of(harbour, "ben"), "third-party")


async def test_a_supervisor_takes_over_with_a_reason_and_the_words_of_the_former_come_back(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    dev = await harbour.sign_in("dev")
    path = f"/cases/{waiting.reference}/take-over"
    assert "no-reason-chosen" in await (await dev.post(path)).text()
    assert (await dev.post(path, {"reason": "unanswered"})).status == 303
    assert await holder(harbour, waiting) == id_of(harbour, "dev")
    answer = await amira.reply(waiting.reference, "half written")
    page = await answer.text()
    assert (answer.status, "half written" in page, "not-yours" in page) == (409, True, True)


async def test_a_second_worker_writes_until_they_leave(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    await offer(amira, waiting, "Ben", **{"as": "second"})
    await staffed.post(f"/cases/{waiting.reference}/accept")
    assert await holder(harbour, waiting) == id_of(harbour, "amira")
    assert (await staffed.reply(waiting.reference, "I am here too.")).status == 303
    assert "Also writes: Ben" in await amira.read(f"/cases/{waiting.reference}")
    await staffed.post(f"/cases/{waiting.reference}/leave")
    assert (await staffed.reply(waiting.reference, "still?")).status == 409


async def test_the_worker_sees_who_listens_and_what_is_whispered_never_reaches_the_visitor(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    dev = await harbour.sign_in("dev")
    assert (await dev.get(f"/cases/{waiting.reference}")).status == 403
    await dev.post(f"/cases/{waiting.reference}/listen")
    before = await lines(harbour, waiting)
    whispered = await dev.post(
        f"/cases/{waiting.reference}/whisper", {"text": "ask of the children"}
    )
    assert whispered.status == 303
    page = await amira.read(f"/cases/{waiting.reference}")
    assert "Listens: Dev" in page
    assert "ask of the children" in page
    assert await lines(harbour, waiting) == before
    assert "whispered" in await harbour.actions(waiting.reference)


# --- Knowing somebody -----------------------------------------------------------------------


async def test_who_knows_the_person_is_out_at_once_and_the_visitor_sees_nothing(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    """R17: by one press; a supervisor who is no conflict is told, and a manager."""
    dev = await harbour.sign_in("dev")
    before = await lines(harbour, waiting)
    await amira.post(f"/cases/{waiting.reference}/know")
    assert await lines(harbour, waiting) == before
    case = await harbour.case(waiting.reference)
    assert (case.holder, case.owner) == (None, Owner.QUEUE)
    for path in ("", "/now"):
        assert (await amira.get(f"/cases/{waiting.reference}{path}")).status == 404
    assert waiting.reference not in await amira.read("/queue")
    assert (await amira.claim(waiting.reference)).status == 404
    assert "A colleague knows this person" in await dev.read()
    await dev.post(f"/cases/{waiting.reference}/conflict-seen")
    assert "A colleague knows this person" not in await dev.read()
    mo = await harbour.sign_in("mo")
    assert waiting.reference in await mo.read("/openings")


async def test_the_supervisor_may_be_the_one_who_knows_them(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    dev, mo = await harbour.sign_in("dev"), await harbour.sign_in("mo")
    await dev.post(f"/cases/{waiting.reference}/know")
    assert waiting.reference not in await dev.read()
    assert await holder(harbour, waiting) == id_of(harbour, "amira")
    assert "Knows the person" in await mo.read("/openings")


# --- Opening what another holds -------------------------------------------------------------


async def test_a_held_case_opens_with_a_reason_that_a_manager_sees(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    mo = await harbour.sign_in("mo")
    for path in ("", "/now"):
        answer = await staffed.get(f"/cases/{waiting.reference}{path}")
        page = await answer.text()
        assert (answer.status, "Something is happening" in page) == (403, False)
    assert "opened" not in (await harbour.actions(waiting.reference))
    path = f"/cases/{waiting.reference}/open"
    assert "no-reason-chosen" in await (await staffed.post(path, {"reason": "curious"})).text()
    assert (await staffed.post(path, {"reason": "cover"})).status == 303
    assert "Something is happening" in await staffed.read(f"/cases/{waiting.reference}")
    page = await mo.read("/openings")
    assert "Ben" in page
    assert "to answer in place of whoever holds it" in page
    assert (await mo.get(f"/cases/{waiting.reference}")).status == 403
    harbour.clock.move(minutes=31)
    await amira.read()
    assert (await staffed.get(f"/cases/{waiting.reference}")).status == 403


async def test_the_page_of_what_was_opened_is_for_managers(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    dev = await harbour.sign_in("dev")
    for desk in (staffed, dev):
        assert (await desk.get("/openings")).status == 403
    assert (await staffed.get("/skills")).status == 403


# --- Volunteers and those who supervise them ------------------------------------------------


@pytest.fixture
async def esther(harbour: Harbour, waiting: Visitor) -> tuple[Desk, Desk]:
    """Esther, a volunteer, holds Noor's case while Dev supervises."""
    dev, esther = await harbour.sign_in("dev"), await harbour.sign_in("esther")
    assert (await esther.claim(waiting.reference)).status == 303
    return esther, dev


async def test_the_last_supervisor_cannot_go_while_volunteers_hold_chats(
    harbour: Harbour, waiting: Visitor, esther: tuple[Desk, Desk]
) -> None:
    volunteer, dev = esther
    for path, form in (("/shift", {"do": "end"}), ("/sign-out", {})):
        answer = await dev.post(path, form)
        page = await answer.text()
        assert (answer.status, "last-supervisor" in page) == (409, True)
        assert "Ask another supervisor" in page
    assert "signed-out" not in await harbour.actions("")  # type: ignore[arg-type]
    await volunteer.post(f"/cases/{waiting.reference}/give-back")
    assert (await dev.post("/shift", {"do": "end"})).status == 303


async def test_when_the_supervisor_vanishes_staff_are_told_and_the_chats_come_back(
    harbour: Harbour, waiting: Visitor, esther: tuple[Desk, Desk], staffed: Desk
) -> None:
    volunteer, _ = esther
    await look(harbour)
    assert await holder(harbour, waiting) == id_of(harbour, "esther")
    harbour.clock.move(seconds=80)
    await volunteer.read()
    assert "Volunteers have no supervisor" in await staffed.read()
    assert "Volunteers have no supervisor" not in await volunteer.read()
    harbour.clock.move(seconds=41)
    await volunteer.read()
    await look(harbour)
    assert await holder(harbour, waiting) is None
    assert "Whoever held it has gone" in await staffed.read()
    assert "supervision-lapsed" in await facts(harbour)
    assert (await volunteer.claim(waiting.reference)).status == 409


async def test_whoever_joined_or_listened_and_has_gone_is_in_the_talk_no_more(
    harbour: Harbour, waiting: Visitor, amira: Desk
) -> None:
    dev = await harbour.sign_in("dev")
    await dev.post(f"/cases/{waiting.reference}/listen")
    harbour.clock.move(minutes=3)
    await amira.read()
    await look(harbour)
    case = await harbour.case(waiting.reference)
    assert (case.holder, case.listening) == (id_of(harbour, "amira"), ())


async def test_nothing_of_staff_stands_in_what_the_visitor_has(
    harbour: Harbour, waiting: Visitor, amira: Desk, staffed: Desk
) -> None:
    await offer(amira, waiting, "Ben")
    await staffed.post(f"/cases/{waiting.reference}/say-no", {"reason": "break"})
    assert waiting.talk is not None
    for line in await harbour.store.lines(waiting.talk.id):
        assert line.speaker is not Speaker.WORKER
