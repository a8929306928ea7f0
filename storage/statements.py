"""The statements of a commit, made once for each kind of database. Values are always parameters."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.sql.base import Executable

from storage.plan import Kind
from storage.prepared import Prepared
from storage.tables import (
    cases,
    conversation_keys,
    conversations,
    entries,
    facts,
    lines,
    sessions,
    timers,
)

COUNTED = frozenset({Kind.CONVERSATION, Kind.CASE})
"""Updates that compare and set: each must have found its row."""

Statements = Mapping[str, Prepared]

FIND_INBOX = select(lines.c.seq).where(
    lines.c.tenant_id == bindparam("tenant_id"),
    lines.c.conversation_id == bindparam("conversation_id"),
    lines.c.inbox == bindparam("inbox"),
)

FIND_VERSION = {
    Kind.CONVERSATION: select(conversations.c.version).where(
        conversations.c.tenant_id == bindparam("of_tenant"),
        conversations.c.id == bindparam("of_id"),
    ),
    Kind.CASE: select(cases.c.version).where(
        cases.c.tenant_id == bindparam("of_tenant"), cases.c.reference == bindparam("of_id")
    ),
}
"""Of what is compared and set: the version that is stored."""

_END_SESSION = delete(sessions).where(
    sessions.c.tenant_id == bindparam("of_tenant"),
    sessions.c.conversation_id == bindparam("of_id"),
)

_DROP_ENDED = delete(sessions).where(
    sessions.c.tenant_id == bindparam("of_tenant"),
    sessions.c.channel == bindparam("of_channel"),
    sessions.c.address == bindparam("of_address"),
    sessions.c.ends_at <= bindparam("until"),
)

_CONVERSATION = (
    update(conversations)
    .where(
        conversations.c.tenant_id == bindparam("of_tenant"),
        conversations.c.id == bindparam("of_id"),
        conversations.c.version == bindparam("read_version"),
        conversations.c.last_seq == bindparam("read_last_seq"),
    )
    .values({name: bindparam(name) for name in ("edition_id", "version", "last_seq", "sealed")})
)

# A case keeps its talk for good, so that column is never set again.
_CASE_COLUMNS = ("queue", "owner", "rank_at", "closed_at", "version", "sealed")
_CASE = (
    update(cases)
    .where(
        cases.c.tenant_id == bindparam("of_tenant"),
        cases.c.reference == bindparam("of_id"),
        cases.c.conversation_id == bindparam("of_talk"),
        cases.c.version == bindparam("read_version"),
    )
    .values({name: bindparam(name) for name in _CASE_COLUMNS})
)


def add(table: Table, dialect: str) -> Any:
    """An insert that may be told what to do when the row is there already."""
    # By name: an embedded house need not wait for PostgreSQL's words.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def put(table: Table, dialect: str) -> Executable:
    """Insert a row, or replace the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    statement = add(table, dialect)
    others = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
    upsert: Executable = statement.on_conflict_do_update(index_elements=keys, set_=others)
    return upsert


@cache
def statements(dialect: str) -> Statements:
    """Every statement of a commit, in the order in which they run."""
    every: dict[str, Executable] = {
        Kind.END_SESSION: _END_SESSION,
        Kind.NEW_CONVERSATION: insert(conversations),
        Kind.NEW_KEY: insert(conversation_keys),
        Kind.CONVERSATION: _CONVERSATION,
        Kind.DROP_ENDED: _DROP_ENDED,
        Kind.SESSION: put(sessions, dialect),
        Kind.NEW_CASE: insert(cases),
        Kind.CASE: _CASE,
        Kind.LINE: insert(lines),
        Kind.ENTRY: insert(entries),
        Kind.TIMER: put(timers, dialect),
        Kind.FACT: insert(facts),
    }
    return MappingProxyType({kind: Prepared(statement) for kind, statement in every.items()})
