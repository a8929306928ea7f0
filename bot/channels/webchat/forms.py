"""The talk as plain forms, for a page without scripts: one post, one turn, one page.

The address never changes and holds nothing; what a stale or dead form gets is the neutral page.
"""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from aiohttp import web
from multidict import MultiDictProxy

from bot.channels.webchat.admission import wait_to_open
from bot.channels.webchat.browser import (
    CHANNEL,
    cookie_of,
    device_of,
    is_from_page,
    is_own_page,
    language_of,
    new_token,
    sender_of,
)
from bot.channels.webchat.frames import WORD, Malformed, allowed_in, read_event, read_word
from bot.channels.webchat.media import recorded
from bot.channels.webchat.page import page_response, page_words, render_page, tenancy_of
from bot.channels.webchat.word import open_by_word
from bot.drain import DRAIN, come_back
from bot.house import HOUSE
from bot.inbound import Arrival, IdReused, Inbound, NotSaved, Receipt, TalkUnknown, TextTooLong
from bot.tenancy import Tenancy
from bot.words import WordsUnfit, WordUnknown
from flows.conversation import Conversation, Ended, Owner, Safety
from flows.events import CameBack
from flows.walk import standing
from handoff.transcript import Expects, Line, Seq, Speaker
from locales.languages import direction
from storage.store import Sender

Form = MultiDictProxy[Any]

TRY_AGAIN: Mapping[type[Exception], str] = {
    TextTooLong: "page.too-long",
    IdReused: "page.refused",
    NotSaved: "page.press-again",
    WordUnknown: "page.word.unknown",
}
"""What a page without scripts says of a turn that was not taken, by its refusal."""


async def post_page(request: web.Request) -> web.Response:
    """``POST /c/{tenant}``."""
    house, tenancy = request.app[HOUSE], tenancy_of(request)
    if is_from_page(request) and not is_own_page(request, house):
        raise web.HTTPForbidden
    form = await request.post()
    brought = cookie_of(request)
    cookie = brought or new_token()
    language = language_of(request, tenancy.tenant, str(form.get("lang", "")))
    chosen = str(form.get("language", ""))
    # Leaving empties the cookie: a *begin* that Back posts again after that begins nothing.
    if not form.get("talk") and (form.get("do") != "begin" or not brought):
        language = language_of(request, tenancy.tenant, chosen or language)
        body = render_page(house, tenancy, language)
        return page_response(request, body, cookie=cookie)
    visit = _Visit(request, tenancy, form, cookie, language)
    if request.app[DRAIN].is_on:
        return come_back(page_response(request, await visit.put_off(), cookie=cookie))
    if not form.get("talk"):
        await wait_to_open(request, house, tenancy.tenant.id)
    return page_response(request, await visit.take(), cookie=cookie)


class _Visit:
    """One post of one visitor."""

    def __init__(
        self, request: web.Request, tenancy: Tenancy, form: Form, cookie: str, language: str
    ) -> None:
        self.request, self.house, self.tenancy = request, request.app[HOUSE], tenancy
        self.form, self.cookie, self.language = form, cookie, language
        self.tenant = tenancy.tenant.id
        self.token = str(form.get("talk") or "") or new_token()

    @property
    def sender(self) -> Sender:
        return sender_of(self.house.keyring, self.tenant, self.token, self.cookie)

    async def take(self) -> str:
        """The page that follows. Whatever does not belong to a live talk gets the neutral page."""
        state = ""
        try:
            if self.form.get("talk"):
                receipt = await self._receive()
                if receipt is not None and receipt.talk.ended is Ended.STOP:
                    return self._last_words(receipt)
            else:
                await self._open()
        except (TextTooLong, IdReused, NotSaved, WordUnknown) as refused:
            state = TRY_AGAIN[type(refused)]
        except Malformed as mistake:
            state = "page.words.unfit" if mistake.code == WordsUnfit.code else ""
        except TalkUnknown:
            return self._neutral()
        return await self._render(state)

    async def put_off(self) -> str:
        """Where this process takes nothing on any more: that it was not sent, and all that was."""
        if not self.form.get("talk"):
            return self._neutral()
        return await self._render(TRY_AGAIN[NotSaved])

    async def _open(self) -> None:
        device = device_of(self.house.keyring, self.tenant, self.cookie)
        arrival = Arrival(self.tenant, CHANNEL, self.sender, self.language, device)
        await self.house.door.open(arrival)

    async def _receive(self) -> Receipt | None:
        frame = _frame(self.form)
        if frame is None:
            return None
        if frame["type"] == WORD:
            return await self._come_back(*read_word(frame))
        id, event = read_event(frame)
        device = device_of(self.house.keyring, self.tenant, self.cookie)
        return await self.house.door.receive(Inbound(self.tenant, self.sender, id, event, device))

    async def _come_back(self, id: str, word: str) -> Receipt:
        """With the right word the page goes over to the talk that it opens (P16)."""
        back = await open_by_word(self.request, self.house, self.cookie, id, word)
        self.token = back.token
        return back.receipt

    def _last_words(self, receipt: Receipt) -> str:
        """The page that says that it has stopped, and offers nothing more."""
        talk = receipt.talk
        said = [self._line(line, talk) for line in receipt.lines if line.speaker is Speaker.BOT]
        ended = {"question": None, "allowed": (), "doors": (), "silent": False, "state": ""}
        return render_page(
            self.house,
            self.tenancy,
            talk.language,
            talk=self.token,
            id="",
            lines=said,
            waiting=False,
            **ended,
        )

    def _neutral(self) -> str:
        return render_page(self.house, self.tenancy, self.language)

    async def _render(self, state: str) -> str:
        try:
            talk = await self._talk_to_show()
        except TalkUnknown:
            return self._neutral()
        except NotSaved:
            return self._unshown()
        if talk is None or talk.ended in (Ended.EXIT, Ended.STOP):
            return self._neutral()
        lines = await self.house.door.lines(self.tenant, talk.id, after=Seq(0))
        words = page_words(self.house, self.tenancy, talk.language)
        edition = await self.tenancy.edition_of(talk.edition)
        rests = talk.owner is Owner.WORKER and not talk.is_silent
        stands = None if rests else standing(edition, talk)
        *before, last = lines
        is_asking = stands is not None and last.expects is not Expects.NOTHING
        shown = before if is_asking else [*before, last]
        return render_page(
            self.house,
            self.tenancy,
            talk.language,
            talk=self.token,
            id=str(uuid4()),
            lines=[self._line(line, talk) for line in shown],
            question=self._question(last, talk) if is_asking else None,
            allowed=allowed_in(talk),
            doors=[],
            silent=talk.is_silent,
            state=words[state] if state else words.get(_state(talk), ""),
            written=str(self.form.get("text", "")) if state else "",
            waiting=not is_asking,
        )

    async def _talk_to_show(self) -> Conversation | None:
        """The talk as it stands. After a silence nothing of it is shown before it is known again to
        be safe, whatever was pressed: to look for an answer is to come back (P15, P16).

        Raises TalkUnknown, and NotSaved where that could not be asked.
        """
        id = await self.house.door.find(self.tenant, self.sender)
        talk = await self.house.door.talk(self.tenant, id)
        if talk is None or talk.ended is not None or talk.safety is not Safety.SAFE:
            return talk
        if not self.tenancy.is_after_silence(self.house.clock(), talk.heard_at):
            return talk
        if self.request.app[DRAIN].is_on:
            raise NotSaved
        back = Inbound(self.tenant, self.sender, _id_of(self.form, "came back"), CameBack())
        return (await self.house.door.receive(back)).talk

    def _unshown(self) -> str:
        """Nothing that was said, and a way to try once more."""
        words = page_words(self.house, self.tenancy, self.language)
        return render_page(
            self.house,
            self.tenancy,
            self.language,
            talk=self.token,
            id=str(uuid4()),
            lines=[],
            question=None,
            allowed=(),
            doors=[],
            silent=False,
            state=words[TRY_AGAIN[NotSaved]],
            written=str(self.form.get("text", "")),
            waiting=True,
        )

    def _line(self, line: Line, talk: Conversation) -> dict[str, Any]:
        return {
            "from": str(line.speaker),
            "text": line.text,
            "lang": line.language if line.speaker is not Speaker.VISITOR else "",
            "dir": direction(line.language) if line.speaker is Speaker.BOT else "auto",
            **recorded(self.tenancy, line, talk),
        }

    def _question(self, line: Line, talk: Conversation) -> dict[str, Any]:
        return {
            **self._line(line, talk),
            "why": line.why,
            "choices": [{"value": c.value, "label": c.label} for c in line.choices],
            "expects": str(line.expects),
        }


def _state(talk: Conversation) -> str:
    if talk.owner is Owner.WORKER:
        return "page.here"
    return "page.waiting" if talk.owner is Owner.QUEUE else ""


def _frame(form: Form) -> dict[str, Any] | None:
    """The form as the frame it stands for, so that both doors read alike; None only looks again."""
    do = str(form.get("do", ""))
    values = [str(value) for value in form.getall("choice", [])]
    act = {"id": _id_of(form)}
    if do == "choices":
        return {"type": "choices", "values": values, **act}
    if values:
        return {"type": "choice", "value": values[0], **act}
    if form.get("language"):
        return {"type": "language", "value": str(form["language"]), **act}
    if form.get("door"):
        return {"type": "door", "value": str(form["door"]), **act}
    if do in ("skip", "back", "person", "numbers", "limits", "stop"):
        return {"type": do, **act}
    if do in ("words", "word"):
        typed = {name: str(form.get(name, "")) for name in ("word", "other")}
        return {"type": do, **typed, **act}
    if str(form.get("text", "")).strip():
        return {"type": "text", "text": str(form["text"]), **act}
    return None


def _id_of(form: Form, what: str = "") -> str:
    """An event's id: the hidden id belongs to the page that was shown, and what was pressed on it
    makes it the event's.
    """
    pressed = [f"{key}={value}" for key, value in form.items() if key != "lang"]
    return str(uuid5(NAMESPACE_URL, "\n".join([*pressed, what] if what else pressed)))
