"""Whatever a hand, a keyboard or a clipboard may send: taken, answered, and stored as it came."""

import pytest

from bot.house import House
from flows.urgency import Level
from handoff.transcript import Line, Speaker
from tests.house import HARBOUR, Chat

ODD = {
    "emoji alone": "😭🆘👩🏽‍🦱",
    "one full stop": ".",
    "the longest that is taken": "he shouts. " * 909 + "x",
    "mixed scripts": "mera husband مجھے مارتا ہے every day আমাকে",
    "marks that turn direction": "\u202eeh\u202c says \u2067ہاں\u2069",
    "characters without a width": "he\u200b wi\u200dll not\ufeff stop",
    "marks piled upon marks": "h" + "\u0336" * 200 + "elp",
    "an ideograph beyond the plane": "𠮷🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "lines and tabs": "first\n\n\n\tsecond\r\nthird",
    "markup and braces": "<script>alert(1)</script> {reference} %s {{7*7}} \\0",
    "a zero among the letters": "he\x00 hits me",
}


async def reach_own_words(noor: Chat) -> None:
    await noor.hello(language="en")
    await noor.act("choice", value="yes")
    await noor.act("choice", value="me")
    await noor.act("choice", value="no")


async def lines_of(house: House) -> list[Line]:
    tenancy = house.tenancies[HARBOUR]
    (case,) = await tenancy.store.cases(tenancy.queues, limit=5)
    return list(await tenancy.store.lines(case.conversation))


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_text_is_acknowledged_answered_and_stored_as_it_came(
    noor: Chat, house: House, name: str
) -> None:
    await reach_own_words(noor)
    ack, *answered = await noor.act("text", text=ODD[name])
    assert ack["type"] == "ack"
    # A question or a word of the house follows; nobody is left without an answer.
    assert any(f["type"] == "message" and f["from"] == "bot" for f in answered)
    said = [line for line in await lines_of(house) if line.speaker is Speaker.VISITOR][-1]
    assert said.text == ODD[name]


async def test_danger_is_heard_through_what_the_eye_does_not_see(noor: Chat, house: House) -> None:
    await reach_own_words(noor)
    await noor.act("text", text="he will k\u200bi\u200bll me \u202etonight\u202c 😭")
    tenancy = house.tenancies[HARBOUR]
    (case,) = await tenancy.store.cases(tenancy.queues, limit=5)
    assert case.urgency.level is Level.EMERGENCY
