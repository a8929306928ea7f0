"""Frozen dataclasses to JSON and back, exactly, by their own annotations.

Refuses what it does not know: a field or value of a newer version is a named error, not a guess.
"""

import base64
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from storage.errors import UnreadableRecord

T = TypeVar("T")
Reader = Callable[[Any], Any]


def dump(record: Any) -> bytes:
    """One record as JSON: fields by name, enums by value, moments in ISO 8601, bytes in base64."""
    # A moment without its zone would be stored and then refused: it is taken as UTC instead.
    return orjson.dumps(record, default=_plain, option=orjson.OPT_NAIVE_UTC)


def load(kind: type[T], stored: bytes) -> T:
    """The record that was dumped. A field that is absent takes its default, a retired one is left.

    A kind names the fields that it once had in ``RETIRED``.

    Raises UnreadableRecord, which names the kind and never the content.
    """
    try:
        record: T = _reader(cast(Hashable, kind))(orjson.loads(stored))
    except (ValueError, TypeError, KeyError, AttributeError):
        # The driver's message would quote the value, and the value is somebody's words.
        raise UnreadableRecord(f"({kind.__name__})") from None
    return record


def _plain(value: Any) -> Any:
    # The type that is in every talk comes first: asking an abstract class takes far longer.
    if type(value) is MappingProxyType or isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(type(value).__name__)


@cache
def _reader(kind: Any) -> Reader:
    """What reads this annotation. Made once for each."""
    kind = getattr(kind, "__supertype__", kind)  # A NewType is its base at run time.
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(*(a for a in arguments if a is not type(None)))
    if origin in (tuple, frozenset):
        return _many(origin, _reader(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_reader(arguments[1]))
    return _single(kind)


def _single(kind: Any) -> Reader:
    if kind is Any:
        return lambda value: value
    if kind is datetime:
        return _moment
    if kind is bytes:
        return lambda value: base64.b64decode(value, validate=True)
    if is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, Enum):
        # To call the kind itself takes four times as long.
        return cast(Reader, {member.value: member for member in kind}.__getitem__)
    return _exactly(kind)


def _exactly(kind: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return read


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _optional(kind: Any) -> Reader:
    reader = _reader(kind)

    def read(value: Any) -> Any:
        return None if value is None else reader(value)

    return read


def _many(collection: Callable[[Any], Any], reader: Reader) -> Reader:
    return lambda values: collection([reader(value) for value in _exactly(list)(values)])


def _mapping(reader: Reader) -> Reader:
    def read(values: dict[str, Any]) -> Mapping[str, Any]:
        return MappingProxyType({key: reader(value) for key, value in values.items()})

    return read


def _record(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    retired: frozenset[str] = getattr(kind, "RETIRED", frozenset())

    def read(stored: dict[str, Any]) -> Any:
        # An unknown name is a KeyError, and a missing one a TypeError of the kind's own.
        for name in retired:
            stored.pop(name, None)
        return kind(**{name: readers[name](value) for name, value in stored.items()})

    return read
