"""A stand-in for the house behind the visitor's page: it speaks the webchat protocol with a
scripted dialogue, and can be told to hold its acks, to drop its sockets or to refuse new ones.
It screens nothing, keeps nothing and decides nothing: only the page is on trial here.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import WSMsgType, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.async_api import Page

from tests.journeys.standin_script import ALLOWED, LANGUAGES, STEPS, WORDS, say

WEBCHAT = Path(__file__).parents[2] / "bot" / "channels" / "webchat"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Frame = dict[str, Any]


@dataclass(slots=True)
class Talk:
    """One visitor's talk: what was said in it, and which step is open."""

    token: str
    language: str = "en"
    step: str = "start"
    lines: list[Frame] = field(default_factory=list)
    acks: dict[str, int] = field(default_factory=dict)

    def add(self, **frame: Any) -> Frame:
        line = {"type": "message", "seq": len(self.lines) + 1, **frame}
        self.lines.append(line)
        return line

    def ask(self, step: str) -> list[Frame]:
        """Say what a step says; its last line is the open question."""
        self.step = step
        return [self.add(**frame) for frame in say(step, self.language)]

    def take(self, frame: Frame, *, speaks: bool = True) -> list[Frame]:
        """Record an answer and say what follows, unless the flow is paused."""
        line = self.add(**{"from": "visitor", "text": said(frame), "lang": "", "dir": "auto"})
        self.acks[frame["id"]] = line["seq"]
        if not speaks:
            return []
        if frame["type"] == "language":
            self.language = frame["value"]
            return self.ask(self.step)
        if frame["type"] in {"person", "numbers"}:
            return self.ask(frame["type"])
        following = STEPS[self.step]["then"]
        answer = frame.get("value", frame["type"])
        return self.ask(following.get(answer, following.get("", self.step)))


def said(frame: Frame) -> str:
    values = ", ".join(frame.get("values", ()))
    return str(frame.get("text") or frame.get("value") or values or frame["type"])


class Standin:
    """The stand-in's switches, and what reached it."""

    def __init__(self) -> None:
        self.address = ""
        self.talks: dict[str, Talk] = {}
        self.received: list[Frame] = []
        self.exits: list[str] = []
        self.sockets: dict[web.WebSocketResponse, asyncio.BaseTransport] = {}
        self.holds_acks = False
        self.refuses = False
        self.forgets = False
        self.cannot_save = False
        self.welcome: Frame = {}
        self.status: Frame = {"type": "status", "owner": "bot", "staffed": True}
        self.presence: Frame = {"type": "presence", "worker": "none"}
        self.pages = Environment(
            loader=FileSystemLoader(WEBCHAT / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        english = yaml.safe_load((WEBCHAT / "words.yaml").read_text("utf-8"))
        self.words = {code: {**english, **WORDS.get(code, {})} for code, _, _ in LANGUAGES}

    async def send(self, **frame: Any) -> None:
        """Send a frame to every open socket; how things stand is told again to a later one."""
        if frame["type"] == "status":
            self.status = frame
        if frame["type"] == "presence":
            self.presence = frame
        for socket in self.sockets:
            if not socket.closed:
                await socket.send_json(frame)

    async def reply(self, text: str, *, lang: str = "en", direction: str = "ltr") -> None:
        """A worker's line, recorded in the newest talk and sent."""
        line = {"from": "worker", "text": text, "lang": lang, "dir": direction, "expects": "text"}
        await self.send(**self.newest.add(**line, silent=False, allowed=list(ALLOWED)))

    @property
    def newest(self) -> Talk:
        return list(self.talks.values())[-1]

    def drop(self) -> None:
        """Cut every line without a word, as a network does."""
        for transport in self.sockets.values():
            transport.close()
        self.sockets.clear()

    async def page(self, request: web.Request) -> web.Response:
        body = self.render(request.query.get("language", "en"))
        return web.Response(text=body, content_type="text/html", headers={"Set-Cookie": COOKIE})

    async def post(self, request: web.Request) -> web.Response:
        """A step of the talk as a plain form."""
        form = await request.post()
        posted = {key: str(value) for key, value in form.items()}
        language = posted.get("language", posted["lang"])
        if "talk" not in posted and "language" in posted:
            return web.Response(text=self.render(language), content_type="text/html")
        talk = self.talks.get(posted.get("talk", "")) or self.open(language)
        if "talk" in posted and posted["id"] not in talk.acks:
            talk.take(posted_frame(posted, [str(value) for value in form.getall("choice", ())]))
        return web.Response(text=self.render(talk.language, talk), content_type="text/html")

    def open(self, language: str) -> Talk:
        talk = Talk(token=f"talk-{len(self.talks) + 1}", language=language)
        self.talks[talk.token] = talk
        talk.ask("start")
        return talk

    def render(self, language: str, talk: Talk | None = None) -> str:
        directions = {code: direction for code, _, direction in LANGUAGES}
        neutral = {
            "title": "Notes",
            "lang": language,
            "dir": directions[language],
            "words": self.words[language],
            "tenant": "llr",
            "static": "/static",
            "languages": [{"code": c, "name": n, "dir": d} for c, n, d in LANGUAGES],
            "leave_to": "/elsewhere",
            "talk": None,
        }
        talking = {} if talk is None else spoken(talk)
        return self.pages.get_template("page.html").render({**neutral, **talking})

    async def host(self, _: web.Request) -> web.Response:
        """Another site's page under a strict policy, where the paste was made twice."""
        script = f'<script type="module" src="{self.address}/widget/v1.js{{}}"></script>'
        element = '<frontdoor-chat tenant="llr" label="Write here"></frontdoor-chat>'
        policy = {"Content-Security-Policy": f"default-src 'none'; script-src {self.address}"}
        paste = script.format("") + script.format("?again") + element
        return web.Response(text=paste, content_type="text/html", headers=policy)

    async def leave(self, request: web.Request) -> web.Response:
        self.exits.append(request.method)
        if request.method == "POST":
            return web.Response(status=204, headers={"Set-Cookie": "s=; Path=/; HttpOnly"})
        return web.Response(status=303, headers={"Location": "/elsewhere"})

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if self.refuses:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        talk = await self.greet(socket, await socket.receive_json())
        if talk is None:
            return socket
        if request.transport:
            self.sockets[socket] = request.transport
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self.hear(socket, talk, json.loads(message.data))
        return socket

    async def greet(self, socket: web.WebSocketResponse, hello: Frame) -> Talk | None:
        self.received.append(hello)
        if self.forgets and "resume" in hello:
            await socket.send_json({"type": "error", "code": "resume-unknown"})
            await socket.close()
            return None
        talk = self.talks.get(hello.get("resume", "")) or self.open(hello.get("language", "en"))
        await socket.send_json({"type": "welcome", "resume": talk.token, **self.welcome})
        await socket.send_json(self.status)
        await socket.send_json(self.presence)
        for line in talk.lines[hello.get("after", 0) :]:
            await socket.send_json(line)
        return talk

    async def change_door(self, socket: web.WebSocketResponse, talk: Talk, frame: Frame) -> None:
        """Begin a talk of its own under the same token; its lines count from 1."""
        await socket.send_json({"type": "ack", "id": frame["id"], "seq": len(talk.lines) + 1})
        talk.lines.clear()
        replies = talk.ask("brings")
        for each in ({"type": "welcome", "resume": talk.token, **self.welcome}, *replies):
            await socket.send_json(each)

    async def hear(self, socket: web.WebSocketResponse, talk: Talk, frame: Frame) -> None:
        self.received.append(frame)
        if frame["type"] == "exit":
            self.exits.append("socket")
            return
        if self.cannot_save:
            await socket.send_json({"type": "error", "code": "not-saved", "id": frame["id"]})
            return
        if frame["type"] == "door":
            await self.change_door(socket, talk, frame)
            return
        if frame.get("text", "").startswith("refuse"):
            await socket.send_json({"type": "error", "code": "too-long", "id": frame["id"]})
            return
        known = frame["id"] in talk.acks
        replies = [] if known else talk.take(frame, speaks=self.status["owner"] == "bot")
        if self.holds_acks:
            return
        ack = {"type": "ack", "id": frame["id"], "seq": talk.acks[frame["id"]]}
        for each in (ack, *replies):
            await socket.send_json(each)


async def open_talk(page: Page, standin: Standin, language: str = "en") -> None:
    """Open the neutral page, press Continue, and wait for the first question."""
    await page.goto(f"{standin.address}/c/llr?language={language}")
    await page.locator("button.main").click()
    await page.locator(".choices button").first.wait_for()


COOKIE = "s=1; Path=/; HttpOnly; SameSite=Strict"


def posted_frame(posted: dict[str, str], choices: list[str]) -> Frame:
    act = {"id": posted["id"]}
    if posted.get("do") == "choices":
        return {"type": "choices", "values": choices, **act}
    if choices:
        return {"type": "choice", "value": choices[0], **act}
    if "language" in posted:
        return {"type": "language", "value": posted["language"], **act}
    if "text" in posted:
        return {"type": "text", "text": posted["text"], **act}
    return {"type": posted["do"], **act}


def spoken(talk: Talk) -> dict[str, Any]:
    """What the template is given while the talk goes on without scripts."""
    *before, last = talk.lines
    return {
        "talk": talk.token,
        "id": f"post-{len(talk.lines)}",
        "lines": before,
        "question": last,
        "allowed": ALLOWED,
        "doors": [],
        "silent": last.get("silent", False),
        "state": "",
        "waiting": False,
    }


@web.middleware
async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Cache-Control"] = "no-store"
    return response


@asynccontextmanager
async def serving() -> AsyncIterator[Standin]:
    """A stand-in on a port of its own, until the test is done."""
    standin = Standin()

    async def words(request: web.Request) -> web.Response:
        return web.json_response(standin.words[request.match_info["lang"]])

    async def widget(_: web.Request) -> web.FileResponse:
        # A module is fetched with CORS: without this header no other site could load it.
        shared = {"Access-Control-Allow-Origin": "*"}
        return web.FileResponse(WEBCHAT / "static" / "widget.js", headers=shared)

    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(text="<title>Weather</title>Rain later.", content_type="text/html")

    app = web.Application(middlewares=[guard])
    app.router.add_get("/c/llr", standin.page)
    app.router.add_post("/c/llr", standin.post)
    app.router.add_route("*", "/c/llr/exit", standin.leave)
    app.router.add_get("/c/llr/words/{lang}.json", words)
    app.router.add_get("/ws/chat/llr", standin.socket)
    app.router.add_get("/elsewhere", elsewhere)
    app.router.add_static("/static", WEBCHAT / "static")
    app.router.add_get("/widget/v1.js", widget)
    app.router.add_get("/host", standin.host)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    standin.address = f"http://{host}:{port}"
    try:
        yield standin
    finally:
        standin.drop()
        await runner.cleanup()
