"""Call backs are booked in safe times, seen when due, rung from a card, and counted (R7, P19)."""

from datetime import timedelta

import pytest

from bot.inbound import Typed
from flows.events import ChoiceMade, ChoicesMade, StopSaid
from handoff.call_back import GRACE, OVERDUE
from handoff.facts import Fact
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

NUMBER, SHOP, WORD = "07700 900123", "the corner shop", "marmalade"
THIS_MORNING, TONIGHT = "2026-11-24T11:30", "2026-11-24T20:00"


@pytest.fixture
async def reachable(waiting: Visitor) -> Visitor:
    """Noor may be called on weekday mornings this week; a shop is calling; there is a word."""
    await waiting.answers(
        "18-or-over", "no", "no", "no", "no", "skip", "skip", "skip", "skip", "skip"
    )
    assert waiting.talk is not None
    assert waiting.talk.step == "contact", waiting.talk.step
    await waiting.does(ChoiceMade("call"), Typed(NUMBER), ChoicesMade(("mornings",)))
    await waiting.does(ChoiceMade("no"), Typed(SHOP), Typed(WORD), ChoiceMade("week"))
    return waiting


@pytest.fixture
async def amira(harbour: Harbour, reachable: Visitor) -> Desk:
    return await harbour.sign_in("amira")


async def back(harbour: Harbour) -> Desk:
    """Amira, signed in again after a while; her forms have other ids."""
    desk = await harbour.sign_in("amira")
    desk.moves = 100
    return desk


async def book(desk: Desk, visitor: Visitor, due: str = THIS_MORNING, on: int = 0) -> int:
    form = {"due": due, "on": str(on)}
    return (await desk.post(f"/cases/{visitor.reference}/calls", form)).status


async def finish(desk: Desk, visitor: Visitor, result: str, on: int) -> int:
    form = {"result": result, "on": str(on)}
    return (await desk.post(f"/cases/{visitor.reference}/calls/result", form)).status


async def facts_of(harbour: Harbour, kind: str) -> list[Fact]:
    now, day = harbour.clock(), timedelta(days=1)
    return [
        f for f in await harbour.store.facts(since=now - day, until=now + day) if f.kind == kind
    ]


async def timers(harbour: Harbour) -> list[str]:
    late = harbour.clock() + timedelta(days=9)
    return [t.kind for t in await harbour.store.due_timers(late, limit=9)]


async def test_one_is_booked_in_a_safe_time_and_its_overdue_timer_with_it(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    assert await book(amira, reachable) == 303
    assert await timers(harbour) == [OVERDUE]
    assert "Tuesday 24 November, 11:30" in await amira.read(f"/cases/{reachable.reference}/calls")
    assert [f.values["moved"] for f in await facts_of(harbour, "call-back-due")] == ["no"]


@pytest.mark.parametrize(
    ("due", "code"),
    [
        (TONIGHT, "not-then"),
        ("2026-11-28T10:00", "not-then"),
        ("2026-12-08T10:00", "contact-over"),
        ("2026-11-20T10:00", "no-time"),
        ("soon", "no-time"),
    ],
)
async def test_no_other_time_is_taken_and_what_was_written_stays(
    harbour: Harbour, reachable: Visitor, amira: Desk, due: str, code: str
) -> None:
    answer = await amira.post(f"/cases/{reachable.reference}/calls", {"due": due, "on": "0"})
    page = await answer.text()
    assert answer.status == 409
    assert code in page
    assert f'value="{due}"' in page
    assert await timers(harbour) == []


async def test_what_came_of_it_ends_the_timer_and_is_counted(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    await book(amira, reachable)
    harbour.clock.move(minutes=85)
    amira = await back(harbour)
    assert await finish(amira, reachable, "made", on=1) == 303
    assert await timers(harbour) == []
    [made] = await facts_of(harbour, "call-back-made")
    assert (made.values["result"], made.values["in-time"]) == ("made", "yes")
    assert await finish(amira, reachable, "made", on=2) == 409


async def test_two_who_ring_at_once_record_it_once(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    ben = await harbour.sign_in("ben")
    await book(amira, reachable)
    assert await finish(ben, reachable, "no-answer", on=1) == 303
    assert await finish(amira, reachable, "made", on=1) == 409
    assert await book(amira, reachable, on=1) == 409
    assert [f.values["result"] for f in await facts_of(harbour, "call-back-made")] == ["no-answer"]


async def test_the_calendar_has_what_is_overdue_first_and_hides_the_other_side(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    await book(amira, reachable)
    page = await amira.read("/calls")
    assert "Today" in page
    assert reachable.reference in page
    harbour.clock.move(minutes=90 + GRACE.total_seconds() / 60)
    amira = await back(harbour)
    assert "Overdue" in await amira.read("/calls")
    chloe = await harbour.sign_in("chloe")
    assert reachable.reference not in await chloe.read("/calls")


async def test_the_card_shows_the_number_with_a_reason_that_is_recorded_first(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    await book(amira, reachable)
    card = f"/cases/{reachable.reference}/card"
    assert NUMBER not in await amira.read(card)
    refused = await amira.post(card, {"reason": ""})
    assert refused.status == 409
    assert NUMBER not in await refused.text()
    page = await (await amira.post(card, {"reason": "call-back"})).text()
    for part in (NUMBER, SHOP, WORD, "Dial 141", "leave no message", "Esc"):
        assert part in page
    assert (await harbour.actions(reachable.reference))[-1] == "showed-contact"


async def test_the_card_shows_no_number_outside_their_times(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    card = f"/cases/{reachable.reference}/card"
    assert "no-call-back" in await (await amira.get(card)).text()
    await book(amira, reachable)
    harbour.clock.move(hours=4)
    amira = await back(harbour)
    answer = await amira.post(card, {"reason": "danger"})
    assert answer.status == 409
    assert "not-then" in (page := await answer.text())
    assert NUMBER not in page


async def test_the_card_shows_no_number_once_they_ended_all_contact(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    card = f"/cases/{reachable.reference}/card"
    await book(amira, reachable)
    await reachable.does(StopSaid())
    answer = await amira.post(card, {"reason": "danger"})
    assert "contact-ended" in (page := await answer.text())
    assert NUMBER not in page


async def test_the_panel_says_whether_now_is_one_of_their_times(
    harbour: Harbour, reachable: Visitor, amira: Desk
) -> None:
    page = await amira.read(f"/cases/{reachable.reference}")
    assert "It is one of their safe times now." in page
    assert WORD not in page
    shown = await amira.post(f"/cases/{reachable.reference}/contact", {"reason": "call-back"})
    assert SHOP in (text := await shown.text())
    assert WORD in text
    harbour.clock.move(hours=4)
    amira = await back(harbour)
    assert "not one of the times" in await amira.read(f"/cases/{reachable.reference}")


async def test_nobody_is_rung_who_gave_no_number(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    assert await book(staffed, waiting) == 409
    assert "Book a call back" not in await staffed.read(f"/cases/{waiting.reference}/calls")
    assert staffed.tenant == HARBOUR


async def test_times_in_own_words_are_read_by_a_person_before_one_is_booked(
    harbour: Harbour, waiting: Visitor, staffed: Desk
) -> None:
    await waiting.answers(
        "18-or-over", "no", "no", "no", "no", "skip", "skip", "skip", "skip", "skip"
    )
    await waiting.does(ChoiceMade("call"), Typed(NUMBER), Typed("when the kids are at school"))
    await waiting.does(ChoiceMade("no"), Typed(SHOP), Typed(WORD), ChoiceMade("open"))
    path = f"/cases/{waiting.reference}/calls"
    assert "when the kids are at school" in await staffed.read(path)
    refused = await staffed.post(path, {"due": THIS_MORNING, "on": "0"})
    assert "times-to-read" in await refused.text()
    taken = await staffed.post(path, {"due": THIS_MORNING, "on": "0", "is_read": "yes"})
    assert taken.status == 303
