"""Signing in and out: three things at once, one answer for whatever is wrong, and no way round."""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from bot.console.accounts import make_account
from bot.console.sign_in import NO_MATCH
from bot.console.slow_down import MOST_AT_ONCE, Crowded, Key, SlowDown
from bot.passwords import Passwords
from tests.console.conftest import HARBOUR, LANTERN, PASSWORD, QUICK, Clock, Desk, Harbour, Visitor

AT_DESK = Key(HARBOUR, "amira", "192.0.2.1")

HEADERS = ("Origin", "Sec_Fetch_Site", "X_Forwarded_For", "X_Forwarded_Proto")


async def post(harbour: Harbour, path: str = "sign-in", **form: str):  # type: ignore[no-untyped-def]
    headers = {k.replace("_", "-"): form.pop(k) for k in HEADERS if k in form}
    return await harbour.browser().post(
        f"/staff/{HARBOUR}/{path}", data=form, headers=headers, allow_redirects=False
    )


async def test_signing_in_sets_a_narrow_cookie_and_begins_the_shift(harbour: Harbour) -> None:
    answer = await post(harbour, name="amira", password=PASSWORD, code=harbour.code("amira"))
    cookie = answer.cookies["staff"]
    assert answer.status == 303
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/staff/harbour"
    assert not cookie["secure"]
    staff = await harbour.store.staff(harbour.account("amira").staff.id)
    assert staff is not None
    assert staff.is_on_shift(harbour.clock.now)


async def test_behind_https_the_cookie_is_secure_whatever_the_proxy_says(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harbour.house.settings, "is_behind_https", True)
    form = {"name": "amira", "password": PASSWORD, "code": harbour.code("amira")}
    for headers in ({}, {"X_Forwarded_Proto": "http"}):
        answer = await post(harbour, **form, **headers)
        assert answer.cookies["staff"]["secure"]
        harbour.clock.move(seconds=30)
        form["code"] = harbour.code("amira")


async def test_the_token_itself_is_nowhere_in_the_database(harbour: Harbour) -> None:
    answer = await post(harbour, name="amira", password=PASSWORD, code=harbour.code("amira"))
    token = answer.cookies["staff"].value
    assert len(token) >= 43
    url = harbour.house.settings.database_url.removeprefix("sqlite:///")
    for name in (url, f"{url}-wal"):
        with open(name, "rb") as file:  # noqa: ASYNC230, PTH123
            assert token.encode() not in file.read()


@pytest.mark.parametrize(
    "wrong", [{"name": "nobody"}, {"password": "wrong"}, {"code": "000000"}, {"code": ""}]
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    harbour: Harbour, wrong: dict[str, str]
) -> None:
    form = {"name": "amira", "password": PASSWORD, "code": harbour.code("amira")} | wrong
    answer = await post(harbour, **form)
    text = await answer.text()
    assert answer.status == 401
    assert NO_MATCH in text
    assert "staff" not in answer.cookies
    named = text.replace(form["name"], "amira")
    usual = await (await post(harbour, name="amira", password="no", code="1")).text()
    assert named == usual


async def test_an_unknown_name_costs_a_password_check_too(harbour: Harbour) -> None:
    checked: list[str | None] = []

    class Counting(Passwords):
        async def verify(self, password: str, stored: str | None) -> bool:
            checked.append(stored)
            return await super().verify(password, stored)

    from bot.console.visit import CONSOLE

    app = harbour.server.app  # type: ignore[attr-defined]
    app._state[CONSOLE] = replace(app[CONSOLE], passwords=Counting(QUICK))  # noqa: SLF001
    await post(harbour, name="nobody", password="x", code="1")
    await post(harbour, name="amira", password="x", code="1")
    assert checked[0] is None
    assert len(checked) == 2


async def test_a_code_is_spent_once(harbour: Harbour) -> None:
    form = {"name": "amira", "password": PASSWORD, "code": harbour.code("amira")}
    assert (await post(harbour, **form)).status == 303
    assert (await post(harbour, **form)).status == 401


async def test_a_code_from_a_slow_clock_is_taken_and_an_old_one_is_not(harbour: Harbour) -> None:
    form = {"name": "amira", "password": PASSWORD, "code": harbour.code("amira")}
    harbour.clock.move(seconds=90)
    assert (await post(harbour, **form)).status == 401
    harbour.clock.move(seconds=-60)
    assert (await post(harbour, **form)).status == 303


async def test_harbours_session_opens_nothing_at_lantern(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    token = amira.client.session.cookie_jar.filter_cookies(
        harbour.server.make_url("/staff/harbour")
    )["staff"].value
    headers = {"Cookie": f"staff={token}"}
    answer = await harbour.browser().get(
        f"/staff/{LANTERN}", headers=headers, allow_redirects=False
    )
    assert answer.status == 303
    assert answer.headers["Location"] == "/staff/lantern/sign-in"


async def test_an_unknown_tenant_is_not_found(harbour: Harbour) -> None:
    for path in ("/staff/nowhere", "/staff/nowhere/sign-in", "/staff/nowhere/cases/7KM4-RDTX"):
        assert (await harbour.browser().get(path)).status == 404


async def test_a_password_is_hashed_anew_when_the_parameters_change(harbour: Harbour) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    account = make_account("gwen", PASSWORD, [], hasher=old)
    await harbour.store.save_account(account)
    harbour.accounts[HARBOUR, "gwen"] = account
    form = {"name": "gwen", "password": PASSWORD, "code": harbour.code("gwen")}
    assert (await post(harbour, **form)).status == 303
    kept = await harbour.store.account("gwen")
    assert kept is not None
    assert kept.password_hash != account.password_hash
    assert not QUICK.check_needs_rehash(kept.password_hash)


async def test_a_session_ends_after_an_hour_without_a_hand_at_it(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    harbour.clock.move(minutes=50)
    assert (await amira.get()).status == 200
    harbour.clock.move(minutes=50)
    assert (await amira.get()).status == 200
    harbour.clock.move(minutes=61)
    assert (await amira.get()).status == 303


async def test_fragments_keep_no_session_awake(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    for _ in range(3):
        harbour.clock.move(minutes=25)
        answer = await amira.get("/queue")
    assert answer.status == 401


async def test_a_session_ends_after_twelve_hours_whatever_is_done(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    for _ in range(14):
        harbour.clock.move(minutes=50)
        await amira.get()
    harbour.clock.move(minutes=21)
    assert (await amira.get()).status == 303


async def test_signing_out_ends_the_session_and_the_shift(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    answer = await amira.post("/sign-out")
    assert answer.status == 303
    assert (await amira.get()).status == 303
    staff = await harbour.store.staff(harbour.account("amira").staff.id)
    assert staff is not None
    assert staff.shift_seen_at is None


async def test_a_shift_can_be_ended_and_begun_again(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    await amira.post("/shift", {"do": "end"})
    assert "Start my shift" in await amira.read()
    await amira.post("/shift", {"do": "start"})
    assert "End my shift" in await amira.read()


async def test_what_is_done_at_the_desk_keeps_the_shift_and_begins_none(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    harbour.clock.move(minutes=30)
    await amira.get()
    assert [s.name for s in await on_shift(harbour)] == ["amira"]
    await amira.post("/shift", {"do": "end"})
    await amira.get()
    assert await on_shift(harbour) == []


async def on_shift(harbour: Harbour):  # type: ignore[no-untyped-def]
    return await harbour.house.tenancies[HARBOUR].on_shift(harbour.clock.now)


async def test_a_manager_signs_in_to_no_desk_and_is_not_on_shift(harbour: Harbour) -> None:
    mo = await harbour.sign_in("mo")
    answer = await mo.get()
    assert answer.status == 403
    assert "not-permitted" in await answer.text()
    assert await on_shift(harbour) == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "http://["},
     {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)  # fmt: skip
async def test_a_form_from_elsewhere_signs_nobody_in(
    harbour: Harbour, headers: dict[str, str]
) -> None:
    form = {"name": "amira", "password": PASSWORD, "code": harbour.code("amira")} | headers
    answer = await post(harbour, **form)
    assert answer.status == 403
    assert "staff" not in answer.cookies


async def test_words_from_elsewhere_are_not_echoed(harbour: Harbour) -> None:
    answer = await post(harbour, "keep", text="canary words", Origin="https://elsewhere.example")
    assert answer.status == 403
    assert "canary" not in await answer.text()


async def test_a_reply_in_an_ended_session_comes_back_after_signing_in_and_is_not_sent(
    harbour: Harbour, in_danger: Visitor
) -> None:
    reference = in_danger.reference
    amira = await harbour.sign_in("amira")
    await amira.claim(reference)
    csrf = await amira.csrf()
    harbour.clock.move(hours=2)
    before = await harbour.case(reference)
    path = f"/staff/harbour/cases/{reference}/reply"
    form = {"csrf": csrf, "id": "move-000001", "text": "Half a <thought>"}
    answer = await amira.client.post(path, data=form, allow_redirects=False)
    page = await answer.text()
    assert answer.status == 401
    assert "Half a &lt;thought&gt;" in page
    back = await post(
        harbour,
        name="amira",
        password=PASSWORD,
        code=harbour.code("amira"),
        reference=reference,
        text="Half a <thought>",
    )
    page = await back.text()
    assert back.status == 200
    assert "Half a &lt;thought&gt;</textarea>" in page
    assert f"/cases/{reference}/reply" in page
    assert (await harbour.case(reference)).version == before.version


async def test_a_form_of_an_earlier_session_does_nothing_and_keeps_the_words(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira: Desk = await harbour.sign_in("amira")
    await amira.claim(in_danger.reference)
    answer = await amira.reply(in_danger.reference, "Not lost", csrf="of-yesterday")
    page = await answer.text()
    assert answer.status == 409
    assert "stale" in page
    assert "Not lost</textarea>" in page
    lines = await harbour.store.lines((await harbour.case(in_danger.reference)).conversation)
    assert "Not lost" not in [line.text for line in lines]


async def test_failures_behind_the_proxy_slow_down_nobody_who_comes_from_elsewhere(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harbour.house.settings, "is_behind_https", True)
    monkeypatch.setattr(harbour.house.settings, "rate_limits", "on")
    held: list[float] = []

    async def hold(seconds: float) -> None:
        held.append(seconds)

    monkeypatch.setattr("bot.console.sign_in.sleep", hold)
    for forwarded in ["198.51.100.7"] * 6 + ["9.9.9.9, 198.51.100.7", "192.0.2.4"]:
        await post(harbour, name="amira", password="no", code="1", X_Forwarded_For=forwarded)
    # What stands before the proxy's own word anybody can write; whoever is elsewhere waits less.
    assert held == [1, 2, 4, 8]


def test_attempts_are_held_longer_and_longer_and_never_for_good(clock: Clock) -> None:
    slow_down = SlowDown()
    holds = []
    for _ in range(40):
        with slow_down.attempt(AT_DESK, clock.now) as hold:
            holds.append(hold)
    assert holds[:3] == [timedelta(0)] * 3
    assert holds[5] > holds[4] > holds[3]
    assert max(holds) == timedelta(seconds=30)
    with slow_down.attempt(AT_DESK._replace(address="192.0.2.2"), clock.now) as elsewhere:
        assert elsewhere <= timedelta(seconds=3)
    clock.move(minutes=16)
    with slow_down.attempt(AT_DESK, clock.now) as later:
        assert later == timedelta(0)


def test_many_attempts_at_once_do_not_slip_through_together(clock: Clock) -> None:
    from contextlib import ExitStack

    slow_down = SlowDown()
    with ExitStack() as held:
        holds = [
            held.enter_context(slow_down.attempt(AT_DESK, clock.now)) for _ in range(MOST_AT_ONCE)
        ]
        assert holds[-1] > timedelta(seconds=10)
        with pytest.raises(Crowded), slow_down.attempt(AT_DESK, clock.now):
            pass
        with slow_down.attempt(AT_DESK._replace(address="192.0.2.9"), clock.now):
            pass


def test_success_forgives_a_persons_own_attempts(clock: Clock) -> None:
    slow_down = SlowDown()
    for _ in range(8):
        with slow_down.attempt(AT_DESK, clock.now):
            pass
    slow_down.forget(AT_DESK)
    with slow_down.attempt(AT_DESK, clock.now) as hold:
        assert hold == timedelta(0)


def test_failures_at_one_tenant_slow_down_nobody_of_another(clock: Clock) -> None:
    slow_down = SlowDown()
    for _ in range(40):
        with slow_down.attempt(AT_DESK, clock.now) as hold:
            pass
    assert hold > timedelta(0)
    with slow_down.attempt(AT_DESK._replace(tenant=LANTERN), clock.now) as elsewhere:
        assert elsewhere == timedelta(0)
