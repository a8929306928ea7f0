"""What is logged, counted and answered in trouble: codes, and not a word of what anybody said."""

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from uuid import uuid4

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.door import Door
from bot.house import House
from bot.logs import set_up_logs
from flows.screening import Screener
from handoff.desk import Claim, Move, Reply
from handoff.intake import with_intake_of
from handoff.transcript import Seq
from tests.house import HARBOUR, Chat, chatting, on_shift

Client = TestClient[web.Request, web.Application]
PAGE = "/c/llr"

SAID, CONTACT, STAFF, ADDRESS = "canary-kestrel", "07700 900142", "canary-plover", "canary-wren"
CANARIES = (SAID, CONTACT, CONTACT.replace(" ", ""), STAFF, ADDRESS, SAID.upper())
FAVOURITES = ("call", "me", "yes")


@dataclass(slots=True)
class Ear:
    """Hears the logs of a serving process, and whatever else is written."""

    logs: StringIO
    rest: pytest.CaptureFixture[str]

    def heard(self) -> str:
        """All of it, which must be something."""
        gc.collect()
        out, err = self.rest.readouterr()
        assert self.logs.getvalue()
        return self.logs.getvalue() + out + err


@pytest.fixture
def ear(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """Logs as a serving process sets them up, at their most talkative."""
    root, logs = logging.getLogger(), StringIO()
    others, level, is_loud = root.handlers[:], root.level, logging.raiseExceptions
    root.handlers = []
    with monkeypatch.context() as written:
        written.setattr(sys, "stderr", logs)
        set_up_logs("debug")
    own, root.handlers = root.handlers[:], [*root.handlers, *others]
    yield Ear(logs, capsys)
    for handler in own:
        root.removeHandler(handler)
    root.level, logging.raiseExceptions = level, is_loud
    structlog.reset_defaults()


def no_canary_in(*texts: str) -> None:
    for text in texts:
        for canary in CANARIES:
            assert canary not in text


async def answer(noor: Chat) -> None:
    """Answer whatever is asked: with words and a number where they are wanted."""
    asked = noor.messages[-1]
    values = [choice["value"] for choice in asked.get("choices", ())]
    if asked["expects"] == "text":
        await noor.act("text", text=f"{CONTACT} {SAID}")
    elif asked["expects"] == "any":
        await noor.act("choices", values=values[:1])
    else:
        value = next((v for v in FAVOURITES if v in values), values[0] if values else "")
        await noor.act("choice", value=value)


async def whole_talk(noor: Chat, house: House) -> None:
    """From the first question to a worker's reply, with a contact in it."""
    await noor.hello()
    for _ in range(40):
        if noor.messages[-1]["expects"] == "nothing":
            break
        await answer(noor)
    await noor.act("text", text=f"{SAID} he has a knife")
    store = house.tenancies[HARBOUR].store
    (case,) = await store.cases(house.tenancies[HARBOUR].queues, limit=9)
    talk = await store.conversation(case.conversation)
    assert talk is not None
    assert CONTACT in str(with_intake_of(house.tenancies[HARBOUR].edition, talk, case).intake)
    amira = await on_shift(house, "amira")
    for step in (Claim(), Reply(f"I am here, {STAFF}")):
        await house.door.move(HARBOUR, Move(str(uuid4()), case.reference, amira, step))
    await noor.settled()
    assert any(STAFF in str(frame) for frame in noor.messages)


async def mistakes(noor: Chat) -> list[str]:
    """What no page would send; the answers to it."""
    first = len(noor.seen)
    for raw in (
        f"{SAID} is no JSON",
        json.dumps({"type": SAID, "id": str(uuid4())}),
        json.dumps({"type": "text", "id": str(uuid4()), "text": [SAID]}),
        json.dumps({"type": "text", "id": str(uuid4()), "text": SAID * 2000}),
        json.dumps({"type": "choice", "id": str(uuid4()), "value": [SAID]}),
        json.dumps({"type": "text", "id": SAID, "text": SAID}),
    ):
        await noor.socket.send_str(raw)
        await noor.settled()
    id = str(uuid4())
    for text in (SAID, f"{SAID} and other words"):
        await noor.act("text", id=id, text=text)
    errors = [frame for frame in noor.seen[first:] if frame["type"] == "error"]
    assert len(errors) >= 6
    # Which frame it was is told by its own id, which is the page's.
    return [json.dumps({k: v for k, v in e.items() if k != "id"}) for e in errors]


async def wrong_requests(client: Client) -> list[str]:
    """Addresses, forms and sign-ins with canaries in them; the answers."""
    sign_in = {"name": STAFF, "password": STAFF, "code": "000000"}
    form = {"talk": SAID, "id": SAID, "text": SAID, "lang": SAID}
    asked = [
        client.get(f"/{SAID}"),
        client.get(f"/c/{SAID}"),
        client.get(f"{PAGE}/words/{SAID}.json"),
        client.get(f"/staff/llr/cases/{SAID}"),
        client.get(f"/metrics?{SAID}", headers={"Authorization": f"Bearer {SAID}"}),
        client.post(PAGE, data=form),
        client.post(PAGE, data=b"\x00" + SAID.encode(), headers={"Content-Type": "multipart/form"}),
        client.post("/staff/llr/sign-in", data=sign_in, headers={"Origin": f"http://{ADDRESS}"}),
    ]
    return [await response.text() for response in await asyncio.gather(*asked)]


async def test_a_whole_talk_leaves_no_word_in_logs_metrics_or_errors(
    client: Client, noor: Chat, house: House, ear: Ear
) -> None:
    await whole_talk(noor, house)
    errors = await mistakes(noor)
    answers = await wrong_requests(client)
    told = [await (await client.get(path)).text() for path in ("/metrics", "/readyz", "/healthz")]
    structlog.get_logger().error("something")  # The ear itself must hear.
    no_canary_in(ear.heard(), *errors, *told, *answers[:5], answers[-1])


def fail(*_: object, **__: object) -> None:
    raise ValueError(f"{SAID} {CONTACT} {ADDRESS}")


async def fail_at_once() -> None:
    fail()


async def test_what_breaks_is_told_without_the_words_that_broke_it(
    client: Client, noor: Chat, house: House, ear: Ear
) -> None:
    await noor.hello()
    store = house.tenancies[HARBOUR].store
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Screener, "screen", fail)
        await noor.act("text", text=SAID)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(store, "commit", fail)
        await noor.act("text", text=SAID)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(house.stores, "check", fail_at_once)
        broken.setattr(store, "cases", fail)
        answers = [await (await client.get(path)).text() for path in ("/readyz", "/metrics")]
    await client.get(PAGE)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Door, "open", fail)
        begun = await client.post(PAGE, data={"do": "begin", "lang": "en"})
        assert begun.status == 500
        answers.append(await begun.text())
    told = ear.heard()
    for event in ("turn-failed", "socket-failed", "not-ready", "waiting-unread", "request-failed"):
        assert event in told
    no_canary_in(told, *answers)
    for line in told.splitlines():
        assert json.loads(line)


async def test_a_page_that_cannot_be_told_is_let_go_without_a_word(
    client: Client, noor: Chat, house: House, ear: Ear
) -> None:
    await noor.hello()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Door, "talk", fail)
        async with chatting(client) as other:
            await other.hello(resume=noor.token, after=Seq(0))
        await noor.settled()
    told = ear.heard()
    assert "-failed" in told
    no_canary_in(told)


async def test_a_task_that_fails_unheard_is_named_by_its_class(
    ear: Ear,
) -> None:
    async def forgotten() -> None:
        fail()

    task = asyncio.create_task(forgotten())
    await asyncio.wait({task})
    del task
    told = ear.heard()
    assert "ValueError" in told
    no_canary_in(told)


def test_libraries_are_heard_by_their_name_alone(ear: Ear) -> None:
    logging.getLogger("aiohttp.server").warning("quoting %s", SAID)
    logging.getLogger("sqlalchemy.engine").info("INSERT %s", CONTACT)
    told = ear.heard()
    assert json.loads(told) == {"library": "aiohttp.server", "level": "warning"}


def test_a_log_that_cannot_be_written_quotes_nothing_instead(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would say what it could not write, with its arguments."""
    own = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    monkeypatch.setattr(own, "format", fail)
    logging.getLogger("aiohttp.server").warning("quoting %s", SAID)
    structlog.get_logger().error("something")
    no_canary_in(ear.heard())
