"""A change turned into the rows that one commit writes, sealed before the transaction begins."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flows.conversation import ConversationId
from storage.change import moment_of, parts, talk_of
from storage.crypto import Sealer
from storage.records import (
    Row,
    case_row,
    conversation_row,
    entry_row,
    fact_row,
    line_row,
    session_row,
    timer_row,
)
from storage.store import AuditEntry, Change
from storage.vault import WrappedKey
from tenants.tenant import TenantId


class Kind:
    """The kinds of writes. Plain strings: an enumeration's hash is computed at every look-up."""

    END_SESSION: Final = "end session"
    NEW_CONVERSATION: Final = "new conversation"
    NEW_KEY: Final = "new key"
    CONVERSATION: Final = "conversation"
    DROP_ENDED: Final = "drop ended sessions"
    SESSION: Final = "session"
    NEW_CASE: Final = "new case"
    CASE: Final = "case"
    LINE: Final = "line"
    ENTRY: Final = "entry"
    TIMER: Final = "timer"
    FACT: Final = "fact"


@dataclass(frozen=True, slots=True)
class Seals:
    """The keys that a change needs: by talk, and the fresh ones of new talks."""

    sealers: Mapping[ConversationId, Sealer]
    new_keys: Mapping[ConversationId, WrappedKey]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one commit writes. ``stored`` is the change as it is once that has happened."""

    tenant: TenantId
    stored: Change = field(repr=False)
    audit_key: bytes = field(repr=False)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    inboxes: list[Row] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)


def fill(plan: Plan, seals: Seals) -> Plan:
    """Put the rows of the change, and of all that follow it, into the plan."""
    for part in parts(plan.stored):
        _fill_talk(plan, part, seals)
        _fill_session(plan, part)
        _fill_case(plan, part, seals)
        for timer in part.timers:
            plan.rows[Kind.TIMER].append(timer_row(timer, plan.tenant))
        for fact in part.facts:
            plan.rows[Kind.FACT].append(fact_row(fact, plan.tenant))
        plan.audit.extend(part.audit)
    return plan


def _fill_talk(plan: Plan, part: Change, seals: Seals) -> None:
    conversation = part.conversation
    if conversation is None:
        return
    sealer = seals.sealers[conversation.id]
    row = conversation_row(conversation, sealer)
    if conversation.version == 1:
        plan.rows[Kind.NEW_CONVERSATION].append(row)
        plan.rows[Kind.NEW_KEY].append(_key_row(row, seals.new_keys[conversation.id]))
    else:
        last_seq = conversation.last_seq - len(part.lines)
        plan.rows[Kind.CONVERSATION].append(_expecting(row, "id", read_last_seq=last_seq))
    for line in part.lines:
        written = line_row(line, sealer)
        plan.rows[Kind.LINE].append(written)
        if line.inbox is not None:
            plan.inboxes.append(written)


def _key_row(row: Row, key: WrappedKey) -> Row:
    return {
        "tenant_id": row["tenant_id"],
        "conversation_id": row["id"],
        "version": key.version,
        "tenant_version": int(key.under),
        "wrapped": key.wrapped,
    }


def _fill_session(plan: Plan, part: Change) -> None:
    talk = talk_of(part)
    if talk is None:
        return
    if part.ends_session:
        plan.rows[Kind.END_SESSION].append({"of_tenant": plan.tenant, "of_id": talk})
    if part.session is None:
        return
    row = session_row(part.session, plan.tenant, talk)
    plan.rows[Kind.SESSION].append(row)
    moment = moment_of(part)
    if moment is not None and part.conversation is not None and part.conversation.version == 1:
        # The sender's earlier talk may have left its row behind when its time ran out.
        ended = {"of_tenant": plan.tenant, "until": moment}
        ended |= {"of_channel": row["channel"], "of_address": row["address"]}
        plan.rows[Kind.DROP_ENDED].append(ended)


def _fill_case(plan: Plan, part: Change, seals: Seals) -> None:
    if part.case is None:
        return
    sealer = seals.sealers[part.case.conversation]
    row = case_row(part.case, sealer)
    for entry in part.entries:
        plan.rows[Kind.ENTRY].append(entry_row(entry, sealer))
    if part.case.version == 1:
        plan.rows[Kind.NEW_CASE].append(row)
    else:
        talk = row.pop("conversation_id")
        plan.rows[Kind.CASE].append(_expecting(row, "reference", of_talk=talk))


def _expecting(row: Row, key: str, **more: str | int) -> Row:
    """The row for an update: the parameters of its condition are named apart from its columns."""
    row["of_tenant"] = row.pop("tenant_id")
    row["of_id"] = row.pop(key)
    row["read_version"] = row["version"] - 1
    row.update(more)
    return row
