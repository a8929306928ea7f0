"""The web chat's frames (docs/webchat-protocol.md): strict on the way in, plain on the way out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from sys import intern
from typing import Any
from uuid import UUID

import orjson

from bot.inbound import Happened, Typed
from bot.words import WordsGiven, WordsUnfit, read_words
from flows.conversation import Conversation, FlowId, Owner, Safety
from flows.events import (
    ChoiceMade,
    ChoicesMade,
    DoorChanged,
    ExitTaken,
    LanguageChanged,
    LimitsWanted,
    NumbersWanted,
    PersonWanted,
    Skipped,
    StopSaid,
    WentBack,
)
from handoff.transcript import Expects, Line
from locales.languages import direction

LARGEST = 64 * 1024
"""Bytes of one frame. A larger one is answered, not read."""

LONGEST_VALUE = 100
"""Characters of a value, which is always one of ours."""

MOST_VALUES = 40
LARGEST_WORD = 400

Frame = Mapping[str, Any]

_CANONICAL = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id as every page writes it: it need not be read to be written alike."""

WORD = "word"
"""The one frame that is no event of its talk: it would open another of this browser's."""


class Malformed(Exception):
    """A frame is not what the protocol says. ``id`` is its own, where it could be read."""

    def __init__(self, code: str, id: str | None = None) -> None:
        super().__init__(code)
        self.code, self.id = code, id


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: a new talk, or one to go on with after a sequence."""

    resume: str = ""
    after: int = 0
    language: str = ""


def read_frame(raw: str | bytes) -> dict[str, Any]:
    """One frame as a mapping with a type. Raises Malformed."""
    if len(raw) > LARGEST:
        raise _too_large(raw)
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Malformed("malformed") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Malformed("malformed")
    return frame


def _too_large(raw: str | bytes) -> Malformed:
    """A text that is far too long still has its id, by which the page can give it back."""
    try:
        frame = orjson.loads(raw)
        return Malformed("too-long", _id(frame))
    except (orjson.JSONDecodeError, Malformed, AttributeError):
        return Malformed("too-large")


def read_hello(frame: Frame) -> Hello:
    """The hello of a frame. Raises Malformed."""
    resume, after = frame.get("resume") or "", frame.get("after") or 0
    language = frame.get("language") or ""
    if frame["type"] != "hello" or not isinstance(resume, str) or not isinstance(language, str):
        raise Malformed("hello-first")
    if not isinstance(after, int) or isinstance(after, bool) or after < 0:
        raise Malformed("malformed")
    return Hello(resume[:200], min(after, 2**31), language[:20])


def read_event(frame: Frame) -> tuple[str, Happened]:
    """The id and the event of a visitor's frame. Raises Malformed."""
    id = _id(frame)
    if (act := _ACTS.get(frame["type"])) is not None:
        return id, act
    if (read := _EVENTS.get(frame["type"])) is not None:
        return id, read(frame, id)
    raise Malformed("unknown-type", id)


def read_word(frame: Frame) -> tuple[str, str]:
    """The id and the word of a frame that would come back by it. Raises Malformed."""
    id = _id(frame)
    return id, _word(frame, "word", id)


def read_seen(frame: Frame) -> int | None:
    """The last sequence that the page had shown when this was made, where it says so."""
    seen = frame.get("seen")
    return seen if isinstance(seen, int) and not isinstance(seen, bool) and seen >= 0 else None


def _id(frame: Frame) -> str:
    id = frame.get("id")
    if isinstance(id, str) and _CANONICAL.fullmatch(id):
        return id
    try:
        return str(UUID(frame["id"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Malformed("id-missing") from None


def _text(frame: Frame, id: str) -> Typed:
    text = frame.get("text")
    if not isinstance(text, str):
        raise Malformed("malformed", id)
    if not text.strip():
        raise Malformed("empty", id)
    return Typed.mended(text)


def _value(frame: Frame, id: str) -> str:
    value = frame.get("value")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_VALUE:
        raise Malformed("malformed", id)
    # The same few values stand in every talk, for as long as it lasts.
    return intern(value)


def _values(frame: Frame, id: str) -> ChoicesMade:
    values = frame.get("values")
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise Malformed("malformed", id)
    return ChoicesMade(tuple(dict.fromkeys(_value({"value": v}, id) for v in values)))


def _words(frame: Frame, id: str) -> WordsGiven:
    try:
        return read_words(_word(frame, "word", id), _word(frame, "other", id))
    except WordsUnfit as unfit:
        raise Malformed(unfit.code, id) from None


def _word(frame: Frame, name: str, id: str) -> str:
    word = frame.get(name) or ""
    if not isinstance(word, str) or len(word) > LARGEST_WORD:
        raise Malformed("malformed", id)
    return Typed.mended(word).text


_EVENTS: Mapping[str, Callable[[Frame, str], Happened]] = {
    "text": _text,
    "choice": lambda frame, id: ChoiceMade(_value(frame, id)),
    "choices": _values,
    "language": lambda frame, id: LanguageChanged(_value(frame, id)),
    "door": lambda frame, id: DoorChanged(FlowId(_value(frame, id))),
    "words": _words,
}
"""Frames that carry something, each with what reads it."""

_ACTS: Mapping[str, Happened] = {
    "skip": Skipped(),
    "back": WentBack(),
    "person": PersonWanted(),
    "numbers": NumbersWanted(),
    "limits": LimitsWanted(),
    "exit": ExitTaken(),
    "stop": StopSaid(),
}
"""Frames whose type says it all; they are taken in every state."""

_ALLOWED = ("skip", "back", "person", "numbers", "limits", "stop", "language", "door", "word")
_ALLOWED_WHILE_SILENT = ("person", "numbers", "stop", "language")
_ALLOWED_WITH_A_WORKER = ("numbers", "limits", "stop", "language", "word")


def allowed_in(talk: Conversation) -> tuple[str, ...]:
    """What a page offers beside the answers; the server takes all of them always."""
    if talk.is_silent:
        asked = talk.safety is Safety.ASK_AGAIN
        return ("skip", *_ALLOWED_WHILE_SILENT) if asked else _ALLOWED_WHILE_SILENT
    offered = _ALLOWED_WITH_A_WORKER if talk.owner is Owner.WORKER else _ALLOWED
    # A word is chosen where there is something to come back to, and where it is safe to choose one.
    may_choose = talk.is_case_open and talk.safety is Safety.SAFE
    return (*offered, "words") if may_choose else offered


def message_frame(line: Line, talk: Conversation) -> Frame:
    """A transcript line as the page gets it. No staff id and no key of ours is in it."""
    frame: dict[str, Any] = {
        "type": "message",
        "seq": line.seq,
        "from": line.speaker,
        "text": line.text,
        "choices": line.choices,
        "expects": line.expects,
        "lang": line.language,
        "dir": direction(line.language),
        # What was quiet is so no more once it is safe: the whole talk may be shown again.
        "silent": line.is_silent and talk.is_silent,
        "allowed": allowed_in(talk),
    }
    if line.why:
        frame["why"] = line.why
    if line.step and line.expects is not Expects.NOTHING:
        frame["step"] = line.step
    return frame


def status_frame(owner: Owner, idle: timedelta, *, silent: bool, staffed: bool) -> Frame:
    """Who answers now. ``staffed`` is the truth of now (P2), ``idle`` when the page rests."""
    return {
        "type": "status",
        "owner": owner,
        "silent": silent,
        "staffed": staffed,
        "idle": idle.total_seconds(),
    }


def presence_frame(owner: Owner, *, here: bool) -> Frame:
    """Whether the worker who holds the talk has it open."""
    if owner is not Owner.WORKER:
        return {"type": "presence", "worker": "none"}
    return {"type": "presence", "worker": "here" if here else "away"}


def beat_frame() -> Frame:
    """A sign of life: a page that misses two of them takes a new line."""
    return {"type": "beat"}


def error_frame(code: str, id: str | None = None) -> Frame:
    """What went wrong, as a code; the id of the frame it answers, where there is one."""
    return {"type": "error", "code": code, **({"id": id} if id else {})}


def encode(frame: Frame) -> bytes:
    """One frame as it goes over the line."""
    return orjson.dumps(frame)
