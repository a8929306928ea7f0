"""Moves from the desk: by plain forms and by script, each once, and no word lost on a refusal."""

import pytest

from bot.inbound import Typed
from flows.conversation import Owner
from handoff.case import Outcome
from handoff.desk import LONGEST_REPLY
from handoff.transcript import Speaker
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor

JSON = {"Accept": "application/json"}


async def worker_lines(harbour: Harbour, visitor: Visitor) -> list[str]:
    case = await harbour.case(visitor.reference)
    lines = await harbour.store.lines(case.conversation)
    return [line.text for line in lines if line.speaker is Speaker.WORKER]


@pytest.fixture
async def amira(harbour: Harbour, in_danger: Visitor) -> Desk:
    """Amira, who holds Noor's case."""
    desk = await harbour.sign_in("amira")
    assert (await desk.claim(in_danger.reference)).status == 303
    return desk


async def test_a_second_worker_cannot_claim_a_claimed_case(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    ben = await harbour.sign_in("ben")
    answer = await ben.claim(in_danger.reference)
    page = await answer.text()
    assert answer.status == 409
    assert "Somebody else has this case." in page
    assert "already-held" in page
    assert "Held by Amira" in page
    assert (await harbour.case(in_danger.reference)).holder == harbour.account("amira").staff.id


async def test_a_claim_and_a_reply_leave_their_rows(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    await amira.reply(in_danger.reference, "Hello, I am here.")
    actions = await harbour.actions(in_danger.reference)
    assert [a for a in actions if a in ("claim", "reply")] == ["claim", "reply"]
    assert await worker_lines(harbour, in_danger) == ["Hello, I am here."]


async def test_the_same_reply_twice_is_sent_once(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    for _ in range(2):
        answer = await amira.reply(in_danger.reference, "Once.", id="the-same-id")
        assert answer.status == 303
    assert await worker_lines(harbour, in_danger) == ["Once."]


async def test_two_people_may_use_the_same_id(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    await amira.reply(in_danger.reference, "From Amira.", id="the-same-id")
    await amira.post(f"/cases/{in_danger.reference}/give-back")
    ben = await harbour.sign_in("ben")
    await ben.claim(in_danger.reference)
    await ben.reply(in_danger.reference, "From Ben.", id="the-same-id")
    assert await worker_lines(harbour, in_danger) == ["From Amira.", "From Ben."]


@pytest.mark.parametrize(
    ("text", "code"), [("   ", "empty"), ("a" * (LONGEST_REPLY + 1), "too-long")]
)
async def test_a_refused_reply_comes_back_in_its_box(
    harbour: Harbour, in_danger: Visitor, amira: Desk, text: str, code: str
) -> None:
    answer = await amira.reply(in_danger.reference, text)
    page = await answer.text()
    assert answer.status == 409
    assert f"<code>{code}</code>" in page
    assert f">{text}</textarea>" in page
    assert await worker_lines(harbour, in_danger) == []


async def test_a_far_too_long_reply_is_answered_plainly(in_danger: Visitor, amira: Desk) -> None:
    answer = await amira.reply(in_danger.reference, "a" * 300_000)
    assert answer.status == 413
    assert "too-large" in await answer.text()


async def test_to_a_script_a_refusal_is_a_code_and_plain_words(
    in_danger: Visitor, amira: Desk
) -> None:
    answer = await amira.post(f"/cases/{in_danger.reference}/reply", {"text": " "}, **JSON)
    assert answer.status == 409
    assert await answer.json() == {"code": "empty", "text": "There is nothing written here."}
    done = await amira.post(f"/cases/{in_danger.reference}/reply", {"text": "Hi"}, **JSON)
    assert await done.json() == {"code": "done"}


async def test_who_gave_it_back_loses_no_word_and_sends_none(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    await amira.post(f"/cases/{in_danger.reference}/give-back")
    answer = await amira.reply(in_danger.reference, "Written too late")
    page = await answer.text()
    assert answer.status == 409
    assert "not-yours" in page
    assert "Written too late</textarea>" in page
    case = await harbour.case(in_danger.reference)
    assert (case.owner, case.holder) == (Owner.QUEUE, None)


async def test_a_reply_to_someone_who_left_is_refused_and_kept(
    in_danger: Visitor, amira: Desk
) -> None:
    await in_danger.leaves()
    answer = await amira.reply(in_danger.reference, "Are you there")
    page = await answer.text()
    assert "They have left the page, so nothing written here would reach them." in page
    assert "Are you there</textarea>" in page
    assert "They pressed Exit" in page


async def test_while_it_is_not_safe_to_read_a_reply_is_kept_and_explained(
    harbour: Harbour,
) -> None:
    visitor = await (await harbour.visitor()).answers("no")
    amira = await harbour.sign_in("amira")
    await amira.claim(visitor.reference)
    assert "It is not safe for them to read now." in await amira.read(f"/cases/{visitor.reference}")
    answer = await amira.reply(visitor.reference, "Hello")
    page = await answer.text()
    assert "<code>not-safe</code>" in page
    assert "Hello</textarea>" in page
    assert await worker_lines(harbour, visitor) == []


async def test_a_worker_sees_that_safety_is_being_asked_again(harbour: Harbour) -> None:
    visitor = await (await harbour.visitor()).answers("yes", "me")
    amira = await harbour.sign_in("amira")
    await amira.claim(visitor.reference)
    harbour.clock.move(minutes=12)
    await visitor.does(Typed("sorry"))
    page = await amira.read(f"/cases/{visitor.reference}")
    assert "are being asked whether it is safe" in page
    assert "Asked if it is safe" in page


async def test_closing_needs_an_outcome_that_a_person_may_choose(
    harbour: Harbour, in_danger: Visitor, amira: Desk
) -> None:
    path = f"/cases/{in_danger.reference}/close"
    for outcome in ("", "nonsense", "door-changed"):
        answer = await amira.post(path, {"outcome": outcome})
        assert "no-outcome" in await answer.text()
    conversation = (await harbour.case(in_danger.reference)).conversation
    with harbour.house.presence.visitor_at(HARBOUR, conversation):
        assert (await amira.post(path, {"outcome": "supported"})).status == 303
    case = await harbour.case(in_danger.reference)
    assert case.outcome is Outcome.SUPPORTED
    assert case.closed_at is not None
    assert in_danger.reference not in await amira.read("/queue")
    assert "This case is closed." in await amira.read(f"/cases/{in_danger.reference}")


async def test_a_volunteer_takes_cases_only_while_a_supervisor_is_on_shift(
    harbour: Harbour, in_danger: Visitor
) -> None:
    esther = await harbour.sign_in("esther")
    refused = await esther.claim(in_danger.reference)
    assert "Volunteers take cases only while a supervisor is on shift." in await refused.text()
    await harbour.sign_in("dev")
    assert (await esther.claim(in_danger.reference)).status == 303


async def test_a_move_without_an_id_does_nothing(harbour: Harbour, in_danger: Visitor) -> None:
    amira = await harbour.sign_in("amira")
    answer = await amira.post(f"/cases/{in_danger.reference}/claim", {"id": ""})
    assert "no-id" in await answer.text()
    assert (await harbour.case(in_danger.reference)).holder is None


@pytest.mark.parametrize("token", ["", "forged"])
async def test_a_form_without_the_sessions_token_does_nothing(
    harbour: Harbour, in_danger: Visitor, token: str
) -> None:
    amira = await harbour.sign_in("amira")
    answer = await amira.post(f"/cases/{in_danger.reference}/claim", {"csrf": token})
    assert answer.status == 409
    assert (await harbour.case(in_danger.reference)).holder is None


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_form_from_elsewhere_does_nothing(
    harbour: Harbour, in_danger: Visitor, headers: dict[str, str]
) -> None:
    amira = await harbour.sign_in("amira")
    answer = await amira.post(f"/cases/{in_danger.reference}/claim", {}, **headers)
    assert answer.status == 403
    assert (await harbour.case(in_danger.reference)).holder is None
