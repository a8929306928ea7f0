"""What no page of ours would send: each gets a clear answer, and nothing of the talk is lost."""

from time import monotonic
from uuid import uuid4

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient

from bot.channels.webchat import pace, serving, wire
from bot.house import House
from tests.house import HARBOUR, LANTERN, Chat, Frame, chatting, served

Client = TestClient[web.Request, web.Application]


def errors(frames: list[Frame]) -> list[str]:
    return [f["code"] for f in frames if f["type"] == "error"]


async def still_answers(noor: Chat) -> bool:
    return bool((await noor.act("choice", value="yes"))[0]["type"] == "ack")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("not JSON", "malformed"),
        ("[1, 2]", "malformed"),
        ('{"id": "x"}', "malformed"),
        ('{"type": 7}', "malformed"),
        ('{"type": "text", "text": "no id"}', "id-missing"),
        ('{"type": "text", "id": "not a uuid", "text": "hello"}', "id-missing"),
        ('{"type": "text", "id": 7, "text": "hello"}', "id-missing"),
        ('{"type": "text", "id": "%s"}', "malformed"),
        ('{"type": "text", "id": "%s", "text": 7}', "malformed"),
        ('{"type": "text", "id": "%s", "text": "  "}', "empty"),
        ('{"type": "choice", "id": "%s", "value": ""}', "malformed"),
        ('{"type": "choices", "id": "%s", "values": "yes"}', "malformed"),
        ('{"type": "choices", "id": "%s", "values": [["yes"]]}', "malformed"),
        ('{"type": "dance", "id": "%s"}', "unknown-type"),
        ('{"type": "hello"}', "id-missing"),
    ],
)
async def test_a_malformed_frame_is_named_and_the_talk_goes_on(
    noor: Chat, raw: str, code: str
) -> None:
    await noor.hello()
    await noor.socket.send_str(raw.replace("%s", str(uuid4())))
    told = await noor.settled()
    assert errors(told) == [code]
    assert await still_answers(noor)


async def test_a_mistake_names_the_frame_that_made_it(noor: Chat) -> None:
    await noor.hello()
    id = str(uuid4())
    assert await noor.act("text", id=id, text=7) == [
        {"type": "error", "code": "malformed", "id": id}
    ]


async def test_an_oversized_frame_is_answered_and_the_talk_goes_on(noor: Chat) -> None:
    await noor.hello()
    assert errors(await noor.act("text", text="x" * 70_000)) == ["too-long"]
    assert await still_answers(noor)


async def test_a_frame_beyond_all_bounds_only_costs_the_socket(noor: Chat, client: Client) -> None:
    await noor.hello()
    await noor.act("choice", value="yes")
    await noor.socket.send_str("x" * (serving.LARGEST_READ + 1))
    while (await noor.socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
        pass
    async with chatting(client) as again:
        told = await again.hello(resume=noor.token, after=noor.last_seq)
        assert told[0]["type"] == "welcome"
        assert (await again.act("choice", value="me"))[0]["type"] == "ack"


async def test_a_text_that_is_too_long_comes_back_and_a_part_of_it_is_taken(noor: Chat) -> None:
    await noor.hello()
    assert errors(await noor.act("text", text="a" * 12_001)) == ["too-long"]
    assert (await noor.act("text", text="a" * 12_000))[0]["type"] == "ack"


async def test_letters_of_every_kind_come_back_as_they_were(noor: Chat, client: Client) -> None:
    words = "وہ 🕊 \u202e reversed \x00 & <b>"
    await noor.hello()
    assert (await noor.act("text", text=words))[0]["type"] == "ack"
    async with chatting(client) as again:
        told = await again.hello(resume=noor.token, after=0)
        assert words in [f.get("text") for f in told]


async def test_twenty_mistakes_close_the_socket_and_not_the_talk(
    noor: Chat, client: Client
) -> None:
    await noor.hello()
    for _ in range(wire.MOST_MISTAKES):
        await noor.socket.send_str("nonsense")
    await noor.settled()
    assert noor.socket.closed
    async with chatting(client) as again:
        assert (await again.hello(resume=noor.token, after=0))[0]["type"] == "welcome"


async def test_an_unknown_tenant_is_not_there(client: Client) -> None:
    for path in ("/c/nowhere", "/c/nowhere/exit", "/c/nowhere/words/en.json", "/staff/nowhere"):
        assert (await client.get(path, allow_redirects=False)).status == 404, path
    assert (await client.post("/c/nowhere")).status == 404
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/ws/chat/nowhere")
    assert refused.value.status == 404


async def test_a_forged_token_opens_nothing_and_a_new_talk_may_begin(noor: Chat) -> None:
    for token in ("forged", "A" * 43, "x" * 5000, "\u0663" * 43):
        assert errors(await noor.hello(resume=token, after=0)) == ["resume-unknown"]
    assert (await noor.hello())[0]["type"] == "welcome"


async def test_another_tenants_token_opens_nothing(noor: Chat, client: Client) -> None:
    await noor.hello()
    async with chatting(client, tenant=LANTERN) as other:
        assert errors(await other.hello(resume=noor.token, after=0)) == ["resume-unknown"]


async def test_another_browser_cannot_go_on_with_a_token(noor: Chat, house: House) -> None:
    async with served(house) as mine, served(house) as theirs:
        origin = {"Origin": f"http://{mine.host}:{mine.port}"}
        await mine.get(f"/c/{HARBOUR}")
        async with chatting(mine, headers=origin) as page:
            await page.hello()
            token = page.token
        await theirs.get(f"/c/{HARBOUR}")
        origin = {"Origin": f"http://{theirs.host}:{theirs.port}"}
        async with chatting(theirs, headers=origin) as page:
            assert errors(await page.hello(resume=token, after=0)) == ["resume-unknown"]


@pytest.mark.parametrize(
    "hello",
    [
        {"resume": 7},
        {"language": ["en"]},
        {"resume": "x", "after": -1},
        {"resume": "x", "after": "3"},
        {"resume": "x", "after": True},
    ],
)
async def test_a_hello_that_is_wrong_is_refused_and_a_right_one_taken(
    noor: Chat, hello: Frame
) -> None:
    assert errors(await noor.hello(**hello)) in (["hello-first"], ["malformed"])
    assert (await noor.hello())[0]["type"] == "welcome"


async def test_whoever_does_not_say_hello_first_is_told_so(noor: Chat) -> None:
    assert errors(await noor.act("text", text="hello?")) == ["hello-first"]


async def test_resuming_after_the_end_sends_nothing_twice(noor: Chat, client: Client) -> None:
    await noor.hello()
    async with chatting(client) as again:
        told = await again.hello(resume=noor.token, after=10**12)
        assert [f["type"] for f in told] == ["welcome", "status", "presence"]
        assert (await again.act("choice", value="yes"))[0]["seq"] == noor.last_seq + 1


@pytest.mark.parametrize(
    "origin", ["https://example.org", "null", "http://[", "http://127.0.0.1:1", "nonsense"]
)
async def test_a_foreign_page_is_refused(client: Client, origin: str) -> None:
    await client.get(f"/c/{HARBOUR}")
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect(f"/ws/chat/{HARBOUR}", headers={"Origin": origin})
    assert refused.value.status == 403
    posted = await client.post(f"/c/{HARBOUR}", data={"do": "begin"}, headers={"Origin": origin})
    assert posted.status == 403


async def test_a_page_without_its_cookie_is_refused_and_with_it_served(client: Client) -> None:
    own = {"Origin": f"http://{client.host}:{client.port}"}
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect(f"/ws/chat/{HARBOUR}", headers=own)
    assert refused.value.status == 403
    await client.get(f"/c/{HARBOUR}")
    async with chatting(client, headers=own) as page:
        assert (await page.hello())[0]["type"] == "welcome"


async def test_a_flood_is_slowed_down_and_nothing_of_it_is_lost(
    noor: Chat, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No time passes for the bucket, so that a slow machine does not refill it between two frames.
    stands_still = monotonic()
    monkeypatch.setattr(pace, "monotonic", lambda: stands_still)
    monkeypatch.setattr(pace, "RATE", 1000.0)
    monkeypatch.setattr(house.settings, "rate_limits", "on")
    await noor.hello()
    ids = [str(uuid4()) for _ in range(60)]
    for number, id in enumerate(ids):
        await noor.put({"type": "text", "id": id, "text": f"line {number} of many"})
    # A ping is answered before the flood: while that waits, the server reads ahead of it.
    await noor.until("ack", id=ids[-1])
    assert errors(noor.seen) == ["slow-down"]
    assert [f["id"] for f in noor.seen if f["type"] == "ack"] == ids
