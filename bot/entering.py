"""Keeps a contact that a worker entered: its talk, its case and its facts, in one commit (R52).

It has no way back and no page. Sent twice, it is kept once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.apply import Origin, apply_turn
from bot.door import Door
from bot.inbound import NotSaved
from bot.presence import desk_topic
from bot.saving import SAVING
from bot.tenancy import Tenancy
from bot.watching import with_watches
from flows.answers import Answer
from flows.conversation import Conversation, ConversationId, FlowId
from flows.entered import Entered, enter
from handoff.case import Case
from handoff.counting import count_beginning
from handoff.entry import Entry
from handoff.facts import Fact
from handoff.reference import Reference
from handoff.staff import Staff
from storage.store import AuditEntry, Change, Committed


@dataclass(frozen=True, slots=True)
class Contact:
    """What a worker entered. ``id`` is the move's; ``answers`` are by answer key, in order."""

    id: str
    by: Staff
    channel: str
    door: FlowId
    language: str
    answers: Mapping[str, Answer] = field(repr=False)


async def enter_contact(door: Door, tenancy: Tenancy, contact: Contact) -> Reference:
    """Keep it, and tell the desk. Raises NotSaved."""
    id = _id_of(door, tenancy, contact)
    with SAVING:
        known = await tenancy.store.conversation(id)
        if known is None:
            change = await _change(door, tenancy, id, contact)
            watched = with_watches(tenancy, None, change, door.tools.clock())
            outcome = await tenancy.store.commit(watched)
            if isinstance(outcome, Committed):
                door.bus.publish(desk_topic(tenancy.tenant.id))
            # Somebody else may have been first: then it was this very form.
            known = await tenancy.store.conversation(id)
        if known is None:
            raise NotSaved
        return Reference(known.reference)


def _id_of(door: Door, tenancy: Tenancy, contact: Contact) -> ConversationId:
    """The same form is the same talk, however often it is sent (I2)."""
    keyring = door.tools.keyring
    return ConversationId(keyring.keyed_hash("entered", tenancy.tenant.id, contact.id).hex()[:32])


async def _change(door: Door, tenancy: Tenancy, id: ConversationId, contact: Contact) -> Change:
    tools = door.tools
    now, edition = tools.clock(), tenancy.edition
    moment = await tenancy.moment(now)
    side = str(edition.flows[contact.door].side)
    given = [
        Entered(key, answer, tools.screener.screen(answer.words, door=side))
        for key, answer in contact.answers.items()
    ]
    talk = Conversation(
        id=id,
        tenant=tenancy.tenant.id,
        channel=contact.channel,
        edition=edition.id,
        language=contact.language,
        flow=contact.door,
        door=contact.door,
        staffed=moment.staffed,
    )
    turn = enter(edition, talk, given, moment)
    # Counted as a talk that came in by the entry and took its door, as a visitor's is.
    before = talk.evolve(flow=edition.entry)
    change = apply_turn(tools.setting(tenancy, edition, now), before, turn, None, Origin())
    return _signed(change, contact, count_beginning(talk, now))


def _signed(change: Change, contact: Contact, beginning: Fact) -> Change:
    """With who entered it, as the first sheet of its file. A person has answered them already."""
    case = change.case
    if case is None:
        raise NotSaved
    now = beginning.at
    answered = Fact("first-reply", now, case.conversation, case.reference)
    return replace(
        change,
        case=case.evolve(filed=1, first_reply_at=now),
        entries=(_sheet(case, contact, beginning),),
        facts=(beginning, *change.facts, answered),
        audit=(AuditEntry(contact.by.id, "entered", now, case.reference, contact.channel),),
    )


def _sheet(case: Case, contact: Contact, beginning: Fact) -> Entry:
    content = {"channel": contact.channel}
    return Entry(case.reference, 1, contact.id, "entered", beginning.at, contact.by.id, content)
