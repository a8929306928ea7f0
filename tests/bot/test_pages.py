"""The visitor's page over HTTP: the same bytes for everybody, plain forms, leaving, and headers."""

import re

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from bot.house import House
from bot.middleware import HEADERS
from flows.conversation import Ended
from handoff.desk import Claim, Move, Reply, Step
from tests.house import HARBOUR, chatting, on_shift

Client = TestClient[web.Request, web.Application]

PAGE = f"/c/{HARBOUR}"


def hidden(body: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', body)
    assert found is not None, name
    return found[1]


async def post(
    client: Client, body: str = "", *, status: int = 200, **more: str | list[str]
) -> str:
    """Press something on a page; the page that follows."""
    kept = {n: hidden(body, n) for n in ("lang", "talk", "id")} if body else {"lang": "en"}
    fields = list(kept.items())
    for key, value in more.items():
        fields += [(key, each) for each in ([value] if isinstance(value, str) else value)]
    answer = await client.post(PAGE, data=fields)
    assert answer.status == status
    return await answer.text()


async def begun(client: Client) -> str:
    await client.get(PAGE)
    return await post(client, do="begin")


async def test_the_neutral_page_is_the_same_for_everybody(client: Client) -> None:
    stranger = await (await client.get(PAGE)).text()
    await post(client, await begun(client), choice="yes")
    returned = await (await client.get(PAGE)).text()
    assert stranger == returned
    client.session.cookie_jar.clear()
    assert await (await client.get(PAGE)).text() == stranger


async def test_every_page_carries_one_cookie_that_no_script_sees(client: Client) -> None:
    for answer in (await client.get(PAGE), await client.post(PAGE, data={"do": "begin"})):
        (cookie,) = answer.cookies.values()
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["expires"]
        assert not cookie["max-age"]


async def test_the_language_is_the_browsers_or_the_one_asked_for(client: Client) -> None:
    polish = await client.get(PAGE, headers={"Accept-Language": "pl-PL,en;q=0.5"})
    assert '<html lang="pl" dir="ltr"' in await polish.text()
    urdu = await client.get(f"{PAGE}?language=ur", headers={"Accept-Language": "pl"})
    assert '<html lang="ur" dir="rtl"' in await urdu.text()
    unknown = await client.get(f"{PAGE}?language=xx", headers={"Accept-Language": "xx"})
    assert '<html lang="en" dir="ltr"' in await unknown.text()
    assert '<html lang="ur"' in await post(client, language="ur")


async def test_a_talk_goes_on_by_plain_forms(client: Client, house: House) -> None:
    body = await begun(client)
    assert "Is it all right for you to write here now?" in body
    body = await post(client, body, choice="yes")
    body = await post(client, body, text="I am, for myself")
    assert "Is anyone in danger right now?" in body
    body = await post(client, body, do="back")
    assert "Who is typing?" in body
    body = await post(client, body, choice="me")
    body = await post(client, body, choice="yes")
    assert "999" in body
    tenancy = house.tenancies[HARBOUR]
    (case,) = await tenancy.store.cases(tenancy.queues, limit=5)
    assert case.urgency.is_emergency


async def test_a_form_that_is_posted_twice_counts_once(client: Client, house: House) -> None:
    body = await post(client, await begun(client), choice="yes")
    first = await post(client, body, choice="me")
    again = await post(client, body, choice="me")
    strip = re.compile(r'name="id" value="[^"]*"')
    assert strip.sub("", first) == strip.sub("", again)


async def test_another_answer_from_the_same_page_is_kept_and_not_taken_for_a_repeat(
    client: Client,
) -> None:
    body = await post(client, await begun(client), choice="yes")
    await post(client, body, choice="me")
    late = await post(client, body, choice="made-to")
    assert "after the question had changed" in late


async def test_a_text_that_is_too_long_says_so_and_keeps_the_talk(client: Client) -> None:
    body = await post(client, await begun(client), choice="yes")
    body = await post(client, body, text="a" * 12_001)
    assert "too long to send at once" in body
    assert "a" * 12_001 in body
    assert "Who is typing?" in body


async def test_a_form_without_a_live_talk_gets_the_neutral_page(client: Client) -> None:
    neutral = await (await client.get(PAGE)).text()
    forged = await client.post(PAGE, data={"lang": "en", "talk": "forged", "id": "1", "text": "x"})
    assert await forged.text() == neutral
    body = await begun(client)
    client.session.cookie_jar.clear()
    assert await post(client, body, choice="yes") == neutral


async def test_a_worker_is_read_by_looking_again(client: Client, house: House) -> None:
    body = await post(client, await begun(client), choice="yes")
    amira = await on_shift(house, "amira")
    tenancy = house.tenancies[HARBOUR]
    (case,) = await tenancy.store.cases(tenancy.queues, limit=5)
    steps: tuple[Step, ...] = (Claim(), Reply("I am <Amira> & here."))
    for number, step in enumerate(steps):
        await house.door.move(HARBOUR, Move(str(number), case.reference, amira, step))
    body = await post(client, body, do="look")
    assert "I am &lt;Amira&gt; &amp; here." in body
    assert "A person is here." in body


async def test_a_quiet_page_shows_only_that_it_is_quiet(client: Client) -> None:
    body = await post(client, await begun(client), choice="no")
    assert "This page is quiet now." in body
    assert "Is it all right" not in body
    assert "999" not in body
    assert "Who is typing?" in await post(client, body, choice="carry-on")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_leaving_ends_every_talk_and_empties_the_cookie(
    client: Client, house: House, method: str
) -> None:
    body = await post(client, await begun(client), choice="yes")
    own = {"Origin": f"http://{client.host}:{client.port}"}
    async with chatting(client, headers=own) as page:
        await page.hello()
        left: ClientResponse = await client.request(method, f"{PAGE}/exit", allow_redirects=False)
        assert left.status == (303 if method == "GET" else 204)
        assert left.cookies["n"].value == ""
        # The other page's line is closed; when it comes back there is no such talk.
        await page.settled_after_death()
        assert page.socket.closed
    neutral = await (await client.get(PAGE)).text()
    assert await post(client, body, choice="me") == neutral
    tenancy = house.tenancies[HARBOUR]
    cases = await tenancy.store.cases(tenancy.queues, limit=5)
    assert [case.ended for case in cases] == [Ended.EXIT]


async def test_leaving_works_without_a_talk_and_twice(client: Client, house: House) -> None:
    for _ in range(2):
        left = await client.get(f"{PAGE}/exit", allow_redirects=False)
        assert left.status == 303
        assert left.headers["Location"] == house.tenancies[HARBOUR].tenant.leave_to


async def test_leaving_works_when_the_store_does_not(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("words that must not be seen")

    await begun(client)
    monkeypatch.setattr(house.tenancies[HARBOUR].store, "conversations_on", broken)
    left = await client.get(f"{PAGE}/exit", allow_redirects=False)
    assert left.status == 303


async def test_every_answer_carries_the_headers_and_says_nothing_of_its_causes(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.webchat.page.render_page", None)
    broken = await client.get(PAGE)
    assert broken.status == 500
    assert await broken.text() == "Something went wrong here. Please try again.\n"
    for answer in (
        broken,
        await client.get("/c/nowhere"),
        await client.put(PAGE),
        await client.get("/healthz"),
        await client.get("/page/page.js"),
    ):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.url, name)


async def test_the_widget_may_be_loaded_from_anywhere_and_nothing_else(client: Client) -> None:
    widget = await client.get("/widget/v1.js")
    assert widget.headers["Access-Control-Allow-Origin"] == "*"
    assert widget.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Origin" not in (await client.get(PAGE)).headers


async def test_the_pages_words_come_in_the_tenants_languages_only(client: Client) -> None:
    urdu = await (await client.get(f"{PAGE}/words/ur.json")).json()
    english = await (await client.get(f"{PAGE}/words/en.json")).json()
    assert urdu.keys() == english.keys()
    assert urdu["page.skip"] != english["page.skip"]
    assert (await client.get(f"{PAGE}/words/xx.json")).status == 404
