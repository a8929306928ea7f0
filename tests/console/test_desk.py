"""The desk: who may know of what, what is shown of it, and the row that every reading leaves."""

import re

import pytest

from bot.console.gate import Bound
from bot.console.routes import ROUTES
from bot.console.visit import CONSOLE
from bot.middleware import HEADERS
from flows.events import LanguageChanged
from flows.urgency import Grade, Reason
from handoff.permissions import Permission
from storage.store import Change
from tests.console.conftest import HARBOUR, LANTERN, Desk, Harbour, Visitor


def group(page: str, title: str) -> str:
    """The part of the pane under one heading; empty where there is no such heading."""
    _, found, rest = page.partition(f">{title} <span")
    return rest.split("</section>")[0] if found else ""


def test_every_route_of_the_console_has_its_row(harbour: Harbour) -> None:
    rows = {(route.method, route.path) for route in ROUTES}
    app = harbour.server.app  # type: ignore[attr-defined]
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource and route.resource.canonical.startswith(("/staff", "/static/console"))
    }
    assert served == rows


async def test_every_answer_carries_the_houses_headers(harbour: Harbour) -> None:
    client = harbour.browser()
    for route in ROUTES:
        path = route.path.format(tenant=HARBOUR, reference="7KM4-RDTX", file="desk.css")
        answer = await client.request(route.method, path, allow_redirects=False)
        for name in set(HEADERS) - {"Cache-Control"}:
            assert answer.headers[name] == HEADERS[name], (path, name)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        if "/static/" not in path:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_the_stream_carries_them_too(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    answer = await amira.get("/live")
    assert answer.headers["Content-Type"] == "text/event-stream"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    answer.close()


async def test_nothing_but_public_pages_opens_without_a_session(
    harbour: Harbour, in_danger: Visitor
) -> None:
    client = harbour.browser()
    for route in ROUTES:
        path = route.path.format(tenant=HARBOUR, reference=in_danger.reference, file="desk.css")
        answer = await client.request(route.method, path, allow_redirects=False)
        assert "In danger now" not in await answer.text()
        if isinstance(route, Bound):
            assert answer.status in (303, 401), path
    assert await harbour.actions(in_danger.reference) == []


async def test_lantern_learns_nothing_of_harbours_case(
    harbour: Harbour, in_danger: Visitor
) -> None:
    stranger = await harbour.sign_in("dev", LANTERN)
    form = {"text": "x", "outcome": "left", "reason": "danger"}
    for route in ROUTES:
        if "{reference}" not in route.path:
            continue
        answers = []
        for reference in (in_danger.reference, "7KM4-RDTX"):
            path = route.path.format(tenant="", reference=reference).removeprefix("/staff/")
            is_post = route.method == "POST"
            answer = await (stranger.post(path, form) if is_post else stranger.get(path))
            answers.append((answer.status, await answer.text()))
        assert answers[0] == answers[1], route.path
        assert answers[0][0] == 404
    for path in ("", "/queue", f"/queue?open={in_danger.reference}"):
        assert in_danger.reference not in await stranger.read(path)
    assert await harbour.actions(in_danger.reference) == []


async def test_the_queue_stands_in_headed_groups_emergencies_first(
    harbour: Harbour, staffed: Desk
) -> None:
    answering = await (await harbour.visitor("a")).answers("yes", "me", "no", "me")
    left = await (await harbour.visitor("b")).answers("yes", "me", "no", "me")
    await left.leaves()
    held = await (await harbour.visitor("c")).answers("yes", "me", "no", "me")
    danger = await (await harbour.visitor("d")).answers("yes", "me", "yes")
    unsafe = await (await harbour.visitor("e")).answers("yes", "made-to")
    amira = await harbour.sign_in("amira")
    await amira.claim(held.reference)
    page = await amira.read("/queue")
    assert danger.reference in group(page, "Emergency")
    assert answering.reference in group(page, "Still answering questions")
    assert left.reference in group(page, "Left before the end")
    assert "You" in group(page, "With a worker")
    assert "Told what to write" in page
    assert "Not safe, page closed" in page
    assert unsafe.reference in page
    assert page.index(danger.reference) < page.index(answering.reference)


async def test_a_case_stands_there_from_the_first_answer_on(harbour: Harbour) -> None:
    amira = await harbour.sign_in("amira")
    visitor = await harbour.visitor()
    assert "Nobody is waiting" in await amira.read("/queue")
    await visitor.answers("yes")
    assert visitor.reference in await amira.read("/queue")
    assert (await amira.claim(visitor.reference)).status == 303


async def test_an_emergency_stays_one_when_they_have_left(
    harbour: Harbour, in_danger: Visitor
) -> None:
    await in_danger.leaves()
    amira = await harbour.sign_in("amira")
    page = await amira.read("/queue")
    assert in_danger.reference in group(page, "Emergency")
    assert "Has left" in page
    assert 'class="alarm"' in page


async def test_the_alarm_names_every_emergency_and_whoever_is_here_first(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    await in_danger.leaves()
    others = [await harbour.visitor(name) for name in ("mina", "asha", "leyla")]
    for other in others:
        await other.answers("yes", "me", "yes")
    here = others[-1]
    assert here.talk is not None
    with harbour.house.presence.visitor_at(HARBOUR, here.talk.id):
        named = re.findall(r'data-cases="([^"]+)"', await amira.read("/queue"))
    # Three have a link; a page that watches for new ones must know of the fourth too.
    told = named[0].split()
    assert told[:2] == [here.reference, in_danger.reference]
    assert set(told[2:]) == {other.reference for other in others[:2]}


async def test_a_worker_without_the_role_sees_nothing_of_the_using_abuse_queue(
    harbour: Harbour, using_abuse: Visitor
) -> None:
    for name in ("amira", "esther", "farah", "dev"):
        desk = await harbour.sign_in(name)
        assert using_abuse.reference not in await desk.read()
        assert (await desk.get(f"/cases/{using_abuse.reference}")).status == 404
        claimed = await desk.claim(using_abuse.reference)
        unknown = await desk.post("/cases/7KM4-RDTX/claim")
        assert (claimed.status, await claimed.text()) == (unknown.status, await unknown.text())
    chloe = await harbour.sign_in("chloe")
    assert using_abuse.reference in await chloe.read()


async def test_an_emergency_there_alarms_supervisors_and_safety_workers_alone(
    harbour: Harbour, using_abuse: Visitor
) -> None:
    # Nobody of that side is on shift, so danger is asked before anything else.
    await using_abuse.answers("yes")
    for name, sees in (("amira", False), ("esther", False), ("farah", True), ("dev", True)):
        desk = await harbour.sign_in(name)
        page = await desk.read("/queue")
        assert ('class="alarm"' in page) is sees, name
        assert (using_abuse.reference in page) is sees
        answer = await desk.get(f"/cases/{using_abuse.reference}")
        assert answer.status == (200 if sees else 404)


async def test_using_abuse_workers_see_no_victims_case(
    harbour: Harbour, in_danger: Visitor
) -> None:
    chloe = await harbour.sign_in("chloe")
    page = await chloe.read()
    assert in_danger.reference not in page
    assert 'class="alarm"' not in page


async def test_opening_a_case_is_recorded_before_it_is_shown(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    await amira.read(f"/cases/{in_danger.reference}")
    rows = await harbour.store.audit_of(in_danger.reference, limit=10)
    assert [(row.action, row.staff) for row in rows] == [
        ("opened", harbour.account("amira").staff.id)
    ]


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/now"])
async def test_where_the_row_cannot_be_committed_nothing_is_shown(
    harbour: Harbour, in_danger: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    from storage.errors import StorageError
    from storage.sql_store import SqlStore

    amira = await harbour.sign_in("amira")
    commit = SqlStore.commit

    async def fail_for_audit(self, change: Change):  # type: ignore[no-untyped-def]
        if change.audit:
            raise StorageError
        return await commit(self, change)

    monkeypatch.setattr(SqlStore, "commit", fail_for_audit)
    answer = await amira.get(path.format(in_danger.reference))
    text = await answer.text()
    assert answer.status == 503
    assert "nothing is shown" in text
    assert "danger" not in text.replace("nothing is shown", "")


async def test_reading_on_is_recorded_once_and_nothing_new_is_no_reading(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{in_danger.reference}")
    stamp = page.split('data-stamp="')[1].split('"')[0]
    after = page.split('data-after="')[1].split('"')[0]
    path = f"/cases/{in_danger.reference}/now?after={after}&stamp={stamp}"
    assert (await amira.get(path)).status == 204
    assert await harbour.actions(in_danger.reference) == ["opened"]
    await in_danger.answers("In the kitchen")
    fragment = await amira.read(path)
    assert "In the kitchen" in fragment
    assert f'data-seq="{after}"' not in fragment
    assert await harbour.actions(in_danger.reference) == ["opened", "read-on"]


async def test_the_queue_holds_nothing_that_was_typed(harbour: Harbour) -> None:
    visitor = await harbour.visitor()
    await visitor.answers("yes", "me", "no", "He said he will kill me tonight with a knife")
    amira = await harbour.sign_in("amira")
    page = await amira.read("/queue")
    assert visitor.reference in page
    assert "knife" not in page
    assert "Wrote of" in page
    opened = await amira.read(f"/cases/{visitor.reference}")
    assert "He said he will kill me tonight with a knife" in opened


async def test_not_asked_declined_not_sure_and_own_words_are_four_things(
    harbour: Harbour, waiting: Visitor
) -> None:
    await waiting.answers("18-or-over", "not-sure", "no", "skip")
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{waiting.reference}")
    assert 'class="field unknown"' in page
    assert 'class="field declined"' in page
    assert 'class="field not-asked"' in page
    assert 'class="field answered"' in page
    await waiting.answers("none", "That he finds out")
    page = await amira.read(f"/cases/{waiting.reference}")
    words = page.split('class="field own-words"')[1].split("</div>")[0]
    assert "What are you most afraid of?" in words
    assert 'dir="auto">That he finds out</q>' in words


async def test_a_question_that_was_put_is_not_one_that_was_not_asked(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{in_danger.reference}")
    where = page.split('class="field unanswered"')[1].split("</div>")[0]
    assert "Where are you?" in where
    assert "No answer yet" in where
    assert "What brings you here?" in page.split('class="field not-asked"', 1)[1]


async def test_a_visitors_words_stand_in_their_own_language_and_direction(
    harbour: Harbour,
) -> None:
    visitor = await harbour.visitor(language="ur")
    await visitor.answers("yes", "me")
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{visitor.reference}")
    assert 'lang="ur" dir="rtl"' in page
    assert "Is anyone in danger right now?" in page
    assert "Urdu" in page
    await visitor.does(LanguageChanged("en"))
    again = await amira.read(f"/cases/{visitor.reference}")
    assert 'lang="ur" dir="rtl"' in again
    assert "<dd>English</dd>" in again


async def test_what_a_visitor_typed_never_becomes_markup(
    harbour: Harbour, waiting: Visitor
) -> None:
    await waiting.answers("skip", "skip", "skip", "skip", "<script>alert(1)</script> &amp; more")
    amira = await harbour.sign_in("amira")
    page = await amira.read(f"/cases/{waiting.reference}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; more" in page


async def test_danger_that_was_said_long_ago_is_to_be_asked_again(
    harbour: Harbour, in_danger: Visitor
) -> None:
    amira = await harbour.sign_in("amira")
    harbour.clock.move(minutes=15)
    assert "Ask again" not in await amira.read(f"/cases/{in_danger.reference}")
    harbour.clock.move(minutes=10)
    page = await amira.read(f"/cases/{in_danger.reference}")
    assert "Ask again" in page
    assert "Yes, now" in page


async def test_the_title_says_nothing_on_any_page(harbour: Harbour, in_danger: Visitor) -> None:
    amira = await harbour.sign_in("amira")
    for path in ("", f"/cases/{in_danger.reference}", "/cases/7KM4-RDTX"):
        text = await (await amira.get(path)).text()
        assert "<title>Desk</title>" in text


async def test_static_files_are_ours_alone_and_nothing_else_can_be_asked_for(
    harbour: Harbour,
) -> None:
    client = harbour.browser()
    app = harbour.server.app  # type: ignore[attr-defined]
    for name in app[CONSOLE].assets:
        answer = await client.get(f"/static/console/{name}")
        assert answer.status == 200
        again = await client.get(
            f"/static/console/{name}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status == 304
    for name in ("desk.html", "..%2Fvisit.py", "nothing.js"):
        assert (await client.get(f"/static/console/{name}")).status == 404


def test_every_permission_on_a_route_is_one_that_somebody_has() -> None:
    from handoff.permissions import GRANTS

    given = frozenset[Permission]().union(*GRANTS.values())
    assert {route.permission for route in ROUTES if isinstance(route, Bound)} <= given


def test_every_answer_that_counts_as_urgent_has_words_of_its_own(harbour: Harbour) -> None:
    from bot.console.words import name_reason, spell_out

    edition = harbour.house.tenancies[HARBOUR].edition
    for flow in edition.flows.values():
        for step in flow.steps.values():
            for value, grade in step.urgency.items():
                assert isinstance(grade, Grade)
                reason = Reason(f"{flow.id}.{step.id}", value, grade, harbour.clock())
                assert not name_reason(reason, edition).startswith(f"{spell_out(step.id)}: ")


async def test_before_a_door_is_chosen_the_list_names_none(harbour: Harbour, staffed: Desk) -> None:
    visitor = await (await harbour.visitor()).answers("yes", "me", "no")
    assert "Door not chosen yet" in await staffed.read("/queue")
    await visitor.answers("me")
    shown = await staffed.read("/queue")
    assert "Victim" in shown
    assert "Door not chosen yet" not in shown
