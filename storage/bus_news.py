"""What processes tell each other over Redis: nudges, and who is where. Ids and numbers, no content.

Whatever comes in is doubted: what is not exactly of this form, or speaks of another tenant than the
channel it came on, is no news at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tenants.tenant import TenantId

LARGEST = 4 * 1024 * 1024
"""Bytes of one message; a hundred thousand open pages of one tenant in one process."""

LONGEST_TOPIC = 200
LATEST_NUMBER = 2**53

_ID = re.compile(r"[A-Za-z0-9_.:-]{0,80}")
_ORIGIN = re.compile(r"[0-9a-f]{32}")
_TOPIC = re.compile(r"([A-Za-z0-9_-]{1,64})/[A-Za-z0-9_-]{1,40}/[A-Za-z0-9_.:-]{0,90}")


class NoNews(Exception):
    """A message from Redis is not one of ours."""


@dataclass(frozen=True, slots=True)
class News:
    """What one process tells the others of one tenant.

    ``origin`` names the process for as long as it lives; ``number`` grows with each of its
    messages. ``here`` is every place where it has somebody (None: nothing is said of that), and
    ``moved`` are comings (True) and goings since. ``nudges`` maps topics to payloads.
    """

    origin: str
    number: int
    here: frozenset[str] | None = None
    moved: Mapping[str, bool] = field(default_factory=dict)
    nudges: Mapping[str, str] = field(default_factory=dict)


def tenant_of(topic: str) -> TenantId | None:
    """Whose topic (or place) this is; None where it is no topic that may leave the process."""
    found = _TOPIC.fullmatch(topic)
    return TenantId(found[1]) if found else None


def payload_of(payload: str) -> str:
    """The payload if it is an id or a number; anything else stays here, and the nudge goes bare."""
    return payload if _ID.fullmatch(payload) else ""


def encode_news(news: News) -> bytes:
    """One message."""
    parts: dict[str, Any] = {"from": news.origin, "n": news.number}
    if news.here is not None:
        parts["here"] = list(news.here)
    if news.moved:
        parts["moved"] = dict(news.moved)
    if news.nudges:
        parts["nudges"] = dict(news.nudges)
    return orjson.dumps(parts)


def decode_news(tenant: TenantId, raw: object) -> News:
    """The news of one tenant that a message holds. Raises NoNews."""
    if not isinstance(raw, bytes) or len(raw) > LARGEST:
        raise NoNews
    try:
        parts = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise NoNews from None
    if not isinstance(parts, dict):
        raise NoNews
    here = parts.get("here")
    return News(
        _origin(parts.get("from")),
        _number(parts.get("n")),
        None if here is None else _places(tenant, here),
        _mapping(tenant, parts.get("moved", {}), bool),
        _mapping(tenant, parts.get("nudges", {}), str),
    )


def _origin(value: object) -> str:
    if not isinstance(value, str) or not _ORIGIN.fullmatch(value):
        raise NoNews
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < LATEST_NUMBER:
        raise NoNews
    return value


def _places(tenant: TenantId, value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise NoNews
    _check(tenant, value)
    return frozenset(value)


def _mapping(tenant: TenantId, value: object, kind: type) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(type(item) is kind for item in value.values()):
        raise NoNews
    if kind is str and not all(_ID.fullmatch(item) for item in value.values()):
        raise NoNews
    _check(tenant, value)
    return value


def _check(tenant: TenantId, topics: Iterable[object]) -> None:
    """Each must be a topic of this tenant's own; there may be very many."""
    lead = f"{tenant}/"
    for topic in topics:
        if type(topic) is not str or len(topic) > LONGEST_TOPIC or not topic.startswith(lead):
            raise NoNews
