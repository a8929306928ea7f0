"""One update of Telegram's Bot API, read strictly and only as far as we use it; nothing is kept.

An update of a kind that does not exist yet is told apart from one that is broken, and never lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.channels.messenger.told import (
    Blocked,
    Poison,
    Pressed,
    Started,
    Told,
    Unreadable,
    What,
    Words,
    WordsChosen,
)
from bot.words import WordsUnfit, read_words

LARGEST = 256 * 1024
"""Bytes of one update; Telegram's own have a few thousand."""

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for. Others are answered all the same, if they ever come."""

PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It is from a group or a channel, where we do not talk: others would read along."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Nothing:
    """It names no chat that could be answered, or nobody wrote it. ``is_broken``: set it aside."""

    is_broken: bool = False


Read = Told | Elsewhere | Nothing
Raw = Mapping[str, Any]


def read_body(body: bytes, now: datetime) -> Read:
    """What the body of a webhook's request tells. It raises nothing, as ``read_update``."""
    try:
        return read_update(orjson.loads(body), now)
    except orjson.JSONDecodeError:
        return Nothing(is_broken=True)


def id_of(update: Any) -> int | None:
    """The number of an update, if it has one."""
    id = update.get("update_id") if isinstance(update, dict) else None
    return id if isinstance(id, int) and not isinstance(id, bool) else None


def read_update(update: Any, now: datetime) -> Read:
    """What an update tells. It raises nothing: what cannot be understood is Poison or Nothing."""
    id = id_of(update)
    if id is None:
        return Nothing(is_broken=True)
    kind, inner = next(((k, v) for k, v in update.items() if k != "update_id"), ("", None))
    try:
        return _read(str(id), kind, inner, now)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return _poison(str(id), inner, orjson.dumps(update), now)


def _read(id: str, kind: str, inner: Any, now: datetime) -> Read:
    chat = _chat(inner)
    if chat is None:
        return Nothing()
    if chat["type"] != PRIVATE:
        return Elsewhere(_address(chat))
    writer = inner.get("from") or {}
    if writer.get("is_bot"):
        return Nothing()
    return Told(
        update=id,
        address=_address(chat),
        at=now if kind == "callback_query" else _time(inner.get("date"), now),
        what=_what(kind, inner),
        language=_language(writer),
        post=str(_whole(inner["message_id"])) if kind == "message" else "",
    )


def _chat(inner: Any) -> Raw | None:
    """The chat of an update of any kind, where it has one in a usual place."""
    if not isinstance(inner, dict):
        return None
    for holder in (inner, inner.get("message")):
        if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
            return dict(holder["chat"])
    return None


def _address(chat: Raw) -> str:
    return str(_whole(chat["id"]))


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _time(value: Any, now: datetime) -> datetime:
    """When they wrote it; a clock of theirs that is ahead of ours does not count."""
    return now if value is None else min(now, datetime.fromtimestamp(_whole(value), UTC))


def _language(writer: Raw) -> str:
    code = writer.get("language_code")
    return code[:20] if isinstance(code, str) else ""


def _what(kind: str, inner: Raw) -> What:
    match kind:
        case "message":
            return _message(inner)
        case "callback_query":
            data = inner.get("data") or ""
            return Pressed(_text(data), _text(inner["id"]))
        case "my_chat_member":
            return Blocked(is_over=inner["new_chat_member"]["status"] != "kicked")
    # An edit, or a kind that does not exist yet.
    return Unreadable()


def _message(inner: Raw) -> What:
    if "text" not in inner:
        return Unreadable()
    text = _text(inner["text"])
    if not text.startswith("/"):
        return Words(text) if text.strip() else Unreadable()
    command, *rest = text[1:].split()
    command = command.partition("@")[0].casefold() if command else ""
    if command == "start":
        return Started()
    if command == "word" and 1 <= len(rest) <= 2:
        return _chosen(rest[0], rest[1] if len(rest) == 2 else "")
    return Words(text if rest else command or text)


def _chosen(word: str, other: str) -> What:
    try:
        return WordsChosen(read_words(word, other))
    except WordsUnfit:
        return WordsChosen(None)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _poison(id: str, inner: Any, body: bytes, now: datetime) -> Read:
    """It is broken, but where it says whose it is a person can take over there."""
    chat = _chat(inner)
    try:
        if chat is None or chat["type"] != PRIVATE:
            return Nothing(is_broken=True)
        return Told(id, _address(chat), now, Poison(body))
    except (KeyError, TypeError):
        return Nothing(is_broken=True)
