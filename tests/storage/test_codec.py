from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import orjson
import pytest

from flows.conversation import Conversation, Ended, Owner, Safety
from handoff.case import Case, Outcome
from handoff.transcript import Line
from storage.codec import dump, load
from storage.errors import UnreadableRecord
from tests.contracts.cast import AMIRA, NOW, case_of, heard, said, talk


@pytest.mark.parametrize(
    "record",
    [
        talk(),
        talk(owner=Owner.CLOSED, ended=Ended.STOP, safety=Safety.UNSAFE, answers={}, path=()),
        talk(safety=Safety.ASK_AGAIN, is_interrupted=True, owed=("danger",), heard_at=NOW),
        case_of(),
        case_of(
            holder=AMIRA,
            first_reply_at=NOW,
            ended=Ended.EXIT,
            closed_at=NOW,
            outcome=Outcome.LEFT,
            is_silent=True,
        ),
        said(7),
        heard(8, "کیا آپ محفوظ ہیں \u2066999\u2069 \x00", inbox=bytes(range(256))),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_record_comes_back_exactly(record: Any) -> None:
    again = load(type(record), dump(record))
    assert again == record
    assert dump(again) == dump(record)


def test_collections_and_enumerations_come_back_as_their_own_types() -> None:
    again = load(Conversation, dump(talk()))
    assert isinstance(again.answers, MappingProxyType)
    assert isinstance(again.path, tuple)
    assert again.owner is Owner.BOT
    assert load(Line, dump(said(1))).choices == said(1).choices


def test_a_moment_of_another_zone_is_the_same_moment_in_utc() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    again = load(Case, dump(case_of(opened_at=there)))
    assert again.opened_at == NOW
    assert again.opened_at.utcoffset() == timedelta(0)


def test_a_field_that_was_not_there_yet_takes_its_default() -> None:
    old = orjson.loads(dump(talk()))
    for name in ("staffed", "heard_at", "is_interrupted", "owed"):
        del old[name]
    assert load(Conversation, orjson.dumps(old)) == talk()


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "robot"},
        {"field_of_tomorrow": 1},
        {"asked": "two"},
        {"asked": True},
        {"path": "start.safe"},
        {"answers": {"start.safe": {"given": "sung", "given_at": "2026-11-22T21:14:05Z"}}},
        {"answers": []},
        {"urgency": None},
        {"ended": "vanished"},
    ],
    ids=str,
)
def test_what_only_a_newer_version_knows_is_a_named_error(change: dict[str, Any]) -> None:
    newer = orjson.loads(dump(talk())) | change
    with pytest.raises(UnreadableRecord, match=r"\(Conversation\)") as refusal:
        load(Conversation, orjson.dumps(newer))
    assert "followed" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_case_of_before_is_read_without_the_fields_it_no_longer_has() -> None:
    old = orjson.loads(dump(case_of())) | {"fence": 3, "held_since": "2026-11-22T21:14:05Z"}
    assert load(Case, orjson.dumps(old)) == case_of()
    with pytest.raises(UnreadableRecord, match=r"\(Case\)"):
        load(Case, orjson.dumps(old | {"field_of_tomorrow": 1}))


@pytest.mark.parametrize("missing", ["id", "tenant", "flow"])
def test_a_missing_field_without_default_is_a_named_error(missing: str) -> None:
    broken = orjson.loads(dump(talk()))
    del broken[missing]
    with pytest.raises(UnreadableRecord):
        load(Conversation, orjson.dumps(broken))


@pytest.mark.parametrize("stored", [b"", b"{", b"[]", b"null", b"\xff"])
def test_what_is_no_record_is_a_named_error(stored: bytes) -> None:
    with pytest.raises(UnreadableRecord):
        load(Conversation, stored)


@dataclass(frozen=True, slots=True)
class Everything:
    at: datetime
    maybe: int | None = None
    names: frozenset[str] = frozenset()
    any: Any = None
    secret: bytes = b""
    nested: tuple[tuple[int, ...], ...] = ()
    many: MappingProxyType[str, tuple[int, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


def test_every_kind_of_annotation_in_use_is_known() -> None:
    record = Everything(
        NOW,
        maybe=0,
        names=frozenset({"b", "a"}),
        any={"x": [1, None]},
        secret=b"\x00\xff",
        nested=((1, 2), ()),
        many=MappingProxyType({"a": (1,)}),
    )
    assert load(Everything, dump(record)) == record
    assert load(Everything, dump(Everything(NOW))) == Everything(NOW)
