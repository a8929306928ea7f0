"""Who is on call: kept by a supervisor or manager, sealed, tested each shift, called in turn."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.calling import Call, HttpCaller, LogCaller, NotPlaced, caller_of
from bot.house import HOUSE
from bot.ladder import Ladder
from bot.on_call import rota
from bot.settings import Settings, SettingsMistakeError
from handoff.on_call import (
    Duty,
    NoName,
    NoNumber,
    NoSpan,
    make_duty,
    on_call_at,
    read_duty,
    whom_to_call,
)
from tests.console.climbing import Telephone, look
from tests.console.conftest import HARBOUR, Desk, Harbour, Visitor
from tests.handoff.cast import NOW

HOUR = timedelta(hours=1)
NUMBER = "07700 900 123"
FORM = {"who": "Mo", "number": NUMBER, "from": "2026-11-24T08:00", "until": "2026-11-25T08:00"}


def duty(id: str = "one", *, begins: int = -1, ends: int = 1) -> Duty:
    return make_duty(id, "Mo", NUMBER, (NOW + begins * HOUR, NOW + ends * HOUR), NOW)


class TestTheRota:
    def test_it_is_kept_as_it_was_made(self) -> None:
        made = replace(duty(), tested_at=NOW)
        assert read_duty("one", made.content, 0) == made

    def test_no_number_stands_in_what_is_printed_of_it(self) -> None:
        assert "900" not in repr(duty())

    @pytest.mark.parametrize("number", ["", "12", "call me", "+44 7700 900123 ext 4", "0" * 16])
    def test_what_is_no_number_is_refused(self, number: str) -> None:
        with pytest.raises(NoNumber):
            make_duty("one", "Mo", number, (NOW, NOW + HOUR), NOW)

    @pytest.mark.parametrize(
        "span",
        [(NOW, NOW), (NOW + HOUR, NOW), (NOW - HOUR, NOW), (None, NOW), (NOW, None)],
    )
    def test_a_span_that_never_comes_is_refused(
        self, span: tuple[datetime | None, datetime | None]
    ) -> None:
        with pytest.raises(NoSpan):
            make_duty("one", "Mo", NUMBER, span, NOW)
        with pytest.raises(NoName):
            make_duty("one", " ", NUMBER, (NOW, NOW + HOUR), NOW)

    def test_each_on_call_now_is_called_in_turn(self) -> None:
        first, second = duty("b", begins=-2), duty("a")
        duties = [second, first, duty("later", begins=1, ends=2), duty("past", begins=-3)]
        duties[-1] = replace(duties[-1], ends_at=NOW)
        assert on_call_at(duties, NOW) == (first, second)
        assert [whom_to_call(duties, NOW, call) for call in (1, 2, 3)] == [first, second, first]
        assert whom_to_call([replace(first, is_withdrawn=True)], NOW, 1) is None


@pytest.fixture
def telephone(harbour: Harbour) -> Telephone:
    """The page's own house, with a provider that remembers."""
    telephone = Telephone()
    app = harbour.server.app  # type: ignore[attr-defined]
    app._state[HOUSE] = replace(harbour.house, caller=telephone)  # noqa: SLF001 - frozen once it serves.
    return telephone


@pytest.fixture
async def dev(harbour: Harbour) -> Desk:
    return await harbour.sign_in("dev")


async def only(harbour: Harbour) -> Duty:
    [known] = await rota(harbour.house.tenancies[HARBOUR])
    return known


class TestThePage:
    async def test_a_supervisor_puts_somebody_on_it_and_the_number_is_not_shown_again(
        self, harbour: Harbour, dev: Desk
    ) -> None:
        assert "Nobody is on call now." in await dev.read("/on-call")
        answer = await dev.post("/on-call", FORM)
        assert answer.status == 303
        page = await dev.read("/on-call")
        assert "On call now" in page
        assert "number ends in 23" in page
        assert NUMBER not in page
        assert "07700900123" not in page
        known = await only(harbour)
        assert (known.who, known.number) == ("Mo", "07700900123")

    async def test_what_was_written_is_kept_when_it_is_refused(self, dev: Desk) -> None:
        answer = await dev.post("/on-call", FORM | {"number": "call me", "who": "Nia & Mo"})
        page = await answer.text()
        assert answer.status == 409
        assert "no-number" in page
        assert 'value="Nia &amp; Mo"' in page

    async def test_a_test_is_sent_and_that_it_was_answered_is_recorded_by_a_person(
        self, harbour: Harbour, dev: Desk, telephone: Telephone
    ) -> None:
        await dev.post("/on-call", FORM)
        assert "Not tested this shift" in await dev.read("/on-call")
        id = (await only(harbour)).id
        await dev.post("/on-call/test", {"duty": id})
        assert len(telephone.calls) == 1
        assert "not answered yet" in await dev.read("/on-call")
        await dev.post("/on-call/answered", {"duty": id})
        assert "Tested, and answered" in await dev.read("/on-call")
        harbour.clock.move(hours=13)
        dev = await harbour.sign_in("dev")
        assert "Not tested this shift" in await dev.read("/on-call")
        rows = await harbour.store.audit_of("", limit=50)
        assert {"on-call-tested", "on-call-answered"} <= {row.action for row in rows}

    async def test_a_test_that_was_not_taken_is_not_said_to_be_sent(
        self, harbour: Harbour, dev: Desk, telephone: Telephone
    ) -> None:
        await dev.post("/on-call", FORM)
        telephone.is_down = True
        answer = await dev.post("/on-call/test", {"duty": (await only(harbour)).id})
        assert "not-called" in await answer.text()
        assert "Not tested this shift" in await dev.read("/on-call")

    async def test_whoever_is_taken_off_is_called_no_more(
        self, harbour: Harbour, dev: Desk
    ) -> None:
        await dev.post("/on-call", FORM)
        id = (await only(harbour)).id
        await dev.post("/on-call/withdraw", {"duty": id})
        assert (await only(harbour)).is_withdrawn
        assert "Nobody is on call now." in await dev.read("/on-call")
        assert "no-duty" in await (await dev.post("/on-call/test", {"duty": id})).text()

    async def test_only_who_keeps_it_finds_it(self, harbour: Harbour) -> None:
        for name in ("amira", "esther", "chloe", "farah"):
            desk = await harbour.sign_in(name)
            assert (await desk.get("/on-call")).status == 403
            assert "/on-call" not in await desk.read()

    async def test_a_manager_who_is_on_call_says_that_they_have_seen_it_and_sees_no_case(
        self, harbour: Harbour, in_danger: Visitor
    ) -> None:
        mo = await harbour.sign_in("mo")
        ladder = Ladder(harbour.house)
        assert "/on-call" in await (await mo.get()).text()
        assert "The helpline needs you" not in await mo.read("/on-call")
        harbour.clock.move(minutes=1)
        await look(harbour, ladder)
        page = await mo.read("/on-call")
        assert "The helpline needs you" in page
        assert in_danger.reference not in page
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "id": "seen-by-mo-1"}
        answer = await mo.client.post(
            f"/staff/{HARBOUR}/on-call/seen", data=form, allow_redirects=False
        )
        assert answer.status == 303
        assert "The helpline needs you" not in await mo.read("/on-call")
        [watch] = (await harbour.case(in_danger.reference)).watches
        assert watch.seen_by == harbour.account("mo").staff.id


class TestProviders:
    async def test_a_form_is_posted_once_under_its_key_and_says_nothing(self) -> None:
        taken: list[dict[str, str]] = []

        async def take(request: web.Request) -> web.Response:
            form = {key: str(value) for key, value in (await request.post()).items()}
            taken.append(form | {"key": request.headers["Idempotency-Key"]})
            return web.json_response({}, status=201)

        app = web.Application()
        app.router.add_post("/calls", take)
        async with TestServer(app) as server:
            caller = HttpCaller(str(server.make_url("/calls")), "account", "token", "+440000")
            await caller.place(Call("a-key", "+447700900123"))
            missing = replace(caller, address=str(server.make_url("/nowhere")))
            with pytest.raises(NotPlaced, match="http-404"):
                await missing.place(Call("a-key", "+447700900123"))
        assert taken == [
            {
                "To": "+447700900123",
                "From": "+440000",
                "Body": "The helpline needs you.",
                "key": "a-key",
            }
        ]

    async def test_a_provider_that_is_not_there_is_told_of_without_a_number(self) -> None:
        caller = HttpCaller("http://127.0.0.1:9/calls", "account", "token", "+440000")
        with pytest.raises(NotPlaced) as told:
            await caller.place(Call("a-key", "+447700900123"))
        assert "900123" not in repr(told.value)
        assert "token" not in repr(caller)

    async def test_without_one_the_log_says_that_it_would_and_nothing_of_whom(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await LogCaller().place(Call("a-key", "+447700900123"))
        written = capsys.readouterr()
        assert "on-call-would-be-called" in written.out + written.err
        assert "900123" not in written.out + written.err

    def test_half_a_provider_or_an_open_line_is_refused_at_the_start(self, tmp_path: Path) -> None:
        assert isinstance(caller_of(Settings()), LogCaller)
        whole = Settings(
            call_url="https://calls.example/form",
            call_account="a",
            call_token=SecretStr("t"),
            call_from="+440000",
        )
        assert isinstance(caller_of(whole), HttpCaller)
        for broken in ({"call_from": ""}, {"call_url": "http://calls.example/form"}):
            with pytest.raises(SettingsMistakeError, match="CALL_"):
                caller_of(whole.model_copy(update=broken))
